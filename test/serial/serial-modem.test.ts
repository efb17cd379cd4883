import { afterEach, describe, expect, it } from 'vitest';
import { createSupervisor, type ModemSupervisor, openTransport, type Transport } from '../../src/modem/index.ts';
import { decodePdu, encodeSubmit } from '../../src/modem/pdu/index.ts';
import { createSimulator, type ModemSimulator } from '../../src/modem/simulator/index.ts';
import { type Cable, createCableNames, plugCable, whySkipped } from './socat.ts';

const reason = whySkipped();
if (reason !== undefined) console.log(`skipped: ${reason}`);

interface Events {
  readonly texts: string[];
  readonly reports: number[];
}

/** Waits for something that happens by itself; the test's own time limit ends it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe.skipIf(reason !== undefined)('a modem on a real serial device', () => {
  const cleanUp: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const step of cleanUp.splice(0).reverse()) await step();
  });

  function simulated(): ModemSimulator {
    return createSimulator({ number: '+15550001111', imei: '490154203237518', imsi: '001010123456789' });
  }

  async function plugModem(simulator: ModemSimulator, directory: string): Promise<Cable> {
    const cable = await plugCable(directory);
    cleanUp.push(() => cable.unplug());
    const transport = await openTransport(cable.modem);
    cleanUp.push(() => transport.close());
    simulator.attach(transport);
    return cable;
  }

  function supervise(path: string, events: Events): ModemSupervisor {
    const supervisor = createSupervisor({
      name: 'serial',
      path,
      open: () => openTransport(path),
      pinMemory: { isKnownBad: async () => false, markBad: async () => undefined },
      handlers: {
        onStored: async ({ pdu }) => take(pdu, events),
        onRouted: async (pdu) => take(pdu, events),
      },
    });
    cleanUp.push(() => supervisor.close());
    return supervisor;
  }

  function take(pdu: string, { texts, reports }: Events): void {
    const decoded = decodePdu(pdu);
    if (!decoded.ok) throw new Error(decoded.error.message);
    if (decoded.pdu.type === 'deliver') texts.push(decoded.pdu.userData.text ?? '');
    else if (decoded.pdu.type === 'status-report') reports.push(decoded.pdu.reference);
  }

  it('sends three slices with reports, receives three messages, survives pulling the cable', async () => {
    const names = createCableNames();
    cleanUp.push(() => names.remove());
    const simulator = simulated();
    const cable = await plugModem(simulator, names.directory);
    const events: Events = { texts: [], reports: [] };
    const supervisor = supervise(cable.host, events);
    await supervisor.whenReady(AbortSignal.timeout(20_000));

    const { slices } = encodeSubmit({ to: '+15550002222', text: 'x'.repeat(400), statusReport: true });
    for (const slice of slices) expect(await supervisor.submit(slice)).toMatchObject({ kind: 'sent' });
    await until(() => events.reports.length === 3);
    expect(events.reports).toEqual([0, 1, 2]);

    for (const text of ['one', 'two', 'three']) simulator.receive({ from: '+15550003333', text });
    await until(() => events.texts.length === 3 && simulator.stored.length === 0);
    expect(events.texts).toEqual(['one', 'two', 'three']);

    await cable.unplug();
    await until(() => supervisor.snapshot().state === 'resting' || supervisor.snapshot().state === 'absent');
    simulator.receive({ from: '+15550003333', text: 'while away' });
    await plugModem(simulator, names.directory);
    await supervisor.whenReady(AbortSignal.timeout(30_000));
    await until(() => events.texts.includes('while away'));
    const [first] = slices;
    if (first === undefined) throw new Error('no slice');
    expect(await supervisor.submit(first)).toEqual({ kind: 'sent', reference: 3 });
    expect(simulator.submitted).toHaveLength(4);
  });

  it('a closed port can be opened again at once', async () => {
    const names = createCableNames();
    cleanUp.push(() => names.remove());
    const cable = await plugCable(names.directory);
    cleanUp.push(() => cable.unplug());
    const closed: unknown[] = [];
    for (let round = 0; round < 3; round += 1) {
      const transport: Transport = await openTransport(cable.host);
      transport.onClose((cause) => closed.push(cause));
      await transport.close();
      await transport.close();
    }
    await until(() => closed.length === 3);
    expect(closed).toEqual([undefined, undefined, undefined]);
  });
});
