// breaks: doors-open-on-domains
import '../db/journal-drain.ts';
