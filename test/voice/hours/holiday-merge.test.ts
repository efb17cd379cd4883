import { describe, expect, it } from 'vitest';
import { isCovered, isOver } from '../../../src/voice/hours/holiday-merge.ts';

const day = (date: string) => ({ date, name: '', closed: true });
const span = (from: string, to: string) => ({ from, to, name: '', closed: true });

describe('what a schedule says already', () => {
  it.each([
    [day('2026-12-25'), day('2026-12-25'), true],
    [day('2026-12-25'), day('12-25'), true],
    [day('12-25'), day('2026-12-25'), false],
    [day('2026-12-25'), span('2026-12-20', '2026-12-31'), true],
    [day('2026-12-31'), span('12-27', '01-02'), true],
    [day('2027-01-02'), span('12-27', '01-02'), true],
    [day('2027-01-03'), span('12-27', '01-02'), false],
    [span('2026-12-24', '2026-12-26'), span('2026-12-20', '2026-12-31'), true],
    [span('2026-12-24', '2026-12-26'), day('2026-12-24'), false],
    [span('12-30', '01-01'), span('12-27', '01-02'), true],
  ])('of %j, %j is all: %s', (holiday, existing, expected) => {
    expect(isCovered(holiday, [existing])).toBe(expected);
  });
});

describe('what is over', () => {
  it.each([
    [day('2026-11-20'), true],
    [day('2026-11-21'), false],
    [span('2026-11-19', '2026-11-21'), false],
    [span('2026-11-19', '2026-11-20'), true],
    [day('01-01'), false],
    [span('01-01', '01-06'), false],
  ])('%j: %s', (holiday, expected) => {
    expect(isOver(holiday, '2026-11-21')).toBe(expected);
  });
});
