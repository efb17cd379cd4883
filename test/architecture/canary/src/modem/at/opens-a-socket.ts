// breaks: pure-has-no-node
import 'node:net';
