// breaks: core-stands-alone, no-stair-up-from-floor-0
import '../db/open.ts';
