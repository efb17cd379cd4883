// breaks: doors-never-touch-tables, doors-open-on-domains, cli-asks-no-database
import '../db/schema/index.ts';
