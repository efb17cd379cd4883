import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePdu, encodeSubmit, shortenValidity } from '../../../src/modem/pdu/index.ts';

function pduWith(validityMinutes: number | undefined, to = '+12125550123'): string {
  const wish = validityMinutes === undefined ? {} : { validityMinutes };
  return encodeSubmit({ to, text: 'hello', ...wish }).slices[0]?.pdu ?? '';
}

function minutesOf(pdu: string): number | null {
  const decoded = decodePdu(pdu, { direction: 'submit' });
  if (!decoded.ok || decoded.pdu.type !== 'submit') throw new Error('no SUBMIT');
  const { validity } = decoded.pdu;
  return validity?.format === 'relative' ? validity.minutes : null;
}

describe('the validity of a text that has waited', () => {
  it.each([
    ['half of it', 60, 30, 30],
    ['a moment', 60, 59.99, 60],
    ['a moment of days', 4 * 1440, 4 * 1440 - 0.1, 4 * 1440],
    ['a day of four', 4 * 1440, 3 * 1440, 3 * 1440],
    ['nearly all', 60, 0.5, 5],
    ['more than all', 60, -3, 5],
    ['nothing', 60, 90, 60],
  ])('is what is left: it has waited %s', (_, asked, left, becomes) => {
    for (const to of ['+12125550123', '+4915112345678', '70001']) {
      expect(minutesOf(shortenValidity(pduWith(asked, to), left))).toBe(becomes);
    }
  });

  it('is left alone where none was asked for, and in what is no PDU', () => {
    const pdu = pduWith(undefined);
    expect(shortenValidity(pdu, 5)).toBe(pdu);
    for (const text of ['', 'zz', '00']) expect(shortenValidity(text, 5)).toBe(text);
  });

  it('never grows, never ends before what is left, and nothing else of the PDU changes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 635_040 }), fc.integer({ min: 1, max: 635_040 }), (asked, left) => {
        const before = pduWith(asked);
        const after = shortenValidity(before, left);
        const [was = 0, is = 0] = [minutesOf(before) ?? 0, minutesOf(after) ?? 0];
        expect(is).toBeLessThanOrEqual(was);
        expect(is).toBeGreaterThanOrEqual(Math.min(was, left));
        const withoutValidity = (pdu: string) => pdu.slice(0, -2 * (5 + 1) - 2) + pdu.slice(-2 * (5 + 1));
        expect(withoutValidity(after)).toBe(withoutValidity(before));
      }),
    );
  });
});
