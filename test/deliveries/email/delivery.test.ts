import { describe, expect, test } from 'vitest';
import { type Attempt, afterAttempt } from '../../../src/deliveries/email/rules/delivery.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const temporary: Attempt = { kind: 'refused', reason: 'away', isFinal: false };
const step = (attempt: Attempt, attempts: number, expiresInMs?: number) =>
  afterAttempt(
    attempt,
    { attempts, expiresAt: expiresInMs === undefined ? null : new Date(NOW.getTime() + expiresInMs) },
    NOW,
    0.999,
  );

describe('the step after an attempt', () => {
  test('accepted is sent, whatever came before', () => {
    expect(step({ kind: 'accepted' }, 9)).toEqual({ status: 'sent' });
  });

  test('a final refusal is not asked again', () => {
    expect(step({ kind: 'refused', reason: 'no such mailbox', isFinal: true }, 1)).toEqual({
      status: 'failed',
      error: 'no such mailbox',
    });
  });

  test('pauses grow from seconds to a quarter of an hour, and there is an end', () => {
    const pauses: number[] = [];
    for (let attempts = 1; ; attempts += 1) {
      const next = step(temporary, attempts);
      if (next.status !== 'pending') break;
      pauses.push(Math.round((next.nextAttemptAt.getTime() - NOW.getTime()) / 1000));
    }
    expect(pauses.slice(0, 8)).toEqual([5, 10, 20, 40, 80, 160, 320, 640]);
    expect(pauses.at(-1)).toBe(900);
    expect(pauses).toHaveLength(15);
  });

  test('nothing is sent that would come too late to be used', () => {
    expect(step(temporary, 1, 4_000)).toEqual({ status: 'failed', error: 'away' });
    expect(step(temporary, 1, 6_000).status).toBe('pending');
  });
});
