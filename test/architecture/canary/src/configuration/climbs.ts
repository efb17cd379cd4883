// breaks: no-stair-up-from-floor-5
import '../api/index.ts';
