// breaks: front-door-only
import '../voice/inner.ts';
