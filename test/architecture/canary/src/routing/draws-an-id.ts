// breaks: pure-is-told-the-time
import '../core/ids.ts';
