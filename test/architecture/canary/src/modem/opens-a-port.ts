// breaks: only-transport-opens-a-port
import 'serialport';
