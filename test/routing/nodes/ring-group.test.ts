import { describe, expect, it } from 'vitest';
import { compile, decide, PHRASES, type PlanDocument } from '../../../src/routing/index.ts';
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
    expect(decide(plan, eventOf(), undefined, NOON)).toEqual({ kind: 'ask', counters: [{ kind: 'tick', key: 'ring_group:g' }] });
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
