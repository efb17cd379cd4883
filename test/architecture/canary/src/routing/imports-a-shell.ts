// breaks: pure-knows-only-core
import '../db/open.ts';
