import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTransport, type Transport } from '../../../src/modem/index.ts';
import { createSimulator, type ModemSimulator, type Submission } from '../../../src/modem/simulator/index.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import {
  acmeConfig,
  allOf,
  eventually,
  newDataDirectory,
  removeDataDirectory,
  type Service,
  startService,
} from '../../support/service.ts';
import { type Cable, createCableNames, plugCable, whySkipped } from '../socat.ts';

/*
 * kill -9 of the service at random moments while it sends and receives; the modem survives, as hardware does.
 * SWITCHHOOK_KILL_ROUNDS sets how often (default 8), SWITCHHOOK_KILL_SEED repeats a run.
 */
const MOST_ALIVE_MS = 6_000;
const ROUNDS = Number(process.env.SWITCHHOOK_KILL_ROUNDS ?? 8);
const SEED = Number(process.env.SWITCHHOOK_KILL_SEED ?? Date.now() % 1_000_000);
const SENDERS = ['+15550003333', '+15550004444'];
const ROUND_LIMIT_MS = 30_000;
/** Septets of a slice beside its concatenation header (3GPP TS 23.040 9.2.3.24.1). */
const GSM7_SLICE = 153;

const reason = whySkipped();
if (reason !== undefined) console.log(`skipped: ${reason}`);

interface Part {
  readonly sequence: number;
  readonly reference: number | null;
  readonly status: string;
  readonly error: string | null;
}

interface Message {
  readonly id: string;
  readonly body: string;
  readonly status: string;
  readonly parts: readonly Part[];
}

/** A text to send, and what the API said of it. The key stays, so a text whose answer was lost can be posted again. */
interface Order {
  readonly to: string;
  readonly body: string;
  readonly key: string;
  id: string | undefined;
}

describe.skipIf(reason !== undefined)('kill -9 while sending and receiving', () => {
  const random = seededRandom(SEED);
  const names = createCableNames();
  const orders: Order[] = [];
  const injected: string[] = [];
  /** CDRs that were acknowledged. */
  const acknowledged: string[] = [];
  const startTimes: number[] = [];
  let simulator: ModemSimulator;
  let cable: Cable;
  let transport: Transport;
  let dataDirectory: string;
  let config: string;

  beforeAll(async () => {
    if (reason !== undefined) return;
    simulator = createSimulator({
      number: '+15550001111',
      imei: '490154203237518',
      imsi: '001010123456789',
      submitDelayMs: 60,
    });
    simulator.reportBy({ kind: 'after', delayMs: 150 });
    cable = await plugCable(names.directory);
    transport = await openTransport(cable.modem);
    simulator.attach(transport);
    dataDirectory = await newDataDirectory();
    config = acmeConfig([{ name: 'm1', path: cable.host }]);
  }, 60_000);

  afterAll(async () => {
    await transport?.close();
    await cable?.unplug();
    names.remove();
    if (dataDirectory !== undefined) removeDataDirectory(dataDirectory);
  });

  it(
    `${ROUNDS} times loses no text, sends none twice, and calls unknown what was in the air`,
    async () => {
      let atStart = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        // One in six dies before it is ready.
        if (random() < 1 / 6) {
          atStart += 1;
          await killDuringStart();
        } else await killAtWork(round);
      }
      await settleAndCheck(atStart);
    },
    120_000 + ROUNDS * ROUND_LIMIT_MS,
  );

  async function killDuringStart(): Promise<void> {
    const dying = new AbortController();
    const timer = setTimeout(() => dying.abort(), random() * 3_000);
    receive('while starting');
    const started = await startService({ config, dataDirectory, signal: dying.signal }).catch((error: unknown) => {
      if (dying.signal.aborted) return undefined;
      throw error;
    });
    clearTimeout(timer);
    await started?.kill();
  }

  async function killAtWork(round: number): Promise<void> {
    const service = await startService({ config, dataDirectory });
    startTimes.push(service.startedInMs);
    const stop = new AbortController();
    const traffic = [send(service, stop.signal, round), incoming(stop.signal)];
    // A prompt can be over between two looks, and the texts of a round run out: then any moment will do.
    await Promise.race([momentOfDeath(), pause(MOST_ALIVE_MS)]);
    await service.kill();
    stop.abort();
    await Promise.all(traffic);
  }

  /** At any time, at the modem's prompt, or soon after a slice reached the network: that is where it hurts. */
  async function momentOfDeath(): Promise<void> {
    const where = random();
    if (where < 0.25) return pause(random() * 2_500);
    if (where < 0.5) {
      // The slice is claimed, its bytes are about to leave.
      for (let look = 0; !simulator.atPrompt && look < MOST_ALIVE_MS; look += 1) await pause(1);
      return;
    }
    let left = 1 + Math.floor(random() * 8);
    await new Promise<void>((resolve) => {
      const stopListening = simulator.onSubmit(() => {
        left -= 1;
        if (left > 0) return;
        stopListening();
        resolve();
      });
    });
    await pause(random() * 120);
  }

  async function send(service: Service, signal: AbortSignal, round: number): Promise<void> {
    for (let turn = 0; !signal.aborted; turn += 1) {
      const open = orders.filter((order) => order.id === undefined);
      // As fast as the modem takes them, not faster: a queue that only grows proves nothing more.
      if (open.length === 0 && turn < 14) orders.push(newOrder(`${round}-${turn}`));
      for (const order of orders.filter(({ id }) => id === undefined)) await post(service, order);
      await postCdr(service, `${round}-${turn}@x`);
      await pause(60 + random() * 120);
    }
  }

  /** Every slice holds the name of its order, so that the network's log tells which it is. */
  function newOrder(name: string): Order {
    const parts = random() < 0.6 ? 1 : 2 + Math.floor(random() * 3);
    const length = parts === 1 ? 40 : (parts - 1) * GSM7_SLICE + 60;
    const body = `<${name}> `
      .repeat(length)
      .slice(0, length - 1)
      .concat('.');
    const to = `+1555${String(1_000_000 + orders.length)}`;
    return { to, body, key: `order-${name}`, id: undefined };
  }

  async function post(service: Service, order: Order): Promise<void> {
    try {
      const { status, body } = await service.api<{ id: string }>(
        'POST',
        '/messages',
        { to: order.to, body: order.body },
        { 'idempotency-key': order.key },
      );
      if (status === 202) order.id = body.id;
      // 409: the request that died with the process still counts as running; it is posted again later.
      else if (status !== 409) throw new Error(`POST /messages answered ${status}: ${JSON.stringify(body)}`);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }

  async function postCdr(service: Service, callId: string): Promise<void> {
    try {
      const response = await fetch(`${service.url}/webhooks/cloudonix/cdr/fixture-webhook-token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ call_id: callId, disposition: 'ANSWER', duration: 2, billsec: 1 }),
      });
      if (response.status === 204) acknowledged.push(callId);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }

  async function incoming(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      receive('at work');
      await pause(80 + random() * 200);
    }
  }

  function receive(when: string): void {
    const number = injected.length;
    const from = SENDERS[number % SENDERS.length] ?? '';
    if (random() < 0.7) {
      const text = `in ${number} ${when}`;
      injected.push(text);
      simulator.receive({ from, text });
      return;
    }
    const slices = [1, 2, 3].map((sequence) => `in ${number} ${when} part ${sequence}. `);
    injected.push(slices.join(''));
    for (const sequence of shuffled([1, 2, 3])) {
      const concat = { reference: number % 256, total: 3, sequence };
      simulator.receive({ from, text: slices[sequence - 1] ?? '', concat });
    }
  }

  function shuffled<T>(items: readonly T[]): T[] {
    return items
      .map((item) => ({ item, rank: random() }))
      .sort((left, right) => left.rank - right.rank)
      .map(({ item }) => item);
  }

  async function settleAndCheck(atStart: number): Promise<void> {
    const service = await startService({ config, dataDirectory });
    for (const order of orders) {
      await eventually(
        () => (order.id === undefined ? post(service, order) : Promise.resolve()),
        () => order.id !== undefined,
      );
    }
    const inbound = await eventually(
      () => allOf<Message>(service, '/messages?direction=inbound'),
      (messages) => messages.length >= injected.length && simulator.stored.length === 0,
    );
    const outbound = await eventually(
      () => allOf<Message>(service, '/messages?direction=outbound'),
      (messages) => messages.every(isSettled),
    );
    const cdrs = (await allOf<{ sipCallId: string }>(service, '/cdrs')).map(({ sipCallId }) => sipCallId);
    const parts = outbound.flatMap((message) => message.parts);
    const unknown = outbound.flatMap((message) =>
      message.parts.filter(({ status }) => status === 'unknown').map((part) => ({ message, part })),
    );
    const times = timesSubmitted(simulator.submitted);
    console.log(
      `kill -9: seed ${SEED}, ${ROUNDS} rounds (${atStart} during the start); in ${injected.length} texts; ` +
        `out ${outbound.length} messages, ${parts.length} parts, ${simulator.submitted.length} submitted, ` +
        `${outbound.filter(({ status }) => status === 'delivered').length} messages delivered, ` +
        `${unknown.length} parts unknown; ${acknowledged.length} CDRs acknowledged; ` +
        `starts took ${Math.round(Math.min(...startTimes))} to ${Math.round(Math.max(...startTimes))} ms`,
    );
    expect(await service.stop()).toBe(0);

    expect(inbound.map(({ body }) => body).sort()).toEqual([...injected].sort());
    expect(outbound.map(({ body }) => body).sort()).toEqual(orders.map(({ body }) => body).sort());
    expect([...times].filter(([, count]) => count > 1)).toEqual([]);
    for (const { message, part } of unknown) {
      expect(message.status).toBe('unknown');
      expect(part.error).toMatch(/^(The program stopped while this part|It may have been sent)/);
    }
    // One modem has one slice in the air, so a kill leaves one in doubt at most.
    expect(unknown.length).toBeLessThanOrEqual(ROUNDS);
    expect(new Set(cdrs).size).toBe(cdrs.length);
    // More may be there: stored, and killed before the answer.
    expect(cdrs).toEqual(expect.arrayContaining(acknowledged));
  }

  /** What reached the network is delivered, its report came; what did not is in doubt, or waits behind the one that is. */
  function isSettled(message: Message): boolean {
    const times = timesSubmitted(simulator.submitted);
    return message.parts.every(({ sequence, status }) => {
      if (times.has(`${nameIn(message.body)}/${sequence}`)) return status === 'delivered';
      return status === 'unknown' || (status === 'queued' && message.status === 'unknown');
    });
  }

  /** How often the network took each slice, by order and sequence. */
  function timesSubmitted(submitted: readonly Submission[]): Map<string, number> {
    const times = new Map<string, number>();
    for (const { decoded } of submitted) {
      const { text, header } = decoded.userData;
      const key = `${nameIn(text ?? '')}/${header.concat?.sequence ?? 1}`;
      times.set(key, (times.get(key) ?? 0) + 1);
    }
    return times;
  }
});

function nameIn(text: string): string {
  return /<([\d-]+)>/.exec(text)?.[1] ?? text;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
