// breaks: modem-knows-only-core
import '../db/open.ts';
