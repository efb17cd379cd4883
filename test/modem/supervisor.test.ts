import { afterEach, describe, expect, it } from 'vitest';
import { decodePdu, encodeSubmit } from '../../src/modem/pdu/index.ts';
import { type Bench, createBench } from './support/bench.ts';

let bench: Bench | undefined;

/** A bench whose modem is ready. */
async function ready(...options: Parameters<typeof createBench>): Promise<Bench> {
  bench = createBench(...options);
  await bench.timers.resolve(bench.supervisor.whenReady());
  return bench;
}

afterEach(async () => {
  if (bench === undefined) return;
  const { timers, supervisor } = bench;
  await timers.resolve(supervisor.close());
  expect(supervisor.snapshot().state).toBe('closed');
  bench = undefined;
});

const slicesOf = (text: string, statusReport = false) =>
  encodeSubmit({ to: '+15550002222', text, statusReport, concatReference: 9 }).slices;

const [slice] = slicesOf('hello');
if (slice === undefined) throw new Error('no slice');

const textOf = (pdu: string) => {
  const decoded = decodePdu(pdu);
  return decoded.ok && decoded.pdu.type === 'deliver' ? decoded.pdu.userData.text : undefined;
};

describe('starting', () => {
  it('sets a cold modem up and tells who it is', async () => {
    const { supervisor, simulator } = await ready({ operator: 'Acme Mobile', storageSize: 30 });
    expect(supervisor.snapshot()).toMatchObject({
      name: 'gsm-1',
      state: 'ready',
      imei: '490154203237518',
      imsi: '001010123456789',
      iccid: '89882390000012345678',
      manufacturer: 'Switchhook',
      operator: 'Acme Mobile',
      registration: 'home',
      signalDbm: -73,
      storageUsed: 0,
      storageTotal: 30,
      serviceCentre: '+15550009999',
    });
    expect(simulator.submitted).toEqual([]);
  });

  it('gets out of a prompt that a dead host has left, without sending what was typed there', async () => {
    const { timers, supervisor, simulator, unplug } = await ready();
    simulator.inject({ command: /^AT\+CMGS/, at: 'prompt', fault: { kind: 'delay', delayMs: 100 } });
    const outcome = supervisor.submit(slice);
    // The port dies after the command has left and before the prompt has come.
    await timers.advance(50);
    await unplug();
    expect(await timers.resolve(outcome)).toMatchObject({ kind: 'refused', error: { reason: 'closed' } });
    await timers.until(() => simulator.atPrompt);
    await timers.resolve(supervisor.whenReady());
    expect(simulator.atPrompt).toBe(false);
    expect(simulator.submitted).toEqual([]);
  });

  it('waits for the network and says so', async () => {
    bench = createBench();
    bench.simulator.setRegistration(2);
    await bench.timers.until(() => bench?.supervisor.snapshot().state === 'registering');
    await bench.timers.until(() => bench?.supervisor.snapshot().cause === 'network: searching');
    expect(await bench.supervisor.submit(slice)).toMatchObject({ kind: 'refused', error: { class: 'modem' } });
    bench.simulator.setRegistration(5);
    await bench.timers.resolve(bench.supervisor.whenReady());
    expect(bench.supervisor.snapshot().registration).toBe('roaming');
  });

  it('is absent while there is no port, and looks for it every one or two seconds', async () => {
    let tries = 0;
    bench = createBench(
      {},
      {
        open: async () => {
          tries += 1;
          throw new Error('no such device');
        },
      },
    );
    let changes = 0;
    bench.supervisor.onChange(() => {
      changes += 1;
    });
    await bench.timers.advance(600_000);
    const since = new Date(Date.UTC(2026, 10, 21));
    expect(bench.supervisor.snapshot()).toMatchObject({ state: 'absent', cause: 'no such device', since });
    expect(changes).toBe(1);
    expect(tries).toBeGreaterThan(300);
    expect(tries).toBeLessThan(600);
    expect(await bench.supervisor.submit(slice)).toMatchObject({ kind: 'refused', error: { reason: 'closed' } });
  });

  it('falls back to stored reports where the modem refuses routed ones', async () => {
    const { said } = await ready({ reportModes: [0, 2] });
    expect(said).toContain('> AT+CNMI=2,1,0,2,0');
    expect(said).not.toContain('> AT+CNMI=2,1,0,1,0');
  });
});

describe('sending', () => {
  it('gives each slice the reference of the modem, which wraps at 255', async () => {
    const { timers, supervisor, simulator } = await ready({ firstReference: 254 });
    const slices = slicesOf('x'.repeat(400));
    expect(slices).toHaveLength(3);
    const outcomes = await timers.resolve(Promise.all(slices.map((each) => supervisor.submit(each))));
    expect(outcomes).toEqual([254, 255, 0].map((reference) => ({ kind: 'sent', reference })));
    expect(simulator.submitted.map((each) => each.decoded.userData.text?.length)).toEqual([153, 153, 94]);
  });

  it('calls a slice unknown when the answer is lost, and never sends it again by itself', async () => {
    const { timers, supervisor, simulator } = await ready();
    simulator.inject({ command: /^AT\+CMGS/, fault: { kind: 'drop-answer' } });
    const outcome = await timers.resolve(supervisor.submit(slice));
    expect(outcome).toMatchObject({ kind: 'unknown', error: { reason: 'timeout' } });
    await timers.advance(600_000);
    expect(simulator.submitted).toHaveLength(1);
    expect(supervisor.snapshot().state).toBe('ready');
  });

  it('calls a slice unknown when the modem restarts, and sets the modem up again', async () => {
    const { timers, supervisor, simulator } = await ready();
    simulator.inject({ command: /^AT\+CMGS/, fault: { kind: 'restart' } });
    const first = await timers.resolve(supervisor.submit(slice));
    expect(first).toMatchObject({ kind: 'unknown', error: { text: 'the modem restarted' } });
    await timers.resolve(supervisor.whenReady());
    // A restarted modem is in text mode: this would be refused without the set-up.
    expect(await timers.resolve(supervisor.submit(slice))).toMatchObject({ kind: 'sent' });
  });

  it('calls a slice refused when the network refuses it, unknown when the code is ambiguous', async () => {
    const { timers, supervisor, simulator } = await ready();
    simulator.inject({ command: /^AT\+CMGS/, fault: { kind: 'refuse', line: '+CMS ERROR: 42' } });
    simulator.inject({ command: /^AT\+CMGS/, fault: { kind: 'refuse', line: '+CMS ERROR: 500' } });
    expect(await timers.resolve(supervisor.submit(slice))).toMatchObject({ kind: 'refused', error: { code: 42 } });
    expect(await timers.resolve(supervisor.submit(slice))).toMatchObject({ kind: 'unknown', error: { code: 500 } });
    expect(supervisor.snapshot().lastError).toMatchObject({ code: 500 });
  });

  it('a slice in the air when the supervisor closes is unknown', async () => {
    const { timers, supervisor } = await ready({ submitDelayMs: 3_000 });
    const outcome = supervisor.submit(slice);
    await timers.advance(1_000);
    await supervisor.close();
    expect(await outcome).toMatchObject({ kind: 'unknown', error: { reason: 'closed' } });
  });

  it('nothing of the modem in the middle of a send makes it fail', async () => {
    const { timers, supervisor, simulator } = await ready();
    for (const lines of [['+CMTI: "SM",9'], ['RING', '+CLIP: "123",129'], ['NO CARRIER'], ['^RSSI:9', '+CREG: 1']]) {
      for (const at of ['payload', 'prompt'] as const) {
        simulator.inject({ command: /^AT\+CMGS/, at, fault: { kind: 'say-before', lines } });
        expect(await timers.resolve(supervisor.submit(slice))).toMatchObject({ kind: 'sent' });
      }
    }
  });
});

describe('receiving', () => {
  it('reads an announced message, hands it over, then deletes it: in this order', async () => {
    const { timers, simulator, stored, said } = await ready();
    said.length = 0;
    simulator.receive({ from: '+15550003333', text: 'good morning' });
    await timers.until(() => simulator.stored.length === 0);
    expect(stored.map(({ pdu }) => textOf(pdu))).toEqual(['good morning']);
    const order = said.filter((line) => /CMGR|stored|CMGD/.test(line));
    expect(order).toEqual(['> AT+CMGR=1', expect.stringMatching(/^< \+CMGR: /), 'stored 1', '> AT+CMGD=1']);
  });

  it('does not delete before the handler has resolved', async () => {
    let commit: () => void = () => undefined;
    const handlers = {
      onStored: () =>
        new Promise<void>((resolve) => {
          commit = resolve;
        }),
      onRouted: async () => undefined,
    };
    const { timers, simulator, said } = await ready({}, { handlers });
    simulator.receive({ from: '+15550003333', text: 'wait for it' });
    await timers.advance(300_000);
    expect(simulator.stored).toHaveLength(1);
    expect(said.some((line) => line.startsWith('> AT+CMGD'))).toBe(false);
    commit();
    await timers.until(() => simulator.stored.length === 0);
  });

  it('keeps a message whose handler fails, and tries it again with the next sweep', async () => {
    let fail = true;
    const seen: string[] = [];
    const handlers = {
      onStored: async ({ pdu }: { pdu: string }) => {
        seen.push(pdu);
        if (fail) throw new Error('the database is away');
      },
      onRouted: async () => undefined,
    };
    const { timers, simulator, supervisor } = await ready({}, { handlers });
    simulator.receive({ from: '+15550003333', text: 'precious' });
    await timers.until(() => seen.length >= 2);
    expect(simulator.stored).toHaveLength(1);
    expect(supervisor.snapshot().lastError?.text).toContain('the database is away');
    fail = false;
    await timers.until(() => simulator.stored.length === 0);
    expect(new Set(seen).size).toBe(1);
  });

  it('reads at the start what arrived before, also when it was never announced', async () => {
    bench = createBench();
    bench.simulator.receive({ from: '+15550003333', text: 'early' });
    await bench.timers.until(() => bench?.simulator.stored.length === 0);
    expect(bench.stored.map(({ pdu }) => textOf(pdu))).toEqual(['early']);
  });

  it('finds with the sweep what is never announced', async () => {
    bench = createBench();
    const { timers, simulator, supervisor, stored, opened, said } = bench;
    simulator.inject({ command: /^AT\+CNMI=\d/, fault: { kind: 'refuse', line: '+CMS ERROR: 303' }, times: 99 });
    await timers.resolve(supervisor.whenReady());
    simulator.receive({ from: '+15550003333', text: 'unheard' });
    await timers.until(() => simulator.stored.length === 0, 60_000);
    expect(stored.map(({ pdu }) => textOf(pdu))).toEqual(['unheard']);
    expect(said.some((line) => line.startsWith('< +CMTI'))).toBe(false);
    expect(opened()).toBe(1);
  });

  it('takes more messages than the memory holds, one by one', async () => {
    const { timers, simulator, stored } = await ready({ storageSize: 2 });
    for (let number = 1; number <= 9; number += 1) simulator.receive({ from: '+15550003333', text: `no. ${number}` });
    await timers.until(() => stored.length === 9 && simulator.stored.length === 0);
    expect(stored.map(({ pdu }) => textOf(pdu))).toEqual(Array.from({ length: 9 }, (_, index) => `no. ${index + 1}`));
  });

  it('a flood keeps the line busy with deletions while the next messages are committed, each handed over once', async () => {
    const [count, deletionMs, commitMs] = [200, 50, 120];
    const seen: string[] = [];
    const kept = new Set<string>();
    const wait = (timers: Bench['timers']) => new Promise<void>((resolve) => timers.after(commitMs, resolve));
    const early: string[] = [];
    const handlers = {
      onStored: async ({ pdu }: { readonly pdu: string }) => {
        seen.push(pdu);
        if (bench !== undefined) await wait(bench.timers);
        kept.add(pdu);
      },
      onRouted: async () => undefined,
    };
    const { timers, simulator } = await ready({}, { handlers });
    const delay = { kind: 'delay', delayMs: deletionMs } as const;
    simulator.inject({ command: /^AT\+CMGD/, fault: delay, times: Number.MAX_SAFE_INTEGER });
    const before = new Map<number, string>();
    const look = () => {
      for (const { index, pdu } of simulator.stored) {
        const former = before.get(index);
        if (former !== undefined && former !== pdu && !kept.has(former)) early.push(former);
        before.set(index, pdu);
      }
    };
    const began = timers.nowMs();
    for (let n = 0; n < count; n += 1) simulator.receive({ from: '+15550003333', text: `no. ${n}` });
    await timers.until(() => {
      look();
      return simulator.stored.length === 0;
    });
    expect(seen).toHaveLength(count);
    expect(new Set(seen).size).toBe(count);
    expect(early).toEqual([]);
    expect((count * deletionMs) / (timers.nowMs() - began)).toBeGreaterThan(0.95);
  });

  it.each(['garble', 'drop-answer'] as const)(
    'does not destroy the message that takes a freed place when the answer to the deletion is lost (%s)',
    async (kind) => {
      const { timers, simulator, stored } = await ready({ storageSize: 1 });
      simulator.inject({ command: /^AT\+CMGD/, fault: kind === 'garble' ? { kind, line: 'O?#' } : { kind } });
      simulator.receive({ from: '+15550003333', text: 'first' });
      simulator.receive({ from: '+15550003333', text: 'second' });
      await timers.until(() => stored.length === 2 && simulator.stored.length === 0);
      expect(stored.map(({ pdu }) => textOf(pdu))).toEqual(['first', 'second']);
    },
  );

  it('deletes again when the slot still holds the same message', async () => {
    const { timers, simulator, stored } = await ready();
    simulator.inject({ command: /^AT\+CMGD/, fault: { kind: 'refuse', line: 'O?#' } });
    simulator.receive({ from: '+15550003333', text: 'sticky' });
    await timers.until(() => simulator.stored.length === 0);
    expect(stored).toHaveLength(1);
  });

  it('reads slot by slot where the list is refused', async () => {
    const { timers, simulator, stored } = await ready();
    simulator.inject({ command: /^AT\+CMGL/, fault: { kind: 'refuse', line: '+CMS ERROR: 303' }, times: 99 });
    for (const text of ['a', 'b', 'c', 'd', 'e']) simulator.receive({ from: '+15550003333', text });
    await timers.until(() => simulator.stored.length === 0);
    expect(stored.map(({ pdu }) => textOf(pdu))).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});

describe('status reports', () => {
  it('hands a routed report over, then acknowledges it: in this order', async () => {
    const { timers, supervisor, simulator, routed, said } = await ready();
    const [asking] = slicesOf('report please', true);
    if (asking === undefined) throw new Error('no slice');
    said.length = 0;
    expect(await timers.resolve(supervisor.submit(asking))).toEqual({ kind: 'sent', reference: 0 });
    await timers.until(() => said.includes('> AT+CNMA'));
    expect(said.filter((line) => line === 'routed' || line === '> AT+CNMA')).toEqual(['routed', '> AT+CNMA']);
    const report = decodePdu(routed[0] ?? '');
    expect(report).toMatchObject({ ok: true, pdu: { type: 'status-report', reference: 0, outcome: 'delivered' } });
    expect(simulator.submitted).toHaveLength(1);
  });

  it('a report that could not be kept comes again', async () => {
    let fail = true;
    const routed: string[] = [];
    const handlers = {
      onStored: async () => undefined,
      onRouted: async (pdu: string) => {
        routed.push(pdu);
        if (fail) throw new Error('the database is away');
      },
    };
    const { timers, supervisor, unplug } = await ready({}, { handlers });
    const [asking] = slicesOf('report please', true);
    if (asking === undefined) throw new Error('no slice');
    await timers.resolve(supervisor.submit(asking));
    await timers.until(() => routed.length === 1);
    fail = false;
    await unplug();
    await timers.until(() => routed.length === 2);
    expect(routed[1]).toBe(routed[0]);
  });

  it('acknowledges a report that comes with the last step of the start-up', async () => {
    const { timers, supervisor, simulator, routed, unplug, said } = await ready();
    simulator.reportBy({ kind: 'held' });
    const [asking] = slicesOf('report please', true);
    if (asking === undefined) throw new Error('no slice');
    await timers.resolve(supervisor.submit(asking));
    await unplug();
    await timers.settle();
    simulator.releaseReports();
    said.length = 0;
    await timers.until(() => routed.length === 1);
    await timers.advance(1_000);
    expect(said).toContain('> AT+CNMA');
  });

  it('arms the indications again when the modem has dropped them', async () => {
    let hang = true;
    const routed: string[] = [];
    const handlers = {
      onStored: async () => undefined,
      onRouted: (pdu: string) => {
        routed.push(pdu);
        return hang ? new Promise<void>(() => undefined) : Promise.resolve();
      },
    };
    const { timers, supervisor, simulator, said, unplug } = await ready({}, { handlers });
    const [asking] = slicesOf('report please', true);
    if (asking === undefined) throw new Error('no slice');
    await timers.resolve(supervisor.submit(asking));
    await timers.until(() => routed.length === 1);
    said.length = 0;
    // Without acknowledgement the modem gives up after 15 s and announces nothing more.
    await timers.until(() => said.some((line) => /^> AT\+CNMI=2,1/.test(line)), 90_000);
    simulator.receive({ from: '+15550003333', text: 'announced' });
    await timers.settle();
    expect(said.at(-1)).toMatch(/^< \+CMTI/);
    hang = false;
    await unplug();
    await timers.until(() => said.includes('> AT+CNMA'));
    expect(routed).toHaveLength(2);
  });

  it('reads reports the modem stores, like messages', async () => {
    const { timers, supervisor, simulator, stored } = await ready({ reportModes: [0, 2] });
    const [asking] = slicesOf('report please', true);
    if (asking === undefined) throw new Error('no slice');
    await timers.resolve(supervisor.submit(asking));
    await timers.until(() => stored.length === 1 && simulator.stored.length === 0);
    expect(decodePdu(stored[0]?.pdu ?? '')).toMatchObject({ ok: true, pdu: { type: 'status-report' } });
  });

  it('a report that arrives before the reference does not disturb the send', async () => {
    const { timers, supervisor, routed } = await ready({ submitDelayMs: 2_000 });
    const [asking] = slicesOf('report please', true);
    if (asking === undefined) throw new Error('no slice');
    const outcome = supervisor.submit(asking);
    await timers.until(() => routed.length === 1);
    expect(await timers.resolve(outcome)).toEqual({ kind: 'sent', reference: 0 });
  });
});

describe('living on', () => {
  it('opens the port again after the cable was pulled, and goes on', async () => {
    const { timers, supervisor, simulator, unplug, opened, stored } = await ready();
    await unplug();
    await timers.until(() => supervisor.snapshot().state === 'resting');
    expect(supervisor.snapshot().cause).toBe('the port closed');
    simulator.receive({ from: '+15550003333', text: 'while away' });
    await timers.resolve(supervisor.whenReady());
    expect(opened()).toBe(2);
    await timers.until(() => stored.length === 1);
    expect(await timers.resolve(supervisor.submit(slice))).toMatchObject({ kind: 'sent' });
  });

  it('opens the port again when the modem falls silent without a word', async () => {
    const { timers, supervisor, simulator, opened } = await ready();
    simulator.inject({ command: /^AT\+CREG/, fault: { kind: 'silence' } });
    await timers.until(() => supervisor.snapshot().state === 'resting', 60_000);
    expect(supervisor.snapshot().cause).toBe('the modem does not answer any more');
    simulator.wake();
    await timers.resolve(supervisor.whenReady());
    expect(opened()).toBe(2);
  });

  it('sets a modem up again that restarted in operation, without reopening', async () => {
    const { timers, supervisor, simulator, opened, said } = await ready();
    said.length = 0;
    simulator.restart();
    await timers.until(() => supervisor.snapshot().state === 'initialising');
    await timers.resolve(supervisor.whenReady());
    expect(opened()).toBe(1);
    expect(said.filter((line) => line === '> AT+CMGF=0')).toHaveLength(1);
    expect(await timers.resolve(supervisor.submit(slice))).toMatchObject({ kind: 'sent' });
  });

  it('is degraded while the network is lost, and ready when it is back', async () => {
    const { timers, supervisor, simulator } = await ready();
    simulator.setRegistration(0);
    await timers.until(() => supervisor.snapshot().state === 'degraded');
    expect(supervisor.snapshot().cause).toBe('network: not-registered');
    simulator.setRegistration(1);
    await timers.until(() => supervisor.snapshot().state === 'ready');
    expect(supervisor.snapshot().cause).toBeUndefined();
  });

  it('stays quietly ready for hours', async () => {
    const { timers, supervisor, opened } = await ready();
    let changes = 0;
    supervisor.onChange(() => {
      changes += 1;
    });
    await timers.advance(3_600_000);
    expect(opened()).toBe(1);
    expect(changes).toBe(0);
  });

  it('closes while a port is being opened that never opens, and while a handler hangs', async () => {
    bench = createBench({}, { open: () => new Promise(() => undefined) });
    await bench.timers.advance(1_000);
    await bench.timers.resolve(bench.supervisor.close());
    const hanging = { onStored: () => new Promise<void>(() => undefined), onRouted: async () => undefined };
    const { timers, simulator, supervisor, said } = await ready({}, { handlers: hanging });
    simulator.receive({ from: '+15550003333', text: 'stuck' });
    await timers.advance(1_000);
    await timers.resolve(supervisor.close());
    expect(simulator.stored).toHaveLength(1);
    expect(said.some((line) => line.startsWith('> AT+CMGD'))).toBe(false);
  });

  it('tells waiting callers that it was closed, or that they gave up', async () => {
    bench = createBench();
    const gaveUp = new AbortController();
    const first = bench.supervisor.whenReady(gaveUp.signal);
    gaveUp.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    const second = bench.supervisor.whenReady();
    await bench.supervisor.close();
    await expect(second).rejects.toMatchObject({ code: 'modem.closed' });
  });
});
