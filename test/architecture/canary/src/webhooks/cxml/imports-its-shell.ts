// breaks: pure-knows-only-core
import '../app.ts';
