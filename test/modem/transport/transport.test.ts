import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { listenTcp } from '../../../src/modem/simulator/listen-tcp.ts';
import { openTransport } from '../../../src/modem/transport/open.ts';
import { createTransportPair } from '../../../src/modem/transport/pair.ts';
import { socketTransport } from '../../../src/modem/transport/tcp.ts';
import type { Transport } from '../../../src/modem/transport/transport.ts';

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Both ends of each kind of transport. */
const KINDS: readonly (readonly [string, () => Promise<readonly [Transport, Transport]>])[] = [
  ['pair', async () => createTransportPair()],
  [
    'tcp',
    async () => {
      let accepted: (transport: Transport) => void = () => undefined;
      const other = new Promise<Transport>((resolve) => {
        accepted = resolve;
      });
      const listener = await listenTcp(accepted, 0, '127.0.0.1');
      cleanUp.push(() => listener.close());
      const near = await openTransport(`tcp://127.0.0.1:${listener.port}`);
      cleanUp.push(() => near.close());
      return [near, await other];
    },
  ],
];

describe.each(KINDS)('%s transport', (_name, open) => {
  it('carries bytes both ways in order', async () => {
    const [near, far] = await open();
    const heard = new Promise<string>((resolve) => {
      let all = '';
      near.onData((bytes) => {
        all += text(bytes);
        if (all.length >= 6) resolve(all);
      });
    });
    far.onData((bytes) => far.write(bytes));
    await near.write(new TextEncoder().encode('abc'));
    await near.write(new TextEncoder().encode('def'));
    expect(await heard).toBe('abcdef');
  });

  it('tells the other end that it was closed, with a cause, and its own end without', async () => {
    const [near, far] = await open();
    const here = new Promise<unknown>((resolve) => near.onClose(resolve));
    const there = new Promise<unknown>((resolve) => far.onClose(resolve));
    await near.close();
    expect(await here).toBeUndefined();
    expect(await there).toBeInstanceOf(Error);
    await near.close();
  });
});

describe('opening', () => {
  it.each(['http://example.org', 'tcp://', 'tcp://host', 'tcp://host:0', 'sim:one://x'])(
    'refuses %s with words',
    async (path) => {
      await expect(openTransport(path)).rejects.toMatchObject({ code: 'modem.path_invalid' });
    },
  );

  it('rejects when nobody listens', async () => {
    const listener = await listenTcp(() => undefined, 0, '127.0.0.1');
    await listener.close();
    await expect(openTransport(`tcp://127.0.0.1:${listener.port}`)).rejects.toThrow('ECONNREFUSED');
  });

  it('rejects when the device is not there', async () => {
    await expect(openTransport('/dev/ttyNoSuchModem')).rejects.toThrow(/No such file/);
  });

  it('sees the other end vanish', async () => {
    const listener = await listenTcp(() => undefined, 0, '127.0.0.1');
    const transport = socketTransport(connect(listener.port, '127.0.0.1'));
    const closed = new Promise<unknown>((resolve) => transport.onClose(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    await listener.close();
    expect(await closed).toBeInstanceOf(Error);
  });
});
