// breaks: doors-never-touch-tables, doors-open-on-domains
import '../db/schema/index.ts';
