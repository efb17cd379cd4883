// breaks: pure-knows-only-core
import '../channel.ts';
