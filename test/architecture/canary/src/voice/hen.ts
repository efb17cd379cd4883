// breaks: no-cycles
import './egg.ts';
