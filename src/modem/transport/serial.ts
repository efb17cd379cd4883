import { readdir } from 'node:fs/promises';
import type { Transport, TransportOptions } from './transport.ts';

const DEFAULT_BAUD_RATE = 115_200;

/**
 * Opens a serial device, 8N1, locked against other programs (flock; TIOCEXCL). Rejects when it is absent, busy or
 * forbidden. The native library is loaded here and nowhere else, and only when a port is really opened.
 */
export async function openSerial(path: string, options: TransportOptions = {}): Promise<Transport> {
  const { SerialPort } = await import('serialport');
  const port = new SerialPort({
    path,
    baudRate: options.baudRate ?? DEFAULT_BAUD_RATE,
    dataBits: 8,
    parity: 'none',
    stopBits: 1,
    rtscts: options.rtscts ?? false,
    lock: true,
    // Otherwise closing the port drops DTR, on which many modems (&D2) hang up or reset.
    hupcl: false,
    autoOpen: false,
  });
  await new Promise<void>((resolve, reject) => {
    port.open((error) => (error ? reject(error) : resolve()));
  });

  let cause: unknown;
  port.on('error', (error) => {
    cause = error;
    if (port.isOpen) port.close();
  });
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        port.write(Buffer.from(bytes), (error) => (error ? reject(error) : resolve()));
      }),
    onData: (callback) => {
      port.on('data', (bytes: Buffer) => callback(bytes));
    },
    onClose: (callback) => {
      port.once('close', (disconnected: unknown) => callback(cause ?? disconnected ?? undefined));
    },
    close: () =>
      new Promise((resolve) => {
        if (!port.isOpen) resolve();
        else port.close(() => resolve());
      }),
  };
}

/** A port the system knows, with what is needed for a stable name. */
export interface SerialPortInfo {
  readonly path: string;
  readonly manufacturer?: string;
  readonly vendorId?: string;
  readonly productId?: string;
  readonly serialNumber?: string;
  /** The system's long name; on Linux it ends with the USB interface (`…-if02-port0`). */
  readonly pnpId?: string;
}

/**
 * The serial ports of this machine; the kernel's name (`/dev/ttyUSB0`) may change with every plugging. Where the system
 * does not tell (a container without udev), USB ports are found by their names, and nothing else is known of them.
 */
export async function listSerialPorts(): Promise<readonly SerialPortInfo[]> {
  const { SerialPort } = await import('serialport');
  const ports = await SerialPort.list().catch(() => []);
  const untold = (await usbPorts()).filter((path) => ports.every((port) => port.path !== path));
  return [...ports.map(toInfo), ...untold.map((path) => ({ path }))];
}

async function usbPorts(): Promise<readonly string[]> {
  const names = await readdir('/dev').catch(() => []);
  return names.filter((name) => /^tty(USB|ACM)\d+$/.test(name)).map((name) => `/dev/${name}`);
}

type Listed = Awaited<ReturnType<typeof import('serialport').SerialPort.list>>[number];

function toInfo({ path, manufacturer, vendorId, productId, serialNumber, pnpId }: Listed): SerialPortInfo {
  return {
    path,
    ...(manufacturer === undefined ? {} : { manufacturer }),
    ...(vendorId === undefined ? {} : { vendorId }),
    ...(productId === undefined ? {} : { productId }),
    ...(serialNumber === undefined ? {} : { serialNumber }),
    ...(pnpId === undefined ? {} : { pnpId }),
  };
}
