import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_DIGITS } from '../../src/core/e164.ts';
import { DigitTable } from '../../src/routing/digit-table.ts';

const digits = fc.stringMatching(/^[0-9]{0,15}$/);

describe('digit table', () => {
  it('is a Map of digit strings, exact and prefix apart, zeros in front included', () => {
    const step = fc.record({
      verb: fc.constantFrom('set', 'add', 'delete'),
      digits: fc.oneof(fc.constantFrom('', '0', '00', '1', '01'), digits),
      isPrefix: fc.boolean(),
      value: fc.nat(5),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const table = new DigitTable();
        const oracle = new Map<string, number>();
        for (const { verb, digits: text, isPrefix, value } of steps) {
          const key = `${isPrefix}${text}`;
          const wasThere = oracle.has(key);
          if (verb === 'set') {
            expect(table.set(text, isPrefix, value)).toBe(!wasThere);
            oracle.set(key, value);
          } else if (verb === 'add') {
            expect(table.add(text, isPrefix, value)).toBe(!wasThere);
            if (!wasThere) oracle.set(key, value);
          } else expect(table.delete(text, isPrefix)).toBe(oracle.delete(key));
        }
        expect(table.size).toBe(oracle.size);
        for (const { digits: text } of steps) {
          expect(table.exact(text)).toBe(oracle.get(`false${text}`));
          expect(table.prefix(text, text.length)).toBe(oracle.get(`true${text}`));
        }
      }),
    );
  });

  it('holds a hundred thousand entries in less than 28 bytes each, and finds every one', () => {
    const table = new DigitTable();
    for (let index = 0; index < 100_000; index += 1) table.set(String(12_000_000_000 + index * 7), false);
    expect(table.size).toBe(100_000);
    expect(table.bytes).toBeLessThan(100_000 * 28);
    for (let index = 0; index < 100_000; index += 1) {
      if (table.exact(String(12_000_000_000 + index * 7)) !== 0) expect.fail(`${index} is lost`);
      if (table.exact(String(12_000_000_001 + index * 7)) !== undefined) expect.fail(`${index} is too much`);
    }
  });

  it('does not grow by numbers that come and go', () => {
    const table = new DigitTable();
    for (let index = 0; index < 100_000; index += 1) {
      table.set(String(index), false);
      table.delete(String(index), false);
    }
    expect(table.size).toBe(0);
    expect(table.bytes).toBeLessThan(64 * 64 * 8);
  });

  it('knows nothing longer than it can hold', () => {
    const table = new DigitTable();
    table.set('1'.repeat(MOST_DIGITS), true);
    expect(table.exact('1'.repeat(MOST_DIGITS + 1))).toBeUndefined();
    expect(table.prefix('1'.repeat(MOST_DIGITS + 5), MOST_DIGITS)).toBe(0);
  });
});
