import { connect, type Socket } from 'node:net';
import type { Transport } from './transport.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/** Connects to a serial server (ser2net raw mode, a simulator). Rejects when nobody answers within ten seconds. */
export async function openTcp(host: string, port: number): Promise<Transport> {
  const socket = connect({ host, port, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error) => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => fail(new Error(`no answer from ${host}:${port}`)));
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.off('error', fail);
      socket.setTimeout(0);
      resolve();
    });
  });
  return socketTransport(socket);
}

/** A connected socket as a transport, for either end. */
export function socketTransport(socket: Socket): Transport {
  let cause: unknown;
  let closedHere = false;
  socket.on('error', (error) => {
    cause = error;
  });
  socket.on('end', () => socket.end());
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        socket.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    onData: (callback) => {
      socket.on('data', callback);
    },
    onClose: (callback) => {
      socket.once('close', () => callback(closedHere ? undefined : (cause ?? new Error('the other side hung up'))));
    },
    close: () =>
      new Promise((resolve) => {
        closedHere = true;
        if (socket.destroyed) {
          resolve();
          return;
        }
        socket.once('close', () => resolve());
        socket.destroy();
      }),
  };
}
