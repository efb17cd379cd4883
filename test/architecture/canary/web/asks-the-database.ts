// breaks: console-knows-the-engine-only
import '../src/db/open.ts';
