// breaks: no-stair-up-from-floor-4
import '../configuration/index.ts';
