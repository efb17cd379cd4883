import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byCaller, byWeight } from '../../../src/routing/balance.ts';
import {
  type AiLoadBalancer,
  type Answer,
  type CallState,
  compile,
  decide,
  type EngageQuestion,
  type Facts,
  PHRASES,
  type PlanDocument,
  type PlanDocumentInput,
  type VoiceEvent,
} from '../../../src/routing/index.ts';
import {
  acme,
  answerTo,
  dialedBy,
  documentOf,
  eventOf,
  kinds,
  NOON,
  resumeOf,
  rung,
  spoken,
  stepOf,
} from '../support.ts';

const event = eventOf({ to: '+16465550103' });

/** Who is free: the shared state of these tests. The answer is as the database would give it. */
type Shared = (question: EngageQuestion) => number;

const everybodyFree: Shared = () => 0;

function busy(...names: readonly string[]): Shared {
  return ({ among }) => among.findIndex(({ assistant }) => !names.includes(assistant));
}

/** Decides, with the shared state to ask. `asked` collects the questions. */
function decided(
  document: PlanDocument,
  voiceEvent: VoiceEvent,
  state?: CallState,
  shared: Shared = everybodyFree,
  facts: Partial<Facts> = {},
  asked: EngageQuestion[] = [],
): Answer {
  const plan = compile(document);
  const counters: Record<string, number> = {};
  for (;;) {
    const decision = decide(plan, voiceEvent, state, { ...NOON, ...facts, counters });
    if (decision.kind === 'answer') return decision;
    for (const question of decision.counters) {
      if (question.kind !== 'engage') throw new Error(`asked for ${question.kind}`);
      asked.push(question);
      counters[question.key] = shared(question);
    }
  }
}

describe('AI assistant', () => {
  const desk = dialedBy('101', '900');

  it('by SIP is dialled as a Service of its provider', () => {
    const dial = stepOf(decided(acme(), desk), 'dial');
    expect(dial.targets).toEqual([{ kind: 'service', provider: 'vapi', number: '+16465550140' }]);
    expect(dial.headers).toEqual({ 'X-Caller': '101', 'X-Called': '900' });
  });

  it('by WebSocket is streamed to, and told who calls', () => {
    const answer = decided(acme(), event);
    expect(kinds(answer)).toEqual(['connect-stream', 'redirect']);
    expect(stepOf(answer, 'connect-stream')).toMatchObject({
      url: 'wss://agents.example/a',
      parameters: { caller: '+16465550150', called: '+16465550103', assistant: 'agent-a', session: event.callToken },
    });
    expect(answer.effects).toEqual([{ kind: 'assistant', name: 'agent-a' }]);
  });

  it.each([
    ['answered', ['hangup']],
    ['failed', ['say', 'hangup']],
    ['busy', ['say', 'hangup']],
  ] as const)('%s', (dialOutcome, expected) => {
    expect(kinds(decided(acme(), { ...desk, dialOutcome }, resumeOf(decided(acme(), desk))))).toEqual(expected);
  });

  it('with a limit asks for a place, and says so when there is none', () => {
    const asked: EngageQuestion[] = [];
    const answer = decided(acme(), desk, undefined, busy('desk-sip'), {}, asked);
    expect(asked).toMatchObject([{ choose: 'first', among: [{ assistant: 'desk-sip', limit: 2 }] }]);
    expect(spoken(answer)).toBe(PHRASES.assistantUnavailable);
    expect(answer.trace).toContain('AI assistant desk-sip: all its calls (2) are taken');
    expect(answer.effects).toEqual([]);
  });

  const single = (assistant: Partial<NonNullable<PlanDocumentInput['aiAssistants']>[number]>) =>
    documentOf({
      extensions: [{ number: '101' }],
      numbers: [{ number: '+16465550103', routeTo: 'ai_assistant:a' }],
      aiAssistants: [{ name: 'a', protocol: 'websocket', url: 'wss://agents.example/a', ...assistant }],
    });

  it('without a limit is engaged at once: the caller waits for no database', () => {
    expect(kinds(answerTo(single({}), event))).toEqual(['connect-stream', 'redirect']);
  });

  it('goes to its fallback when it is busy, and when it fails', () => {
    const document = single({ maxConcurrentCalls: 1, fallback: 'extension:101' });
    expect(rung(decided(document, event, undefined, busy('a')))).toEqual(['101']);
    const state = resumeOf(decided(document, event));
    expect(rung(decided(document, { ...event, dialOutcome: 'failed' }, state))).toEqual(['101']);
  });

  it('is given its parameters, as stream parameters that cannot replace ours', () => {
    const answer = decided(single({ parameters: { campaign: 'spring & <summer>', caller: 'forged' } }), event);
    expect(stepOf(answer, 'connect-stream').parameters).toMatchObject({
      campaign: 'spring & <summer>',
      caller: '+16465550150',
    });
  });

  it('by SIP is given its parameters as headers, and a longest conversation', () => {
    const sip = { protocol: 'sip', provider: 'brand-new', phoneNumber: '+16465550140', url: undefined } as const;
    const document = single({ ...sip, parameters: { Campaign: 'spring' }, maxCallDurationSeconds: 600 });
    expect(stepOf(decided(document, event), 'dial')).toMatchObject({
      targets: [{ provider: 'brand-new' }],
      headers: { 'X-Campaign': 'spring' },
      timeLimitSeconds: 600,
    });
  });

  it('finds session, from and to in its address, encoded', () => {
    const document = single({ url: 'wss://bot.example/ws/7?session={session}&from={from}&to={to}' });
    expect(stepOf(decided(document, eventOf({ ...event, from: 'a&b' })), 'connect-stream').url).toBe(
      `wss://bot.example/ws/7?session=${event.callToken}&from=a%26b&to=%2B16465550103`,
    );
  });

  it.each([
    [{ url: 'ws://agents.example/a' }, 'give the wss:// address'],
    [{ url: 'wss://agents.example/{agent}' }, 'only {session}, {from} and {to} are filled in'],
    [{ maxCallDurationSeconds: 60 }, 'a stream cannot be cut short'],
    [{ parameters: { 'no spaces': 'x' } }, 'name a parameter with letters'],
  ])('refuses %j: %s', (parts, message) => {
    expect(() => single(parts)).toThrow(message);
  });
});

type Strategy = AiLoadBalancer['strategy'];

function balanced(strategy: Strategy, parts: Partial<NonNullable<PlanDocumentInput['aiLoadBalancers']>[number]> = {}) {
  const agent = (name: string, status: 'active' | 'inactive' = 'active') => ({
    name,
    status,
    protocol: 'websocket' as const,
    url: `wss://agents.example/${name}`,
  });
  return documentOf({
    extensions: [{ number: '101' }],
    numbers: [{ number: '+16465550103', routeTo: 'ai_load_balancer:agents' }],
    aiAssistants: [agent('a'), agent('b'), agent('c'), agent('off', 'inactive')],
    aiLoadBalancers: [
      {
        name: 'agents',
        strategy,
        followThrough: true,
        members: [
          { assistant: 'b', position: 2, weight: 3 },
          { assistant: 'off', position: 1, weight: 100 },
          { assistant: 'a', position: 1, weight: 1 },
          { assistant: 'c', position: 3, weight: 0 },
        ],
        fallback: 'extension:101',
        ...parts,
      },
    ],
  });
}

/** Assistants in the order in which a call meets them while every one fails. */
function tried(document: PlanDocument, shared: Shared, facts: Partial<Facts> = {}): string[] {
  const names: string[] = [];
  let answer = decided(document, event, undefined, shared, facts);
  while (kinds(answer).includes('connect-stream')) {
    names.push(stepOf(answer, 'connect-stream').name);
    answer = decided(document, { ...event, dialOutcome: 'failed' }, resumeOf(answer), shared, facts);
  }
  names.push(...(kinds(answer).includes('dial') ? rung(answer) : [spoken(answer)]));
  return names;
}

/** The database's part of a rotation: the first question is answered with this turn. */
const turn =
  (tick: number): Shared =>
  ({ choose, among }) =>
    choose === 'in_turn' ? tick % among.length : 0;

describe('AI load balancer', () => {
  it.each<readonly [Strategy, boolean, number, number, readonly string[]]>([
    ['sequential', true, 0, 0, ['a', 'b', 'c', '101']],
    ['sequential', false, 0, 0, ['a', '101']],
    ['round_robin', true, 0, 0, ['a', 'b', 'c', '101']],
    ['round_robin', true, 1, 0, ['b', 'c', 'a', '101']],
    ['round_robin', true, 5, 0, ['c', 'a', 'b', '101']],
    ['weighted_random', true, 0, 0.1, ['a', 'b', '101']],
    ['weighted_random', true, 0, 0.9, ['b', 'a', '101']],
    ['least_active', true, 0, 0, ['a', 'b', 'c', '101']],
    ['least_active', true, 0, 0.5, ['b', 'c', 'a', '101']],
  ])('%s, followThrough %s, turn %i, random %d: %j', (strategy, followThrough, tick, random, expected) => {
    expect(tried(balanced(strategy, { followThrough }), turn(tick), { random })).toEqual(expected);
  });

  it.each<readonly [Strategy, EngageQuestion['choose']]>([
    ['sequential', 'first'],
    ['round_robin', 'in_turn'],
    ['weighted_random', 'first'],
    ['least_active', 'least_active'],
    ['sticky', 'first'],
  ])('%s asks for %s', (strategy, choose) => {
    const asked: EngageQuestion[] = [];
    decided(balanced(strategy), event, undefined, everybodyFree, {}, asked);
    expect(asked).toMatchObject([{ choose, restSeconds: 60 }]);
  });

  it('passes over whoever is busy, also without followThrough: being busy is no failure', () => {
    const document = balanced('sequential', { followThrough: false });
    const answer = decided(document, event, undefined, busy('a'));
    expect(stepOf(answer, 'connect-stream').name).toBe('b');
  });

  it('goes to its fallback when nobody is free, and says who was asked', () => {
    const answer = decided(balanced('sequential'), event, undefined, busy('a', 'b', 'c'));
    expect(rung(answer)).toEqual(['101']);
    expect(answer.trace).toContain('AI load balancer agents: nobody is free: a, b, c busy or resting → extension:101');
  });

  it('picks by weight in proportion', () => {
    const document = balanced('weighted_random');
    const picks = Array.from(
      { length: 100 },
      (_, index) =>
        stepOf(decided(document, event, undefined, everybodyFree, { random: index / 100 }), 'connect-stream').name,
    );
    expect(picks.filter((name) => name === 'a')).toHaveLength(25);
    expect(picks.filter((name) => name === 'b')).toHaveLength(75);
  });

  it('sticky brings a caller back to the same assistant, with or without +', () => {
    const document = balanced('sticky');
    const to = (from: string) => stepOf(decided(document, { ...event, from }), 'connect-stream').name;
    for (const from of ['+16465550150', '+16465550151', '101']) expect(to(from)).toBe(to(from.replace('+', '')));
  });

  it('a finished conversation brings nobody to the next assistant', () => {
    const state = resumeOf(decided(acme(), event));
    expect(kinds(answerTo(acme(), { ...event, dialOutcome: 'answered' }, state))).toEqual(['hangup']);
    const later = { now: new Date(NOON.now.getTime() + 60_000) };
    expect(kinds(answerTo(acme(), event, state, later))).toEqual(['hangup']);
  });

  it('a stream that broke at once, without a result, is followed by the next', () => {
    const state = resumeOf(decided(acme(), event));
    expect(stepOf(decided(acme(), event, state), 'connect-stream').name).toBe('agent-b');
  });

  it.each([
    ['answered', true],
    ['failed', false],
    ['no-answer', false],
    [undefined, false],
  ] as const)('tells that a try came out %s', (dialOutcome, isGood) => {
    const document = balanced('sequential');
    const state = resumeOf(decided(document, event));
    const answer = decided(document, { ...event, ...(dialOutcome ? { dialOutcome } : {}) }, state);
    expect(answer.effects).toContainEqual({
      kind: 'assistant-result',
      name: 'a',
      isGood,
      restAfterFailures: 3,
      restSeconds: 60,
    });
  });

  it.each(['busy', 'canceled'] as const)('holds %s against nobody', (dialOutcome) => {
    const document = balanced('sequential');
    const answer = decided(document, { ...event, dialOutcome }, resumeOf(decided(document, event)));
    expect(answer.effects.map(({ kind }) => kind)).not.toContain('assistant-result');
  });

  it('with no active assistant goes to its fallback, hangup with a sentence', () => {
    const document = documentOf({
      numbers: [{ number: '+16465550103', routeTo: 'ai_load_balancer:x' }],
      aiAssistants: [{ name: 'off', status: 'inactive', protocol: 'websocket', url: 'wss://x.example/' }],
      aiLoadBalancers: [{ name: 'x', members: [{ assistant: 'off' }] }],
    });
    expect(spoken(answerTo(document, event))).toBe(PHRASES.assistantUnavailable);
  });
});

describe('orders of members', () => {
  const member = (assistant: string, weight = 1) => ({ assistant, weight, position: 1, status: 'active' as const });
  const names = (members: readonly { readonly assistant: string }[]) => members.map(({ assistant }) => assistant);
  const callers = Array.from({ length: 4000 }, (_, index) => `1646555${String(index).padStart(4, '0')}`);

  it('by caller spreads callers by weight', () => {
    const members = [member('a', 1), member('b', 3), member('c', 0)];
    const first = callers.map((caller) => byCaller(members, caller)[0]?.assistant);
    expect(first.filter((name) => name === 'a').length / callers.length).toBeCloseTo(0.25, 1);
    expect(first).not.toContain('c');
  });

  it('by caller moves only the callers of a member that leaves', () => {
    const members = ['a', 'b', 'c', 'd'].map((name) => member(name));
    const without = members.filter(({ assistant }) => assistant !== 'c');
    for (const caller of callers) {
      const [before, second] = names(byCaller(members, caller));
      expect(byCaller(without, caller)[0]?.assistant).toBe(before === 'c' ? second : before);
    }
  });

  it('by weight holds every member with weight once, whatever chance says', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(5), { maxLength: 8 }),
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        (weights, random) => {
          const members = weights.map((weight, index) => member(`m${index}`, weight));
          const expected = names(members.filter(({ weight }) => weight > 0));
          expect(names(byWeight(members, random)).sort()).toEqual(expected.sort());
        },
      ),
    );
  });
});
