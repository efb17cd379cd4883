import { afterEach, describe, expect, it } from 'vitest';
import {
  createSupervisor,
  type ModemEvent,
  type ModemSupervisor,
  openTransport,
  type SupervisorOptions,
} from '../../src/modem/index.ts';
import { decodePdu, encodeDeliver, encodeSubmit } from '../../src/modem/pdu/index.ts';
import { createSimulator, type ModemSimulator, type SimulatorOptions } from '../../src/modem/simulator/index.ts';
import { type Cable, createCableNames, plugCable, whySkipped } from './socat.ts';

const reason = whySkipped();
if (reason !== undefined) console.log(`skipped: ${reason}`);

const [slice] = encodeSubmit({ to: '+15550002222', text: 'hello' }).slices;
if (slice === undefined) throw new Error('no slice');

/** Waits for something that happens by itself; the test's own time limit ends it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe.skipIf(reason !== undefined)('one fault at a time, on a real serial device', () => {
  const cleanUp: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const step of cleanUp.splice(0).reverse()) await step();
  });

  async function room(simulated: Partial<SimulatorOptions> = {}, supervised: Partial<SupervisorOptions> = {}) {
    const names = createCableNames();
    cleanUp.push(() => names.remove());
    const simulator = createSimulator({
      number: '+15550001111',
      imei: '490154203237518',
      imsi: '001010123456789',
      ...simulated,
    });
    cleanUp.push(() => simulator.stop());
    const cable = await plugIn(simulator, names.directory);
    const texts: (string | null)[] = [];
    const events: ModemEvent[] = [];
    const start = (more: Partial<SupervisorOptions> = {}): ModemSupervisor => {
      const supervisor = createSupervisor({
        name: 'serial',
        path: cable.host,
        open: () => openTransport(cable.host),
        pinMemory: { isKnownBad: async () => false, markBad: async () => undefined },
        handlers: {
          onStored: async ({ pdu }) => {
            const decoded = decodePdu(pdu);
            texts.push(decoded.ok && decoded.pdu.type === 'deliver' ? decoded.pdu.userData.text : null);
          },
          onRouted: async () => undefined,
        },
        ...supervised,
        ...more,
      });
      supervisor.onEvent((event) => events.push(event));
      cleanUp.push(() => supervisor.close());
      return supervisor;
    };
    return { simulator, cable, start, texts, events, replug: () => plugIn(simulator, names.directory) };
  }

  async function plugIn(simulator: ModemSimulator, directory: string): Promise<Cable> {
    const cable = await plugCable(directory);
    cleanUp.push(() => cable.unplug());
    const transport = await openTransport(cable.modem);
    cleanUp.push(() => transport.close());
    simulator.attach(transport);
    return cable;
  }

  const ready = (supervisor: ModemSupervisor) => supervisor.whenReady(AbortSignal.timeout(40_000));

  it('a power cut in mid-send: one unknown, and work again within the boot time and five seconds', async () => {
    const bootMs = 3_000;
    const { simulator, start } = await room({ bootMs });
    const supervisor = start();
    await ready(supervisor);
    simulator.inject({ command: /^AT\+CMGS/, fault: { kind: 'restart' } });
    const outcome = supervisor.submit(slice);
    const cut = performance.now();
    await until(() => simulator.submitted.length === 1);
    expect(await outcome).toMatchObject({ kind: 'unknown' });
    await ready(supervisor);
    expect(performance.now() - cut).toBeLessThan(bootMs + 5_000);
    expect(await supervisor.submit(slice)).toMatchObject({ kind: 'sent' });
    expect(simulator.submitted).toHaveLength(2);
  });

  it('a power cut while nothing is sent: work again within the boot time and five seconds', async () => {
    const bootMs = 3_000;
    const { simulator, start } = await room({ bootMs });
    const supervisor = start();
    await ready(supervisor);
    const cut = performance.now();
    simulator.restart();
    await until(() => supervisor.snapshot().state !== 'ready');
    await ready(supervisor);
    expect(performance.now() - cut).toBeLessThan(bootMs + 5_000);
  });

  it('the cable pulled: work again within five seconds of its return, and one event', async () => {
    const { start, cable, events, replug } = await room();
    const supervisor = start();
    await ready(supervisor);
    await cable.unplug();
    await until(() => supervisor.snapshot().state === 'absent');
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    await replug();
    const returned = performance.now();
    await ready(supervisor);
    expect(performance.now() - returned).toBeLessThan(5_000);
    expect(events.map(({ kind }) => kind)).toEqual(['ready', 'lost', 'ready']);
  });

  it('the SIM pulled, and put back with its PIN: entered once, no try lost', async () => {
    const { simulator, start } = await room({ pin: '4711' }, { pin: '4711' });
    const supervisor = start();
    await ready(supervisor);
    simulator.placeSim(false);
    simulator.restart();
    await until(() => supervisor.snapshot().state === 'pin');
    simulator.placeSim(true);
    await ready(supervisor);
    expect(simulator.pinTriesLeft).toBe(3);
  });

  it('a PIN asked and none known: says so, and enters nothing', async () => {
    const { simulator, start } = await room({ pin: '4711' });
    const supervisor = start();
    await until(() => supervisor.snapshot().cause?.includes('SIM PIN required') ?? false);
    expect(supervisor.snapshot()).toMatchObject({ state: 'pin', pinTriesLeft: 3 });
    expect(simulator.pinTriesLeft).toBe(3);
  });

  it('registration denied: says so, sends nothing, and works when the network changes its mind', async () => {
    const { simulator, start } = await room();
    simulator.setRegistration(3);
    const supervisor = start();
    await until(() => supervisor.snapshot().cause === 'network: denied');
    expect(await supervisor.submit(slice)).toMatchObject({ kind: 'refused' });
    simulator.setRegistration(1);
    await ready(supervisor);
    expect(simulator.submitted).toEqual([]);
  });

  it('a storage full of old messages: all are taken over, and what waited in the network follows', async () => {
    const { simulator, start, texts } = await room({ storageSize: 10 });
    for (let number = 1; number <= 25; number += 1) simulator.receive({ from: '+15550003333', text: `old ${number}` });
    const supervisor = start();
    await ready(supervisor);
    await until(() => texts.length === 25 && simulator.stored.length === 0);
    expect([...texts].sort()).toEqual(Array.from({ length: 25 }, (_, index) => `old ${index + 1}`).sort());
  });

  it('an absurd clock at the service centre: the message is kept', async () => {
    const { simulator, start, texts } = await room();
    const supervisor = start();
    await ready(supervisor);
    const never = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
    simulator.receivePdu(encodeDeliver({ from: '+15550003333', text: 'when?', timestamp: never }));
    await until(() => texts.length === 1);
    expect(texts).toEqual(['when?']);
  });

  it('two programs for one port: the second waits, says why, and gets it when the first lets go', async () => {
    const { start } = await room();
    const first = start();
    await ready(first);
    const second = start();
    await until(() => second.snapshot().state === 'resting');
    expect(second.snapshot().cause).toContain('another program has the port');
    expect(await first.submit(slice)).toMatchObject({ kind: 'sent' });
    await first.close();
    await ready(second);
    expect(await second.submit(slice)).toMatchObject({ kind: 'sent' });
  });
});
