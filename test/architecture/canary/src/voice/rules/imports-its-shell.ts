// breaks: pure-knows-only-core
import '../inner.ts';
