// breaks: pure-has-no-node
import 'node:fs';
