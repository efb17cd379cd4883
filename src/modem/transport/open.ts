import { AppError } from '../../core/errors.ts';
import { openSerial } from './serial.ts';
import { openTcp } from './tcp.ts';
import type { Transport, TransportOptions } from './transport.ts';

/**
 * Opens `tcp://host:port` or a serial device path. Rejects with the system's error when it cannot, and with an
 * `AppError` (`modem.path_invalid`) when the path cannot mean anything here.
 */
export async function openTransport(path: string, options: TransportOptions = {}): Promise<Transport> {
  if (!path.includes('://')) return openSerial(path, options);
  const url = URL.canParse(path) ? new URL(path) : undefined;
  const port = Number(url?.port);
  if (url?.protocol !== 'tcp:' || url.hostname === '' || !(port > 0)) {
    throw new AppError({
      code: 'modem.path_invalid',
      kind: 'invalid',
      detail: `Cannot open "${path}": use a device path or tcp://host:port.`,
    });
  }
  // IPv6 hosts stand in brackets in a URL, and without them on a socket.
  return openTcp(url.hostname.replace(/^\[|\]$/g, ''), port);
}
