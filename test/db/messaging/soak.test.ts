import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Clock } from '../../../src/core/clock.ts';
import type { Context } from '../../../src/db/context.ts';
import { createMessaging, listMessages, type MessageView, sendMessage } from '../../../src/messaging/index.ts';
import { createSupervisor, type Timers } from '../../../src/modem/index.ts';
import { createSimulator, type ModemSimulator } from '../../../src/modem/simulator/index.ts';
import { createTransportPair } from '../../../src/modem/transport/pair.ts';
import { newOrganization, openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { addModem, silentLog } from './fixtures.ts';

/*
 * Faults of a modem, each alone and each pair, while texts go both ways. SWITCHHOOK_SOAK_MINUTES spreads that many
 * minutes over the combinations (default: a few seconds each of the faults alone); SWITCHHOOK_SOAK_SEED repeats a run.
 */
const MINUTES = Number(process.env.SWITCHHOOK_SOAK_MINUTES ?? 0);
const SEED = Number(process.env.SWITCHHOOK_SOAK_SEED ?? Date.now() % 1_000_000);
const SPEED = 50;

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
const tally = { sent: 0, received: 0, faults: 0, unknown: 0, failed: 0 };
afterAll(async () => {
  console.log(`with seed ${SEED}: ${JSON.stringify(tally)}, none lost, none doubled where the tests passed`);
  await opened?.close();
});

/** Real time, many times as fast: reconnecting and lost answers take their time. */
const fastTimers: Timers = {
  nowMs: () => performance.now() * SPEED,
  after(delayMs, callback) {
    const handle = setTimeout(callback, delayMs / SPEED);
    return () => clearTimeout(handle);
  },
};

const BEGUN_MS = Date.now();
/** As fast as the timers: by the times of reports one sees which of two texts in doubt they mean. */
const fastClock: Clock = { now: () => new Date(BEGUN_MS + (Date.now() - BEGUN_MS) * SPEED) };

const COMMANDS = /CMGS|CMGL|CMGR|CMGD/;

const FAULTS: Readonly<Record<string, (simulator: ModemSimulator) => void>> = {
  'lost answer': (simulator) => simulator.inject({ command: COMMANDS, fault: { kind: 'drop-answer' } }),
  garbage: (simulator) => simulator.inject({ command: COMMANDS, fault: { kind: 'garble', line: '\u00ff+C~S' } }),
  'network busy': (simulator) =>
    simulator.inject({ command: /CMGS/, fault: { kind: 'refuse', line: '+CMS ERROR: 42' } }),
  'ambiguous error': (simulator) =>
    simulator.inject({ command: /CMGS/, fault: { kind: 'refuse', line: '+CMS ERROR: 500' } }),
  'power cut': (simulator) => simulator.inject({ command: COMMANDS, fault: { kind: 'restart' } }),
  unplug: (simulator) => simulator.inject({ command: COMMANDS, fault: { kind: 'unplug' } }),
  'slow answer': (simulator) => simulator.inject({ command: COMMANDS, fault: { kind: 'delay', delayMs: 8_000 } }),
  'no network': (simulator) => {
    simulator.setRegistration(2);
    fastTimers.after(10_000, () => simulator.setRegistration(1));
  },
};

const NAMES = Object.keys(FAULTS);
const ALONE = NAMES.map((name) => [name]);
const PAIRS = NAMES.flatMap((left, index) => NAMES.slice(index + 1).map((right) => [left, right]));
const COMBINATIONS = MINUTES > 0 ? [...ALONE, ...PAIRS] : ALONE;
const TRAFFIC_MS = MINUTES > 0 ? (MINUTES * 60_000) / COMBINATIONS.length : 1_500;
const SETTLE_MS = 60_000;

describe(`with faults for ${MINUTES} minutes (seed ${SEED})`, () => {
  test.each(COMBINATIONS.map((names) => [names.join(' and '), names] as const))(
    '%s: nothing lost, nothing doubled, and the service returns by itself',
    async (_, names) => {
      const random = seededRandom(SEED);
      const context = await newOrganization(opened.database);
      await addModem(context, 'm1');
      const simulator = createSimulator({
        number: '+15550001111',
        imei: '490154203237518',
        imsi: '001010123456789',
        timers: fastTimers,
        clock: fastClock,
      });
      const messaging = startMessaging(context, simulator);
      await messaging.start();
      const [sent, received]: [string[], string[]] = [[], []];
      const end = performance.now() + TRAFFIC_MS;
      while (performance.now() < end) {
        sent.push(`out ${sent.length}`);
        await sendMessage(context, { to: '+12125550123', body: sent.at(-1) ?? '' });
        received.push(`in ${received.length}`);
        simulator.receive({ from: '+12125550124', text: received.at(-1) ?? '' });
        if (random() < 0.3) {
          FAULTS[names[Math.floor(random() * names.length)] ?? '']?.(simulator);
          tally.faults += 1;
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      const messages = await settled(context, received.length, simulator);
      await messaging.close();

      const inbox = messages.filter(({ direction }) => direction === 'inbound').map(({ body }) => body);
      expect([...inbox].sort()).toEqual([...received].sort());
      const outbound = messages.filter(({ direction }) => direction === 'outbound');
      expect(outbound).toHaveLength(sent.length);
      tally.sent += sent.length;
      tally.received += received.length;
      for (const { status } of outbound) if (status === 'unknown' || status === 'failed') tally[status] += 1;
      const network = simulator.submitted.map(({ decoded }) => decoded.userData.text);
      expect(new Set(network).size).toBe(network.length);
      for (const { body, status } of outbound) {
        // What is in the network is known to be there or called unknown, and the other way round.
        const allowed = network.includes(body) ? ['sent', 'delivered', 'unknown'] : ['unknown', 'failed'];
        expect({ body, status: allowed.includes(status) }).toEqual({ body, status: true });
      }
    },
    TRAFFIC_MS + SETTLE_MS + 30_000,
  );
});

/** All messages when nothing waits any more and the SIM is empty. */
async function settled(context: Context, inbound: number, simulator: ModemSimulator): Promise<readonly MessageView[]> {
  const end = performance.now() + SETTLE_MS;
  for (;;) {
    const messages: MessageView[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof listMessages>> = await listMessages(context, {
        limit: 1000,
        ...(cursor === null ? {} : { cursor }),
      });
      messages.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    const waiting = messages.filter(({ status }) => status === 'queued' || status === 'submitting').length;
    const arrived = messages.filter(({ direction }) => direction === 'inbound').length;
    if (waiting === 0 && arrived >= inbound && simulator.stored.length === 0) return messages;
    if (performance.now() > end) throw new Error(`${waiting} still wait, ${arrived} of ${inbound} arrived`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function startMessaging(context: Context, simulator: ModemSimulator) {
  return createMessaging({
    database: opened.database,
    secrets: context.secrets,
    clock: fastClock,
    timers: fastTimers,
    log: silentLog,
    openModem: ({ name, path, organizationId }, handlers) =>
      createSupervisor({
        name,
        path,
        handlers,
        timers: fastTimers,
        pinMemory: { isKnownBad: async () => false, markBad: async () => {} },
        open: async () => {
          const [host, modem] = createTransportPair();
          if (organizationId === context.organizationId) simulator.attach(modem);
          return host;
        },
      }),
  });
}
