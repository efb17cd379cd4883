// breaks: tests-are-imported-by-nobody
import '../../test/support.ts';
