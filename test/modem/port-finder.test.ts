import { describe, expect, it } from 'vitest';
import { type PortAccess, PortFinder } from '../../src/modem/port-finder.ts';
import { createSimulator, type ModemSimulator } from '../../src/modem/simulator/index.ts';
import { createSupervisor } from '../../src/modem/supervisor.ts';
import type { Transport } from '../../src/modem/transport/transport.ts';
import { IDENTITY, MemoryOfPins, plugIn } from './support/bench.ts';
import { FakeTimers } from './support/fake-timers.ts';

const OURS = '490154203237518';
const CARD = '89882390000012345678';

function machine() {
  const timers = new FakeTimers();
  const ports = new Map<string, ModemSimulator | 'deaf' | 'busy'>();
  const names = new Map<string, string>();
  const asked: string[] = [];
  const modem = (imei: string, iccid = CARD) => createSimulator({ ...IDENTITY, imei, iccid, timers });
  const access: PortAccess = {
    list: async () => [...ports.keys()],
    open: async (path) => {
      asked.push(path);
      const real = [...names].find(([, stable]) => stable === path)?.[0] ?? path;
      const port = ports.get(real);
      if (port === undefined) throw new Error(`Error: No such file or directory, cannot open ${path}`);
      if (port === 'busy') throw new Error('Error Resource temporarily unavailable Cannot lock port');
      if (port === 'deaf') {
        return {
          write: () => undefined,
          onData: () => undefined,
          onClose: () => undefined,
          close: async () => undefined,
        };
      }
      return plugIn(port);
    },
    stableName: async (path) => names.get(path),
  };
  const open = async (finder: PortFinder, known = {}) => {
    asked.length = 0;
    return timers.resolve(
      finder.open(known).then(
        () => asked.at(-1),
        (error: Error) => `failed: ${error.message}`,
      ),
    );
  };
  return {
    timers,
    access,
    ports,
    names,
    modem,
    open,
    asked,
    finder: (path: string) => new PortFinder(path, access, timers),
  };
}

describe('finding a modem', () => {
  it('takes the configured path while it is there', async () => {
    const { ports, modem, open, finder } = machine();
    ports.set('/dev/ttyUSB0', modem(OURS));
    expect(await open(finder('/dev/ttyUSB0'))).toBe('/dev/ttyUSB0');
  });

  it('asks every port for an IMEI or a card, and passes by what is deaf or busy', async () => {
    const { ports, modem, open, finder } = machine();
    ports
      .set('/dev/ttyUSB0', 'busy')
      .set('/dev/ttyUSB1', 'deaf')
      .set('/dev/ttyUSB2', modem('350000000000001', '89000000000000000001'));
    ports.set('/dev/ttyUSB3', modem(OURS));
    expect(await open(finder(`imei:${OURS}`))).toBe('/dev/ttyUSB3');
    expect(await open(finder(`iccid:${CARD}`))).toBe('/dev/ttyUSB3');
    expect(await open(finder('imei:350000000000002'))).toMatch(/^failed: no such device/);
  });

  it('finds it under its stable name when the kernel has given it another number', async () => {
    const { ports, names, modem, open, finder } = machine();
    const ours = modem(OURS);
    ports.set('/dev/ttyUSB0', ours);
    names.set('/dev/ttyUSB0', '/dev/serial/by-id/usb-ours-if00');
    const one = finder('/dev/ttyUSB0');
    await open(one);
    ports.delete('/dev/ttyUSB0');
    ports.set('/dev/ttyUSB4', ours);
    names.clear();
    names.set('/dev/ttyUSB4', '/dev/serial/by-id/usb-ours-if00');
    expect(await open(one, { imei: OURS })).toBe('/dev/serial/by-id/usb-ours-if00');
  });

  it('finds it by its IMEI when nothing else leads to it, and asks a stranger only once', async () => {
    const { ports, modem, open, asked, finder } = machine();
    const one = finder('/dev/ttyUSB0');
    ports.set('/dev/ttyUSB5', modem('350000000000001'));
    expect(await open(one, { imei: OURS })).toMatch(/^failed: Error: No such file/);
    expect(asked).toContain('/dev/ttyUSB5');
    ports.set('/dev/ttyUSB6', modem(OURS));
    expect(await open(one, { imei: OURS })).toBe('/dev/ttyUSB6');
    expect(asked).not.toContain('/dev/ttyUSB5');
  });

  it('a port that another program holds is no reason to look elsewhere', async () => {
    const { ports, modem, open, finder } = machine();
    ports.set('/dev/ttyUSB0', 'busy').set('/dev/ttyUSB1', modem(OURS));
    expect(await open(finder('/dev/ttyUSB0'), { imei: OURS })).toMatch(/Cannot lock port/);
  });
});

describe('hot-plug', () => {
  const HOUR_MS = 3_600_000;

  /** A supervised modem at a configured path, on a machine whose ports a test plugs and unplugs. */
  function supervised(path: string) {
    const { timers, access, ports, modem } = machine();
    const finder = new PortFinder(path, access, timers);
    const lines: string[] = [];
    let transport: Transport | undefined;
    const supervisor = createSupervisor({
      name: 'gsm-1',
      path,
      timers,
      random: () => 0.99,
      pinMemory: new MemoryOfPins(),
      handlers: { onStored: async () => undefined, onRouted: async () => undefined },
      open: async (known) => {
        transport = await finder.open(known);
        return transport;
      },
    });
    supervisor.onEvent(({ kind }) => lines.push(kind));
    return { timers, ports, modem, supervisor, lines, unplug: async () => transport?.close() };
  }

  it.each(['/dev/ttyUSB0', `imei:${OURS}`])(
    'a modem at %s that appears long after the start is ready within 5 s',
    async (path) => {
      const { timers, ports, modem, supervisor, lines } = supervised(path);
      await timers.advance(HOUR_MS / 60);
      expect(supervisor.snapshot()).toMatchObject({ state: 'absent', errors: 1 });
      ports.set('/dev/ttyUSB0', modem(OURS));
      await timers.until(() => supervisor.snapshot().state === 'ready', 5_000);
      expect(lines).toEqual(['lost', 'ready']);
      await timers.resolve(supervisor.close());
    },
  );

  it('one that was pulled out for an hour and comes back under another name is ready within 5 s, with one line for the outage', async () => {
    const { timers, ports, modem, supervisor, lines, unplug } = supervised('/dev/ttyUSB0');
    const ours = modem(OURS);
    ports.set('/dev/ttyUSB0', ours);
    await timers.until(() => supervisor.snapshot().state === 'ready');
    ports.delete('/dev/ttyUSB0');
    await unplug();
    await timers.advance(HOUR_MS);
    expect(lines).toEqual(['ready', 'lost']);
    ports.set('/dev/ttyUSB7', modem('350000000000001')).set('/dev/ttyUSB8', ours);
    await timers.until(() => supervisor.snapshot().state === 'ready', 5_000);
    expect(lines).toEqual(['ready', 'lost', 'ready']);
    await timers.resolve(supervisor.close());
  });
});
