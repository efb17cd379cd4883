// breaks: only-open-imports-a-driver
import '@electric-sql/pglite';
