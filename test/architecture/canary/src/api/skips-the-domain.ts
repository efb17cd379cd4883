// breaks: doors-open-on-domains
import '../db/claim.ts';
