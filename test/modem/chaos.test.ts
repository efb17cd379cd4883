import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePdu, encodeSubmit } from '../../src/modem/pdu/index.ts';
import type { Fault, FaultRule } from '../../src/modem/simulator/index.ts';
import { createBench } from './support/bench.ts';

const faults: readonly Fault[] = [
  { kind: 'drop-answer' },
  { kind: 'refuse', line: '+CMS ERROR: 42' },
  { kind: 'refuse', line: '+CMS ERROR: 500' },
  { kind: 'refuse', line: 'ERROR' },
  { kind: 'delay', delayMs: 7_000 },
  { kind: 'delay', delayMs: 140_000 },
  { kind: 'say-before', lines: ['+CMTI: "SM",1', 'RING', '^RSSI:3'] },
  { kind: 'garble', line: 'O?#K' },
  { kind: 'silence' },
  { kind: 'restart' },
  { kind: 'unplug' },
];

const rule: fc.Arbitrary<FaultRule> = fc.record({
  command: fc.constantFrom(/^AT\+CMGS/, /^AT\+CMGD/, /^AT\+CMGR/, /^AT\+CMGL/, /^AT\+CPMS/, /^AT\+CREG/, /^AT\+CNMI/),
  fault: fc.constantFrom(...faults),
  at: fc.constantFrom('payload' as const, 'prompt' as const),
});

const sendRule: fc.Arbitrary<FaultRule> = fc.record({
  command: fc.constant(/^AT\+CMGS/),
  fault: fc.constantFrom(...faults),
  at: fc.constantFrom('payload' as const, 'payload' as const, 'prompt' as const),
});

type Event =
  | { readonly kind: 'fault'; readonly rule: FaultRule }
  | { readonly kind: 'send' }
  | { readonly kind: 'receive' }
  | { readonly kind: 'unplug' }
  | { readonly kind: 'restart' }
  | { readonly kind: 'wait'; readonly ms: number };

/** Sends and their faults are weighted: without weights most runs would never have a message in the air. */
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('fault' as const), rule }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('fault' as const), rule: sendRule }) },
  { weight: 5, arbitrary: fc.constant<Event>({ kind: 'send' }) },
  { weight: 3, arbitrary: fc.constant<Event>({ kind: 'receive' }) },
  { weight: 2, arbitrary: fc.constantFrom<Event>({ kind: 'unplug' }, { kind: 'restart' }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 50_000 }) }) },
);

/** A run that must end with an unknown slice, so that the count below never depends on luck. */
const LOST_ANSWER: readonly Event[] = [
  { kind: 'send' },
  { kind: 'wait', ms: 1_000 },
  { kind: 'fault', rule: { command: /^AT\+CMGS/, fault: { kind: 'drop-answer' }, at: 'payload' } },
  { kind: 'send' },
  { kind: 'receive' },
];

/** Plays events, then lets everything come to rest. */
async function play(events: readonly Event[], storageSize: number) {
  const { timers, simulator, supervisor, stored, routed, unplug } = createBench({ storageSize });
  const outcomes: Promise<{ readonly text: string; readonly kind: string }>[] = [];
  const received: string[] = [];
  await timers.resolve(supervisor.whenReady());
  for (const each of events) {
    switch (each.kind) {
      case 'fault':
        simulator.inject(each.rule);
        break;
      case 'send': {
        const text = `out ${outcomes.length}`;
        const [slice] = encodeSubmit({ to: '+15550002222', text, statusReport: true }).slices;
        if (slice === undefined) throw new Error('no slice');
        outcomes.push(supervisor.submit(slice).then(({ kind }) => ({ text, kind })));
        break;
      }
      case 'receive':
        received.push(`in ${received.length}`);
        simulator.receive({ from: '+15550003333', text: received.at(-1) ?? '' });
        break;
      case 'unplug':
        await unplug();
        break;
      case 'restart':
        simulator.restart();
        break;
      case 'wait':
        await timers.advance(each.ms);
    }
  }
  // Faults that have not struck yet may do so now, and a modem that fell silent is woken by hand.
  for (let round = 0; round < 40; round += 1) {
    simulator.wake();
    await timers.advance(60_000);
  }
  const settled = await timers.resolve(Promise.all(outcomes));
  const state = supervisor.snapshot().state;
  const left = simulator.stored.length;
  const taken = simulator.submitted.map((each) => each.decoded.userData.text ?? '');
  const references = simulator.submitted.map((each) => each.reference);
  await timers.resolve(supervisor.close());
  const texts = stored.map(({ pdu }) => {
    const decoded = decodePdu(pdu);
    return decoded.ok && decoded.pdu.type === 'deliver' ? decoded.pdu.userData.text : null;
  });
  const reported = routed.map((pdu) => {
    const decoded = decodePdu(pdu);
    return decoded.ok && decoded.pdu.type === 'status-report' ? decoded.pdu.reference : null;
  });
  return { settled, state, left, taken, texts, received, references, reported };
}

/** More with CHAOS_RUNS, to look for trouble after a change of the driver. */
const RUNS = Number(process.env.CHAOS_RUNS ?? 60);

describe('whatever goes wrong', () => {
  it(
    'no message and no report is lost, none is sent twice, every outcome is true, and the modem recovers',
    async () => {
      let sent = 0;
      let unknown = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(event, { maxLength: 25 }), fc.constantFrom(1, 3, 20), async (events, storageSize) => {
          const { settled, state, left, taken, texts, received, references, reported } = await play(
            events,
            storageSize,
          );
          expect(state).toBe('ready');
          expect(left).toBe(0);
          expect([...new Set(texts)].sort()).toEqual([...received].sort());
          expect(new Set(taken).size).toBe(taken.length);
          expect([...new Set(reported)].sort()).toEqual([...references].sort());
          for (const { text, kind } of settled) {
            if (kind === 'sent') expect(taken).toContain(text);
            if (kind === 'refused') expect(taken).not.toContain(text);
            if (kind === 'sent') sent += 1;
            if (kind === 'unknown') unknown += 1;
          }
        }),
        { numRuns: RUNS, examples: [[[...LOST_ANSWER], 20]] },
      );
      // Proof that the runs looked at something.
      expect(sent).toBeGreaterThan(0);
      expect(unknown).toBeGreaterThan(0);
    },
    60_000 + RUNS * 100,
  );
});
