import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesGlob } from '../../src/routing/glob.ts';
import { longestPrefix, prefixTable } from '../../src/routing/prefix-table.ts';
import { regionOf } from '../../src/routing/region.ts';

describe('glob', () => {
  it.each([
    ['1212555?999', '12125550999', true],
    ['1212555?999', '1212555999', false],
    ['*', '', true],
    ['1*9', '19', true],
    ['1*9', '1239', true],
    ['1*9', '1238', false],
    ['*99*', '1992', true],
    ['?', '', false],
  ])('%s against %s: %s', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  it('agrees with a regular expression', () => {
    const alphabet = fc.constantFrom('1', '2', '*', '?');
    fc.assert(
      fc.property(
        fc.array(alphabet, { maxLength: 6 }),
        fc.array(fc.constantFrom('1', '2'), { maxLength: 8 }),
        (pattern, text) => {
          const expression = new RegExp(`^${pattern.join('').replaceAll('*', '.*').replaceAll('?', '.')}$`);
          expect(matchesGlob(pattern.join(''), text.join(''))).toBe(expression.test(text.join('')));
        },
      ),
    );
  });

  it('is not slowed down by a hostile caller id', () => {
    const startedAt = performance.now();
    expect(matchesGlob('*1*1*1*1*1*1*1*1*2', '1'.repeat(20_000))).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });
});

describe('prefix table', () => {
  it('agrees with trying every prefix', () => {
    const digits = fc
      .array(fc.constantFrom('1', '2', '3'), { minLength: 1, maxLength: 5 })
      .map((list) => list.join(''));
    fc.assert(
      fc.property(fc.uniqueArray(digits, { maxLength: 10 }), digits, (prefixes, text) => {
        const table = prefixTable(prefixes.map((prefix) => [prefix, prefix] as const));
        const best = prefixes.filter((prefix) => text.startsWith(prefix)).sort((a, b) => b.length - a.length)[0];
        expect(longestPrefix(table, text)).toBe(best);
      }),
    );
  });
});

describe('region', () => {
  it.each([
    ['+16465550100', 'Europe/Helsinki', 'US'],
    ['+442071234567', 'UTC', 'GB'],
    [undefined, 'Europe/Helsinki', 'FI'],
    [undefined, 'America/Chicago', 'US'],
    [undefined, 'UTC', undefined],
  ])('%s in %s is %s', (number, zone, region) => {
    expect(regionOf(number, zone)).toBe(region);
  });
});
