import { describe, expect, it } from 'vitest';
import {
  compile,
  createMemoryCounters,
  decide,
  type MemoryCounters,
  PHRASES,
  type PlanDocument,
} from '../../../src/routing/index.ts';
import { acme, answerTo, documentOf, eventOf, kinds, NOON, resumeOf, rung, spoken, stepOf, users } from '../support.ts';

function group(
  strategy: 'simultaneous' | 'sequential' | 'round_robin',
  turns: number,
  members: string[],
): PlanDocument {
  return documentOf({
    extensions: [...(users('101', '102', '104') ?? []), { number: '103', status: 'inactive' }],
    numbers: [{ number: '+16465550100', routeTo: 'ring_group:g' }],
    ringGroups: [{ name: 'g', strategy, turns, timeoutSeconds: 15, members, fallback: 'extension:104' }],
  });
}

/** Who rings, document after document, while nobody answers. */
function order(document: PlanDocument, tick = 0): string[] {
  const facts = { counters: { 'ring_group:g': tick } };
  const rings: string[] = [];
  let answer = answerTo(document, eventOf(), undefined, facts);
  while (kinds(answer).includes('dial')) {
    rings.push(rung(answer).join('+'));
    answer = answerTo(document, eventOf({ dialOutcome: 'no-answer' }), resumeOf(answer), facts);
  }
  return rings;
}

describe('ring group', () => {
  it.each([
    ['simultaneous', 1, ['101+102', '104']],
    ['simultaneous', 2, ['101+102', '101+102', '104']],
    ['sequential', 1, ['101', '102', '104']],
    ['sequential', 2, ['101', '102', '101', '102', '104']],
    ['round_robin', 1, ['101', '102', '104']],
  ] as const)('%s with %i turns rings in this order, then the fallback', (strategy, turns, expected) => {
    expect(order(group(strategy, turns, ['101', '102', '103']))).toEqual(expected);
  });

  it('round robin begins one active member further with each tick', () => {
    const document = group('round_robin', 1, ['101', '103', '102']);
    expect([0, 1, 2].map((tick) => order(document, tick)[0])).toEqual(['101', '102', '101']);
    expect(order(document, 1)).toEqual(['102', '101', '104']);
  });

  it('round robin asks for its tick when the call arrives, and for none when it comes back', () => {
    const plan = compile(group('round_robin', 1, ['101', '102']));
    expect(decide(plan, eventOf(), undefined, NOON)).toEqual({
      kind: 'ask',
      counters: [{ kind: 'tick', key: 'ring_group:g' }],
    });
    const first = answerTo(group('round_robin', 1, ['101', '102']), eventOf(), undefined, {
      counters: { 'ring_group:g': 0 },
    });
    expect(decide(plan, eventOf({ dialOutcome: 'busy' }), resumeOf(first), NOON).kind).toBe('answer');
  });

  it.each(['simultaneous', 'sequential', 'round_robin'] as const)(
    '%s: an answered call never rings the next',
    (strategy) => {
      const facts = { counters: { 'ring_group:g': 0 } };
      const document = group(strategy, 3, ['101', '102']);
      const state = resumeOf(answerTo(document, eventOf(), undefined, facts));
      expect(kinds(answerTo(document, eventOf({ dialOutcome: 'answered' }), state))).toEqual(['hangup']);
    },
  );

  it('says who is skipped and why', () => {
    expect(answerTo(acme(), eventOf({ to: '+16465550101' })).trace).toContain('member 103 skipped: inactive');
  });

  it('carries its timeout and its longest duration', () => {
    expect(stepOf(answerTo(acme(), eventOf({ to: '+16465550101' })), 'dial')).toMatchObject({
      timeoutSeconds: 20,
      timeLimitSeconds: 3600,
    });
  });

  it('with nobody to ring goes to its fallback at once', () => {
    expect(order(group('sequential', 1, ['103']))).toEqual(['104']);
  });

  it('whose fallback is hangup says that nobody is available', () => {
    const document = documentOf({
      extensions: [{ number: '103', status: 'inactive' }],
      numbers: [{ number: '+16465550100', routeTo: 'ring_group:g' }],
      ringGroups: [{ name: 'g', members: ['103'] }],
    });
    expect(spoken(answerTo(document, eventOf()))).toBe(PHRASES.nobodyAvailable);
  });

  it('rings a forward over its trunk, one at a time, and never beside phones', () => {
    const parts = {
      extensions: [{ number: '101' }, { number: '109', type: 'forward' as const, forwardTo: '+12025550123' }],
      numbers: [{ number: '+16465550100', routeTo: 'ring_group:g' }],
      outboundWhitelist: [{ prefix: '+1', trunk: 'carrier' }],
    };
    const ringGroups = (strategy: 'sequential' | 'simultaneous') => [{ name: 'g', strategy, members: ['109', '101'] }];
    const sequential = answerTo(documentOf({ ...parts, ringGroups: ringGroups('sequential') }), eventOf());
    expect(stepOf(sequential, 'dial')).toMatchObject({ trunk: 'carrier', targets: [{ number: '+12025550123' }] });
    const together = answerTo(documentOf({ ...parts, ringGroups: ringGroups('simultaneous') }), eventOf());
    expect(rung(together)).toEqual(['101']);
  });

  it('inactive or missing is said, not rung', () => {
    const document = documentOf({
      extensions: users('101') ?? [],
      numbers: [{ number: '+16465550100', routeTo: 'ring_group:g' }],
      ringGroups: [{ name: 'g', status: 'inactive', members: ['101'] }],
    });
    expect(spoken(answerTo(document, eventOf()))).toBe(PHRASES.destinationUnavailable);
  });
});

describe('rotations by last turn and by share', () => {
  const numbers = [{ number: '+16465550100', routeTo: 'ring_group:g' }];
  const rotating = (parts: object) =>
    documentOf({
      extensions: [...(users('101', '102', '104') ?? []), { number: '103', status: 'inactive' }],
      numbers,
      ringGroups: [{ name: 'g', members: ['101', '102', '103', '104'], fallback: 'hangup', ...parts }],
    });

  /** Whom each attempt of a call rings, when nobody answers before `answeredAt`. */
  function call(document: PlanDocument, shared: MemoryCounters, answeredAt: number, random = 0): string[] {
    const facts = { random };
    let answer = answerTo(document, eventOf(), undefined, facts, shared);
    const rings: string[] = [];
    while (kinds(answer).includes('dial')) {
      rings.push(rung(answer).join('+'));
      const dialOutcome = rings.length > answeredAt ? 'answered' : 'no-answer';
      answer = answerTo(document, eventOf({ dialOutcome }), resumeOf(answer), facts, shared);
    }
    return rings;
  }

  it('least_recent rings whoever rang longest ago, and never an inactive member', () => {
    const shared = createMemoryCounters();
    const document = rotating({ strategy: 'least_recent' });
    expect([1, 2, 3, 4].map(() => call(document, shared, 0)[0])).toEqual(['101', '102', '104', '101']);
  });

  it('least_recent rings each member once a turn, and counts each ring as a turn', () => {
    const shared = createMemoryCounters();
    const document = rotating({ strategy: 'least_recent', turns: 2 });
    const rings = call(document, shared, 99);
    expect(rings.slice(0, 3).sort()).toEqual(['101', '102', '104']);
    expect(rings.slice(3).sort()).toEqual(['101', '102', '104']);
    expect(call(document, shared, 1)).toEqual(['101', '102']);
    expect(call(document, shared, 0)).toEqual(['104']);
  });

  it.each([
    [0, '101'],
    [0.74, '101'],
    [0.76, '102'],
  ])('weighted draws by share: at %d rings %s first', (random, first) => {
    const document = rotating({ strategy: 'weighted', weights: { '101': 3, '102': 1, '104': 0 } });
    expect(call(document, createMemoryCounters(), 0, random)).toEqual([first]);
  });

  it('weighted rings everybody once a turn, those without a share last', () => {
    const document = rotating({ strategy: 'weighted', weights: { '101': 0, '102': 1, '104': 0 }, turns: 2 });
    const rings = call(document, createMemoryCounters(), 99, 0.5);
    expect(rings).toEqual(['102', '101', '104', '102', '101', '104']);
  });

  it.each(['least_recent', 'weighted'] as const)('%s: an answered call never rings the next', (strategy) => {
    expect(call(rotating({ strategy }), createMemoryCounters(), 0)).toHaveLength(1);
  });

  it('least_recent rings everybody else once when a forward of the group may not call out', () => {
    const document = documentOf({
      voice: { limits: { organization: { callsPerDay: 1 } } },
      extensions: [...(users('101', '102') ?? []), { number: '109', type: 'forward', forwardTo: '+12025550123' }],
      numbers,
      outboundWhitelist: [{ prefix: '+1', trunk: 'us' }],
      ringGroups: [{ name: 'g', members: ['101', '102', '109'], strategy: 'least_recent', fallback: 'hangup' }],
    });
    const shared = createMemoryCounters();
    expect(call(document, shared, 99)).toEqual(['101', '102', '+12025550123']);
    // Now it is the turn of 101, 102 and 109 again; the one call of the day is used up.
    expect(call(document, shared, 0)).toEqual(['101']);
    expect(call(document, shared, 0)).toEqual(['102']);
    expect(call(document, shared, 99)).toEqual(['101', '102']);
  });

  it('a group may fall back to another group', () => {
    const document = documentOf({
      extensions: users('101', '102') ?? [],
      numbers,
      ringGroups: [
        { name: 'g', members: ['101'], strategy: 'least_recent', fallback: 'ring_group:h' },
        { name: 'h', members: ['102'], strategy: 'weighted' },
      ],
    });
    expect(call(document, createMemoryCounters(), 99)).toEqual(['101', '102']);
  });
});
