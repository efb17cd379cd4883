import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Life,
  type LifeInput,
  MODEM_STATES,
  newLife,
  remedyFor,
  restMs,
  stepLife,
  type Trouble,
} from '../../src/modem/life.ts';

const TROUBLES: readonly Trouble[] = ['absent', 'busy', 'gone', 'silent', 'refused', 'network', 'sim'];

function live(...inputs: readonly LifeInput[]) {
  return inputs.reduce((done, input) => stepLife(done.life, input, true), stepLife(newLife, inputs[0] ?? opened, true));
}
const opened: LifeInput = { kind: 'opened' };
const absent: LifeInput = { kind: 'open-failed', trouble: 'absent', cause: 'no such device' };
const stage = (name: 'pin' | 'initialising' | 'registering' | 'ready' | 'degraded'): LifeInput => ({
  kind: 'stage',
  stage: name,
  cause: undefined,
});
const ended = (trouble: Trouble, readyForMs = 0): LifeInput => ({ kind: 'ended', trouble, cause: trouble, readyForMs });

describe('the life of a modem', () => {
  it.each<[string, readonly LifeInput[], Life['state'], string]>([
    ['no port', [absent], 'absent', 'rest'],
    ['still no port', [absent, { kind: 'rested' }, absent, { kind: 'rested' }], 'absent', 'open'],
    ['a taken port', [{ kind: 'open-failed', trouble: 'busy', cause: 'locked' }], 'resting', 'rest'],
    ['a port that opens', [opened], 'initialising', 'run'],
    ['a SIM with a PIN', [opened, stage('pin')], 'pin', 'none'],
    ['settings done', [opened, stage('registering')], 'registering', 'none'],
    ['on the network', [opened, stage('ready')], 'ready', 'none'],
    ['the network lost', [opened, stage('ready'), stage('degraded')], 'degraded', 'none'],
    ['the cable pulled', [opened, stage('ready'), ended('gone')], 'resting', 'rest'],
    ['a locked SIM', [opened, ended('sim')], 'pin', 'rest'],
    [
      'a locked SIM, looked at again',
      [opened, ended('sim'), { kind: 'rested' }, opened, stage('initialising')],
      'pin',
      'none',
    ],
    [
      'a SIM that is open after all',
      [opened, ended('sim'), { kind: 'rested' }, opened, stage('registering')],
      'registering',
      'none',
    ],
    ['after a rest', [opened, ended('gone'), { kind: 'rested' }], 'opening', 'open'],
    ['closed', [opened, { kind: 'close' }], 'closed', 'end'],
  ])('%s', (_name, inputs, state, effect) => {
    const [first = opened, ...rest] = inputs;
    let step = stepLife(newLife, first, true);
    for (const input of rest) step = stepLife(step.life, input, true);
    expect(step.life.state).toBe(state);
    expect(step.effect.kind).toBe(effect);
  });

  it('climbs the ladder from mild to drastic, and begins again from below', () => {
    const rungs = [1, 2, 3, 4, 5].map((repeats) => remedyFor('refused', repeats, true));
    expect(rungs).toEqual(['soft', 'restart', 'power', undefined, 'soft']);
    expect([1, 2, 3].map((repeats) => remedyFor('network', repeats, false))).toEqual(['radio', 'restart', undefined]);
    expect([1, 2, 3].map((repeats) => remedyFor('silent', repeats, true))).toEqual([undefined, undefined, 'power']);
  });

  it.each(['gone', 'absent', 'busy', 'sim'] as const)('%s is not mended by a reset', (trouble) => {
    for (let repeats = 1; repeats < 10; repeats += 1) expect(remedyFor(trouble, repeats, true)).toBeUndefined();
  });

  it('applies the remedy at the next opening, once', () => {
    const refused = live(opened, ended('refused'), { kind: 'rested' });
    const again = stepLife(refused.life, opened, true);
    expect(again).toMatchObject({ life: { state: 'resetting' }, effect: { kind: 'run', remedy: 'soft' } });
    expect(stepLife(again.life, opened, true).effect).toEqual({ kind: 'run', remedy: undefined });
  });

  it('switches the power before the port is opened, when there is a hook', () => {
    let { life } = live(opened);
    for (let turn = 0; turn < 3; turn += 1) life = stepLife(life, ended('refused'), true).life;
    const power = stepLife(life, { kind: 'rested' }, true);
    expect(power).toMatchObject({ life: { state: 'resetting' }, effect: { kind: 'power' } });
    expect(stepLife(power.life, { kind: 'powered' }, true).effect).toEqual({ kind: 'open' });
  });

  it('half a minute of work ends a trouble; less is part of it', () => {
    const twice = live(opened, ended('silent'), ended('silent', 29_000));
    expect(twice.life.repeats).toBe(2);
    expect(stepLife(twice.life, ended('silent', 30_000), true).life.repeats).toBe(1);
  });

  it('a port that returns is noticed within five seconds, however long it was away', () => {
    for (const repeats of [1, 10, 10_000]) expect(restMs('absent', repeats, 0.999)).toBeLessThanOrEqual(2_000);
    // A modem that boots for half a minute is asked again every three seconds at most.
    for (let repeats = 1; repeats <= 10; repeats += 1) {
      expect(restMs('silent', repeats, 0.999)).toBeLessThanOrEqual(3_000);
    }
    expect(restMs('refused', 30, 0.5)).toBeGreaterThan(30_000);
  });

  it('whatever happens, it is in a known state, asks for something to do unless closed, and stays closed', () => {
    const input = fc.oneof(
      fc.constant<LifeInput>(opened),
      fc.constant<LifeInput>({ kind: 'rested' }),
      fc.constant<LifeInput>({ kind: 'powered' }),
      fc.constant<LifeInput>({ kind: 'close' }),
      fc.constantFrom(...TROUBLES).map((trouble) => ended(trouble)),
      fc.constantFrom('pin', 'initialising', 'registering', 'ready', 'degraded').map((name) => stage(name as 'ready')),
    );
    fc.assert(
      fc.property(fc.array(input, { maxLength: 60 }), fc.boolean(), (inputs, hook) => {
        let life = newLife;
        for (const each of inputs) {
          const wasClosed = life.state === 'closed';
          const step = stepLife(life, each, hook);
          expect(MODEM_STATES).toContain(step.life.state);
          if (wasClosed) expect(step).toEqual({ life, effect: { kind: 'none' } });
          else if (each.kind !== 'stage') expect(step.effect.kind).not.toBe('none');
          if (!hook) expect(step.life.remedy).not.toBe('power');
          life = step.life;
        }
      }),
    );
  });
});
