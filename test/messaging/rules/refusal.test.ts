import { describe, expect, test } from 'vitest';
import { decideRefusal, RETRY_DELAYS_MS, type Refusal, wordsOf } from '../../../src/messaging/rules/refusal.ts';

const refusal = (errorClass: Refusal['class'], code?: number): Refusal => ({
  text: 'congestion',
  advice: 'Try later.',
  class: errorClass,
  ...(code === undefined ? {} : { code }),
});

describe('what to do with a refused slice', () => {
  test('a temporary refusal is tried again after 1 s, 5 s, 30 s, 2 min …', () => {
    const delays = [1, 2, 3, 4].map((attempt) => decideRefusal(refusal('temporary'), attempt));
    expect(delays).toEqual([1_000, 5_000, 30_000, 120_000].map((delayMs) => ({ kind: 'retry', delayMs })));
  });

  test('pauses only grow', () => {
    expect([...RETRY_DELAYS_MS].sort((a, b) => a - b)).toEqual(RETRY_DELAYS_MS);
  });

  test('temporary refusals come to an end, in words', () => {
    expect(decideRefusal(refusal('temporary', 42), RETRY_DELAYS_MS.length + 1)).toEqual({
      kind: 'fail',
      error: `Congestion (error 42). Try later. Given up after ${RETRY_DELAYS_MS.length + 1} attempts.`,
    });
  });

  test('a modem that was not able costs no end of attempts', () => {
    expect(decideRefusal(refusal('modem'), 1_000)).toEqual({ kind: 'requeue' });
  });

  test('a permanent refusal fails at once', () => {
    expect(decideRefusal(refusal('permanent', 1), 1)).toEqual({
      kind: 'fail',
      error: 'Congestion (error 1). Try later.',
    });
  });

  test('a refusal that may be none is held and says so', () => {
    const decision = decideRefusal(refusal('ambiguous'), 1);
    expect(decision.kind).toBe('hold');
    expect(decision).toHaveProperty(
      'error',
      expect.stringMatching(/^It may have been sent: .* not sent again by itself/),
    );
  });

  test('words name what, the number and the advice', () => {
    expect(wordsOf(refusal('permanent', 38))).toBe('Congestion (error 38). Try later.');
  });
});
