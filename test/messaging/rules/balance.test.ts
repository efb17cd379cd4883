import { describe, expect, it } from 'vitest';
import { readBalance, whyNotPattern } from '../../../src/messaging/rules/balance.ts';

const DEFAULT = '([0-9][0-9., ]*)';

describe('a balance', () => {
  it.each([
    ['Your balance is 12.50 EUR. Valid until 31.12.2026.', 12.5],
    ['Guthaben: 1.234,56 Euro', 1234.56],
    ['Solde 1 234 F', 1234],
    ['Bal: Rs 5,00,000.00', 500_000],
    ['3,5', 3.5],
    ['1.000', 1000],
    ['no credit', undefined],
  ])('is read from %s', (reply, amount) => {
    expect(readBalance(reply, DEFAULT)).toBe(amount);
  });

  it('is what the pattern points at', () => {
    expect(readBalance('Data 5 GB, credit 7.20', 'credit ([0-9.]+)')).toBe(7.2);
  });

  it.each([
    ['(a+)+b', 'do not repeat a group'],
    ['(a|b){9}', 'do not repeat a group'],
    ['(?=x)', 'do not look'],
    ['(a)\\1', 'do not look'],
    ['.*.*.*.*', 'repeat at most'],
    ['(', 'no regular expression'],
    ['x'.repeat(200), 'at most 120'],
  ])('the pattern %s is refused', (pattern, why) => {
    expect(whyNotPattern(pattern)).toContain(why);
  });

  it.each([DEFAULT, 'EUR ([0-9]+[.,][0-9]{2})', '[+*]{1}'])(
    'the pattern %s is taken, and is quick on any text',
    (pattern) => {
      expect(whyNotPattern(pattern)).toBeUndefined();
      const began = performance.now();
      readBalance('9'.repeat(100_000), pattern);
      expect(performance.now() - began).toBeLessThan(500);
    },
  );
});
