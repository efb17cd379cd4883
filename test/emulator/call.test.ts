import { describe, expect, test } from 'vitest';
import { dispositionOf } from '../../src/emulator/call.ts';
import { scheduled } from '../../src/emulator/disorder.ts';
import { Latencies } from '../../src/emulator/latencies.ts';
import { Ledger } from '../../src/emulator/ledger.ts';
import { createPeople } from '../../src/emulator/people.ts';
import { pictureLines } from '../../src/emulator/picture.ts';
import { seededRandom } from '../../src/emulator/random.ts';

describe('how a call ended', () => {
  test.each([
    [true, { kind: 'hangup' }, undefined, 'CONNECTED'],
    [true, { kind: 'caller-left' }, 'busy', 'CONNECTED'],
    [false, { kind: 'caller-left' }, undefined, 'CANCEL'],
    [false, { kind: 'reject', reason: 'busy' }, undefined, 'BUSY'],
    [false, { kind: 'reject', reason: 'failed' }, undefined, 'FAILED'],
    [false, { kind: 'reject', reason: 'congestion' }, undefined, 'CONGESTION'],
    [false, { kind: 'hangup' }, 'no-answer', 'NOANSWER'],
    [false, { kind: 'hangup' }, 'busy', 'BUSY'],
    [false, { kind: 'hangup' }, undefined, 'FAILED'],
  ] as const)('answered: %s, %j, last dial %s → %s', (isAnswered, ending, lastDial, expected) => {
    expect(dispositionOf(isAnswered, ending, lastDial)).toBe(expected);
  });
});

describe('disorder', () => {
  const all = { disorder: true, duplicates: true, latestMs: 400 };
  const session = (status: string) => ({ kind: 'session', body: { token: 't', status } }) as const;
  const many = (status: string, options = all) =>
    Array.from({ length: 500 }, (_, seed) => scheduled(session(status), options, seededRandom(seed)));

  test('without it everything is sent once, at once, as it is', () => {
    const options = { disorder: false, duplicates: false, latestMs: 400 };
    expect(scheduled(session('new'), options, () => 0)).toEqual([{ ...session('new'), afterMs: 0 }]);
  });

  test('only ringing is ever lost, and every kind of disguise occurs', () => {
    expect(many('completed').every((sent) => sent.length >= 1)).toBe(true);
    expect(many('ringing').some((sent) => sent.length === 0)).toBe(true);
    const sent = many('completed').flat();
    expect(sent.some(({ body }) => Array.isArray(body))).toBe(true);
    expect(sent.some(({ body }) => JSON.stringify(body).includes('COMPLETED'))).toBe(true);
    expect(many('completed').some((copies) => copies.length === 2)).toBe(true);
    expect(Math.max(...sent.map(({ afterMs }) => afterMs))).toBeGreaterThan(300);
  });

  test('a CDR is never disguised, for there is only one form of it', () => {
    const cdr = { kind: 'cdr', body: { disposition: 'BUSY' } } as const;
    for (let seed = 0; seed < 100; seed += 1)
      for (const { body } of scheduled(cdr, all, seededRandom(seed))) expect(body).toEqual(cdr.body);
  });
});

test('the same seed makes the same people', () => {
  const deeds = (seed: number) => {
    const people = createPeople({ random: seededRandom(seed), dialable: ['101'], name: 'x' });
    return [people.presses({ most: 1, finishOnKey: '#' }), people.dialled(['101'], 20), people.waits(500)];
  };
  expect(deeds(7)).toEqual(deeds(7));
  expect(deeds(7)).not.toEqual(deeds(8));
});

test('quantiles are right to two percent', () => {
  const latencies = new Latencies();
  for (let ms = 1; ms <= 1000; ms += 1) latencies.add(ms);
  for (const share of [0.5, 0.9, 0.99]) {
    expect(Math.abs(latencies.quantileMs(share) / (share * 1000) - 1)).toBeLessThan(0.02);
  }
  expect(latencies.longestMs).toBe(1000);
});

test('the picture tells what went wrong', () => {
  const ledger = new Ledger(2, 0);
  ledger.began();
  ledger.answered(3, ['Say', 'Hangup']);
  ledger.complain({ kind: 'invalid', token: 't', detail: 'x' });
  const text = pictureLines(ledger.picture(1000)).join('\n');
  expect(text).toMatch(/0 of 2 calls ended, 1 on/);
  expect(text).toMatch(/wrong answers: invalid 1/);
  expect(pictureLines(new Ledger(2, 0).picture(1000)).at(-1)).toBe('every answer was right');
});
