// breaks: domains-take-modem-types
import '../modem/channel.ts';
