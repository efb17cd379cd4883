import { describe, expect, it } from 'vitest';
import type { ModemEvent } from '../../src/modem/events.ts';
import { decodePdu, encodeSubmit } from '../../src/modem/pdu/index.ts';
import { MISCHIEF_NAMES } from '../../src/modem/simulator/index.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { createBench } from './support/bench.ts';

/** `MODEM_FAULT_MINUTES=10` for the long run. */
const MINUTES = Number(process.env.MODEM_FAULT_MINUTES ?? 2);
/** A start takes thirty commands: what may strike each of them has to be rarer than what strikes messages only. */
const RARE: Readonly<Record<string, number>> = { silence: 0.01, garbage: 0.03, lostAnswer: 0.03 };
const CHANCE = 0.15;
const PAIRS = MISCHIEF_NAMES.flatMap((first, index) => MISCHIEF_NAMES.slice(index).map((second) => [first, second]));

describe(`each fault alone and with each other, for ${MINUTES} minutes of traffic`, () => {
  it.each(PAIRS)(
    '%s and %s: nothing lost, nothing doubled, and it works again without a person',
    async (...pair) => {
      const mischief = Object.fromEntries(pair.map((name) => [name, RARE[name] ?? CHANCE]));
      const random = seededRandom(pair.join().length * 7 + PAIRS.findIndex((each) => each.join() === pair.join()));
      const bench = createBench({ mischief, random, submitDelayMs: 300, bootMs: 5_000, storageSize: 10 });
      const { timers, supervisor, simulator, stored } = bench;
      const events: ModemEvent[] = [];
      supervisor.onEvent((event) => events.push(event));
      const fates = new Map<string, string>();
      for (let turn = 0; turn < MINUTES * 6; turn += 1) {
        simulator.receive({ from: '+15550003333', text: `in ${turn}` });
        const text = `out ${turn}`;
        const [slice] = encodeSubmit({ to: '+15550002222', text, statusReport: true }).slices;
        if (slice === undefined) throw new Error('no slice');
        void supervisor.submit(slice).then(({ kind }) => fates.set(text, kind));
        await timers.advance(10_000);
      }
      await timers.until(() => fates.size === MINUTES * 6, 600_000);
      for (const name of pair) mischief[name] = 0;
      await timers.until(() => supervisor.snapshot().state === 'ready', 900_000);
      const texts = () => new Set(stored.map(({ pdu }) => textOf(pdu)));
      await timers.until(() => texts().size === MINUTES * 6, 1_800_000);

      const taken = simulator.submitted.map(({ decoded }) => decoded.userData.text ?? '');
      for (const [text, fate] of fates) {
        const times = taken.filter((each) => each === text).length;
        if (fate === 'sent') expect(times, text).toBe(1);
        else if (fate === 'refused') expect(times, text).toBe(0);
        else expect(times, text).toBeLessThanOrEqual(1);
      }
      // Whatever took it away from the network or from us stands in the event log, and so does its return.
      if (events.some(({ kind }) => kind === 'lost'))
        expect(events.at(-1)?.kind).toMatch(/ready|missed-call|storage-full/);
      await timers.resolve(supervisor.close());
    },
    120_000,
  );
});

function textOf(pdu: string): string {
  const decoded = decodePdu(pdu);
  return decoded.ok && decoded.pdu.type === 'deliver' ? (decoded.pdu.userData.text ?? '') : '';
}
