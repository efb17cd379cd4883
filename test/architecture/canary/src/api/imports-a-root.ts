// breaks: roots-are-imported-by-nobody
import '../node.ts';
