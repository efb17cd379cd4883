// breaks: no-stair-up-from-floor-1
import '../voice/index.ts';
