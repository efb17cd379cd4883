// breaks: doors-open-on-domains
import '../db/open.ts';
