// breaks: pure-has-small-libraries-only
import 'hono';
