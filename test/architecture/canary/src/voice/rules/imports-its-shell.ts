// breaks: rules-know-only-core
import '../inner.ts';
