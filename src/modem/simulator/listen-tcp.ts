import { createServer, type Socket } from 'node:net';
import { socketTransport } from '../transport/tcp.ts';
import type { Transport } from '../transport/transport.ts';

export interface TcpListener {
  readonly port: number;
  close(): Promise<void>;
}

/** Hands each connection to `attach` as a transport. `close` also ends the connections. */
export function listenTcp(attach: (transport: Transport) => void, port: number, host: string): Promise<TcpListener> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    attach(socketTransport(socket));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : port,
        close: () =>
          new Promise((closed) => {
            for (const socket of sockets) socket.destroy();
            server.close(() => closed());
          }),
      });
    });
  });
}
