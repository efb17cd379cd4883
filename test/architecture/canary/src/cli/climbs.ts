// breaks: roots-are-imported-by-nobody, no-stair-up-from-floor-6
import '../node/parts.ts';
