import { describe, expect, it } from 'vitest';
import { PHRASES, type PlanDocument } from '../../../src/routing/index.ts';
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
const TICK = { counters: { 'ai_load_balancer:agents': 0 } };

describe('AI assistant', () => {
  it('by SIP is dialled as a Service of its provider', () => {
    const dial = stepOf(answerTo(acme(), dialedBy('101', '900')), 'dial');
    expect(dial.targets).toEqual([{ kind: 'service', provider: 'vapi', number: '+16465550140' }]);
    expect(dial.headers).toEqual({ 'X-Caller': '101', 'X-Called': '900' });
  });

  it('by WebSocket is streamed to, and told who calls', () => {
    const answer = answerTo(acme(), event, undefined, TICK);
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
    const call = dialedBy('101', '900');
    expect(kinds(answerTo(acme(), { ...call, dialOutcome }, resumeOf(answerTo(acme(), call))))).toEqual(expected);
  });
});

/** Assistants in the order in which a call meets them while every one fails. */
function tried(document: PlanDocument, facts: Parameters<typeof answerTo>[3]): string[] {
  const names: string[] = [];
  let answer = answerTo(document, event, undefined, facts);
  while (kinds(answer).includes('connect-stream')) {
    names.push(stepOf(answer, 'connect-stream').name);
    answer = answerTo(document, { ...event, dialOutcome: 'failed' }, resumeOf(answer), facts);
  }
  names.push(...(kinds(answer).includes('dial') ? rung(answer) : [spoken(answer)]));
  return names;
}

function balanced(strategy: 'round_robin' | 'weighted_random' | 'sequential', followThrough: boolean): PlanDocument {
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
        followThrough,
        members: [
          { assistant: 'b', position: 2, weight: 3 },
          { assistant: 'off', position: 1, weight: 100 },
          { assistant: 'a', position: 1, weight: 1 },
          { assistant: 'c', position: 3, weight: 0 },
        ],
        fallback: 'extension:101',
      },
    ],
  });
}

describe('AI load balancer', () => {
  it.each([
    ['sequential', true, 0, 0, ['a', 'b', 'c', '101']],
    ['sequential', false, 0, 0, ['a', '101']],
    ['round_robin', true, 0, 0, ['a', 'b', 'c', '101']],
    ['round_robin', true, 1, 0, ['b', 'c', 'a', '101']],
    ['round_robin', true, 5, 0, ['c', 'a', 'b', '101']],
    ['weighted_random', true, 0, 0.1, ['a', 'b', '101']],
    ['weighted_random', true, 0, 0.9, ['b', 'a', '101']],
  ] as const)('%s, followThrough %s, tick %i, random %d', (strategy, followThrough, tick, random, expected) => {
    const facts = { random, counters: { 'ai_load_balancer:agents': tick } };
    expect(tried(balanced(strategy, followThrough), facts)).toEqual(expected);
  });

  it('picks by weight in proportion', () => {
    const document = balanced('weighted_random', true);
    const picks = Array.from(
      { length: 100 },
      (_, index) => stepOf(answerTo(document, event, undefined, { random: index / 100 }), 'connect-stream').name,
    );
    expect(picks.filter((name) => name === 'a')).toHaveLength(25);
    expect(picks.filter((name) => name === 'b')).toHaveLength(75);
  });

  it('a finished conversation brings nobody to the next assistant', () => {
    const state = resumeOf(answerTo(acme(), event, undefined, TICK));
    expect(kinds(answerTo(acme(), { ...event, dialOutcome: 'answered' }, state))).toEqual(['hangup']);
    const later = { now: new Date(NOON.now.getTime() + 60_000) };
    expect(kinds(answerTo(acme(), event, state, later))).toEqual(['hangup']);
  });

  it('a stream that broke at once, without a result, is followed by the next', () => {
    const state = resumeOf(answerTo(acme(), event, undefined, TICK));
    expect(stepOf(answerTo(acme(), event, state), 'connect-stream').name).toBe('agent-b');
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
