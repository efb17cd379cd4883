// breaks: pure-is-told-the-time
import '../core/clock.ts';
