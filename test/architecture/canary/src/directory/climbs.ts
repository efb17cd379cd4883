// breaks: no-stair-up-from-floor-3
import '../messaging/index.ts';
