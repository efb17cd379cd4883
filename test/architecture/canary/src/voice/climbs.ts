// breaks: no-stair-up-from-floor-2
import '../directory/index.ts';
