import fc from 'fast-check';
import metadata from 'libphonenumber-js/metadata.max.json' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import { premiumKindOf } from '../../../src/routing/outside/premium.ts';

/** Where the library keeps the patterns of each kind of number. */
const KINDS = { fixed: 0, mobile: 1, tollFree: 2, premium: 3 } as const;

/** Countries all of whose premium numbers are in the table. */
const COUNTRIES = ['CH', 'CZ', 'DE', 'DK', 'ES', 'FI', 'HU', 'NL', 'NO', 'PL', 'PT', 'RO', 'RU', 'TR', 'US'];

interface Country {
  readonly code: string;
  readonly patternOf: (kind: keyof typeof KINDS) => string | undefined;
}

function country(region: string): Country {
  const entry = (metadata.countries as unknown as Readonly<Record<string, readonly unknown[]>>)[region] ?? [];
  const types = (entry[11] ?? []) as readonly (readonly [pattern: string] | null | undefined)[];
  return {
    code: String(entry[0]),
    patternOf: (kind) => types[KINDS[kind]]?.[0] || undefined,
  };
}

function numbersOf({ code, patternOf }: Country, kind: keyof typeof KINDS): readonly string[] {
  const pattern = patternOf(kind);
  if (pattern === undefined) return [];
  return fc
    .sample(fc.stringMatching(new RegExp(`^(?:${pattern})$`)), { numRuns: 200, seed: 7 })
    .map((digits) => `+${code}${digits}`);
}

describe('numbers that pay whoever is called', () => {
  it.each([
    ['+19005550100', 'premium rate'],
    ['+12469765555', 'premium rate'],
    ['+449098790000', 'premium rate'],
    ['+447012345678', 'a personal number'],
    ['+33899123456', 'premium rate'],
    ['+49900112345', 'premium rate'],
    ['+390001', undefined],
    ['+870771234567', 'a satellite network'],
    ['+979123456789', 'international premium rate'],
    ['+442071838750', undefined],
    ['+447911123456', undefined],
  ])('%s: %s', (number, kind) => {
    expect(premiumKindOf(number)).toBe(kind);
  });

  it.each(COUNTRIES)('in %s are those the numbering plan has', (region) => {
    const numbers = numbersOf(country(region), 'premium');
    expect(numbers.length).toBeGreaterThan(0);
    expect(numbers.filter((number) => premiumKindOf(number) === undefined)).toEqual([]);
  });

  it('are nowhere in the world those that people and offices have', () => {
    const wrong = Object.keys(metadata.countries).flatMap((region) =>
      (['fixed', 'mobile', 'tollFree'] as const).flatMap((kind) =>
        numbersOf(country(region), kind)
          .filter((number) => premiumKindOf(number) !== undefined)
          .slice(0, 1)
          .map((number) => `${region} ${kind} ${number}`),
      ),
    );
    expect(wrong).toEqual([]);
  });
});
