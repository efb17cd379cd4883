import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backoffMs } from '../../src/core/backoff.ts';
import { equalInConstantTime, fromBase64Url, fromHex, toBase64Url, toHex } from '../../src/core/bytes.ts';
import { decodeCursor, encodeCursor } from '../../src/core/cursor.ts';
import { toE164 } from '../../src/core/e164.ts';
import { AppError, messageOf } from '../../src/core/errors.ts';
import { uuidv7 } from '../../src/core/ids.ts';
import { maskNumber, maskNumbersIn } from '../../src/core/redact.ts';

describe('ids', () => {
  test('are version 7, unique, and sort by time', () => {
    const early = uuidv7(1_700_000_000_000);
    const late = uuidv7(1_700_000_000_001);
    expect(early).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(early < late).toBe(true);
    expect(new Set(Array.from({ length: 1_000 }, () => uuidv7())).size).toBe(1_000);
    expect(Number.parseInt(early.replaceAll('-', '').slice(0, 12), 16)).toBe(1_700_000_000_000);
  });
});

describe('bytes', () => {
  test('hexadecimal and base64url give any bytes back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(fromHex(toHex(bytes))).toEqual(bytes);
        expect(fromHex(toHex(bytes).toLowerCase())).toEqual(bytes);
        expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
      }),
    );
  });

  test.each(['0', '0g', ' 00', '00\n'])('%j is not hexadecimal', (text) => {
    expect(fromHex(text)).toBeUndefined();
  });

  test.each([
    ['abc', 'abc', true],
    ['abc', 'abd', false],
    ['abc', 'xbc', false],
    ['abc', 'ab', false],
    ['abc', 'abc\0', false],
    ['', '', true],
    ['', 'a', false],
  ])('equality looks at every character and at the length: %j and %j', (left, right, isEqual) => {
    expect(equalInConstantTime(left, right)).toBe(isEqual);
  });
});

describe('cursor', () => {
  test.each([
    { value: '2026-01-06T09:00:00.000Z', id: 'a' },
    { value: 7, id: 'b' },
    { value: null, id: 'ü' },
  ])('%j comes back', (cursor) => {
    expect(decodeCursor(encodeCursor(cursor))).toEqual(cursor);
  });

  test('anything else is not a cursor', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
        const cursor = decodeCursor(text);
        if (cursor !== undefined) expect(decodeCursor(encodeCursor(cursor))).toEqual(cursor);
      }),
    );
    expect(decodeCursor('bm90IGpzb24')).toBeUndefined();
  });
});

describe('E.164', () => {
  test.each([
    ['+12125550100', undefined, '+12125550100'],
    ['+1 (212) 555-0100', undefined, '+12125550100'],
    ['0012125550100', undefined, '+12125550100'],
    ['12125550100', undefined, '+12125550100'],
    ['(212) 555-0100', 'US', '+12125550100'],
    ['020 7946 0018', 'GB', '+442079460018'],
    ['101', 'US', undefined],
    ['anonymous', 'US', undefined],
    ['', 'US', undefined],
    ['+', undefined, undefined],
  ])('%j in %s is %s', (raw, region, expected) => {
    expect(toE164(raw, region)).toBe(expected);
  });
});

describe('redaction', () => {
  test('a number keeps its first and last two digits', () => {
    expect(maskNumber('+12125550100')).toBe('+12•••••••00');
    expect(maskNumber('101')).toBe('101');
  });

  test('numbers inside a text are masked whatever their spelling', () => {
    expect(maskNumbersIn('/api/v1/numbers/+12125550100')).not.toContain('5550');
    expect(maskNumbersIn('call (212) 555-0100 now')).not.toContain('555');
  });
});

describe('back-off', () => {
  test('grows to its bound and is never zero', () => {
    const options = { baseMs: 100, maxMs: 1_000 };
    for (let attempt = 1; attempt < 100; attempt += 1) {
      for (const random of [0, 0.5, 0.999]) {
        const delay = backoffMs(attempt, options, random);
        expect(delay).toBeGreaterThanOrEqual(50);
        expect(delay).toBeLessThanOrEqual(1_000);
      }
    }
    expect(backoffMs(1, options, 0.999)).toBeLessThanOrEqual(100);
    expect(backoffMs(50, options, 0.999)).toBeGreaterThan(900);
  });
});

describe('errors', () => {
  test('the kind fixes the status, and only what is unavailable is worth a retry', () => {
    const missing = new AppError({ code: 'x', kind: 'missing', detail: 'gone' });
    const away = new AppError({ code: 'x', kind: 'unavailable', detail: 'later', cause: new Error('why') });
    expect([missing.status, missing.retryable, away.status, away.retryable]).toEqual([404, false, 503, true]);
    expect((away.cause as Error).message).toBe('why');
  });

  test('the text of a failed query is that of its cause: the parameters belong to people', () => {
    const cause = new Error('connection lost');
    const failed = Object.assign(new Error('Failed query: insert … params: +12125550100', { cause }), {
      query: 'insert …',
      params: ['+12125550100'],
    });
    expect(messageOf(failed)).toBe('connection lost');
    expect(messageOf(new Error('plain'))).toBe('plain');
    expect(messageOf('thrown')).toBe('thrown');
  });
});
