// breaks: pure-has-small-libraries-only, only-open-imports-a-driver
import 'postgres';
