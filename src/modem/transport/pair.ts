import type { Transport } from './transport.ts';

/**
 * Two ends of a pipe in memory: what one writes, the other reads, in order and never within the same call. Closing one
 * end closes the other. Used to put the simulated modem where a port would be.
 */
export function createTransportPair(): readonly [Transport, Transport] {
  const left = createEnd();
  const right = createEnd();
  left.connect(right);
  right.connect(left);
  return [left.transport, right.transport];
}

interface End {
  readonly transport: Transport;
  connect(peer: End): void;
  receive(bytes: Uint8Array): void;
  hangUp(cause?: unknown): void;
}

function createEnd(): End {
  const dataCallbacks: ((bytes: Uint8Array) => void)[] = [];
  const closeCallbacks: ((cause?: unknown) => void)[] = [];
  let peer: End | undefined;
  let open = true;

  const end: End = {
    connect: (other) => {
      peer = other;
    },
    receive: (bytes) => {
      queueMicrotask(() => {
        if (open) for (const callback of dataCallbacks) callback(bytes);
      });
    },
    hangUp: (cause) => {
      if (!open) return;
      open = false;
      queueMicrotask(() => {
        for (const callback of closeCallbacks) callback(cause);
      });
    },
    transport: {
      write: (bytes) => {
        if (!open) throw new Error('the port is closed');
        peer?.receive(bytes.slice());
      },
      onData: (callback) => {
        dataCallbacks.push(callback);
      },
      onClose: (callback) => {
        closeCallbacks.push(callback);
      },
      close: async () => {
        end.hangUp();
        peer?.hangUp(new Error('the other side hung up'));
      },
    },
  };
  return end;
}
