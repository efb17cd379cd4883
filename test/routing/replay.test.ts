import { describe, expect, it } from 'vitest';
import {
  compile,
  decide,
  type Facts,
  type PlanDocumentInput,
  type ReplayedRequest,
  replay,
  type VoiceEvent,
} from '../../src/routing/index.ts';
import { documentOf, eventOf, users } from './support.ts';

const NUMBER = '+16465550100';
const greeting = { say: 'hi' };

const PLAN: Partial<PlanDocumentInput> = {
  extensions: users('101', '102', '103') ?? [],
  numbers: [{ number: NUMBER, routeTo: 'ivr_menu:main' }],
  ivrMenus: [{ name: 'main', greeting, options: [{ key: '1', to: 'ring_group:rota' }] }],
  ringGroups: [{ name: 'rota', strategy: 'round_robin', members: ['101', '102', '103'] }],
};

const event = (parts: Partial<VoiceEvent> = {}) => eventOf({ to: NUMBER, ...parts });

function request(parts: Partial<VoiceEvent> = {}, facts: Partial<Omit<Facts, 'now'>> = {}): ReplayedRequest {
  return { event: event(parts), now: new Date('2026-11-18T17:00:00Z'), random: 0.5, counters: {}, ...facts };
}

/** The call that was: a wrong key, key 1, and two members who do not answer; its turn in the rota was the second. */
const CALL: readonly ReplayedRequest[] = [
  request(),
  request({ digits: '7' }),
  request({ digits: '1' }, { counters: { 'ring_group:rota': 1 } }),
  request({ dialOutcome: 'no-answer' }),
  request({ dialOutcome: 'answered' }),
];

const rungBy = (parts: Partial<PlanDocumentInput>, call = CALL) => {
  const { answers, stopped } = replay(compile(documentOf(parts)), call);
  const rung = answers.map(({ steps }) =>
    steps.flatMap((step) => (step.kind === 'dial' ? step.targets.map((target) => target.number) : [])).join('+'),
  );
  return { rung, stopped, paths: answers.map(({ path }) => path.at(-1)) };
};

describe('a call that is run again', () => {
  it('goes the same way by the same plan, with the turn it had then', () => {
    expect(rungBy(PLAN)).toEqual({
      rung: ['', '', '102', '103', ''],
      stopped: 'ended',
      paths: ['ivr_menu:main', 'ivr_menu:main', 'ring_group:rota', 'ring_group:rota', 'ring_group:rota'],
    });
  });

  it('is decided exactly as it was', () => {
    const plan = compile(documentOf(PLAN));
    const { answers } = replay(plan, CALL);
    const first = decide(plan, event(), undefined, {
      now: new Date('2026-11-18T17:00:00Z'),
      random: 0.5,
      counters: {},
    });
    expect(answers[0]).toEqual(first);
  });

  it('takes another way by another plan', () => {
    const changed = {
      ...PLAN,
      ringGroups: [{ name: 'rota', strategy: 'sequential' as const, members: ['103', '101'] }],
    };
    expect(rungBy(changed).rung).toEqual(['', '', '103', '101', '']);
  });

  it('ends where the new document does not wait for what happened', () => {
    const direct = { ...PLAN, numbers: [{ number: NUMBER, routeTo: 'extension:101' }] };
    expect(rungBy(direct)).toMatchObject({ rung: ['101'], stopped: 'left' });
    const closed = { ...PLAN, numbers: [{ number: NUMBER, routeTo: 'hangup' }] };
    expect(rungBy(closed)).toMatchObject({ rung: [''], stopped: 'ended' });
  });

  it('knows of a caller who was on a long list that they were, without the list', () => {
    const list = { ...PLAN, blockLists: [{ name: 'spam', action: 'reject' as const }] };
    const { answers } = replay(compile(documentOf(list)), [{ ...request(), onList: 'spam' }]);
    expect(answers[0]?.effects).toMatchObject([{ kind: 'blocked', list: 'spam' }]);
  });

  it('ends, however long the call was', () => {
    const call = Array.from({ length: 500 }, (_, index) => request(index === 0 ? {} : { digits: '7' }));
    expect(replay(compile(documentOf(PLAN)), call).answers.length).toBeLessThanOrEqual(50);
  });
});
