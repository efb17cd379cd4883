import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryCounters, UNLIMITED_SECONDS, type UsageQuestion } from '../../../src/routing/index.ts';

const question = (parts: Partial<UsageQuestion> = {}): UsageQuestion => ({
  kind: 'usage',
  key: 'k',
  weight: 1,
  day: '2026-11-18',
  scopes: [{ scope: '101', limits: {} }],
  ...parts,
});

/** How many of `times` are let out. */
function allowed(times: readonly number[], parts: Partial<UsageQuestion>): number {
  const counters = createMemoryCounters();
  return times.filter((at) => counters.answer('o', question(parts), at) >= 0).length;
}

describe('limits of calls to the outside', () => {
  const second = 1000;
  const minute = 60 * second;
  it.each<readonly [string, UsageQuestion['scopes'], readonly number[], number]>([
    ['a minute', [{ scope: '1', limits: { callsPerMinute: 2 } }], [0, 1, 2, 59 * second], 2],
    [
      'a minute, and the next begins anew',
      [{ scope: '1', limits: { callsPerMinute: 2 } }],
      [0, 1, 2, minute, minute + 1, minute + 2],
      4,
    ],
    ['an hour', [{ scope: '1', limits: { callsPerHour: 3 } }], [0, minute, 2 * minute, 3 * minute, 60 * minute], 4],
    ['a day', [{ scope: '1', limits: { callsPerDay: 1 } }], [0, 60 * minute, 120 * minute], 1],
    [
      'the organization',
      [
        { scope: '1', limits: {} },
        { scope: '', limits: { callsPerDay: 2 } },
      ],
      [0, 1, 2],
      2,
    ],
  ])('hold for %s', (_what, scopes, times, most) => {
    expect(allowed(times, { scopes })).toBe(most);
  });

  it('of cost count the weight of the destination', () => {
    const scopes = [{ scope: '1', limits: { costPerDay: 20 } }];
    expect(allowed([0, 1, 2, 3], { scopes, weight: 7 })).toBe(2);
    expect(allowed([0, 1], { scopes, weight: 21 })).toBe(0);
  });

  it('say who refuses, and count nothing in the scopes after it', () => {
    const counters = createMemoryCounters();
    const scopes = [
      { scope: '1', limits: { callsPerDay: 1 } },
      { scope: '', limits: { callsPerDay: 2 } },
    ];
    const other = [{ scope: '2', limits: {} }, scopes[1] ?? { scope: '', limits: {} }];
    expect(counters.answer('o', question({ scopes }), 0)).toBe(UNLIMITED_SECONDS);
    expect(counters.answer('o', question({ scopes }), 1)).toBe(-1);
    expect(counters.answer('o', question({ scopes: other }), 2)).toBe(UNLIMITED_SECONDS);
    expect(counters.answer('o', question({ scopes: other }), 3)).toBe(-2);
  });

  it('keep organizations apart', () => {
    const counters = createMemoryCounters();
    const asked = question({ scopes: [{ scope: '', limits: { callsPerDay: 1 } }] });
    expect(counters.answer('a', asked, 0)).toBeGreaterThanOrEqual(0);
    expect(counters.answer('b', asked, 0)).toBeGreaterThanOrEqual(0);
    expect(counters.answer('a', asked, 0)).toBeLessThan(0);
  });

  it('never let out more calls in any minute than they say', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 10 * minute }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 5 }),
        (times, most) => {
          const counters = createMemoryCounters();
          const sorted = [...times].sort((left, right) => left - right);
          const asked = question({ scopes: [{ scope: '1', limits: { callsPerMinute: most } }] });
          const let_out = sorted.filter((at) => counters.answer('o', asked, at) >= 0);
          for (let at = 0; at <= 10; at += 1) {
            const inMinute = (list: readonly number[]) =>
              list.filter((time) => Math.floor(time / minute) === at).length;
            expect(inMinute(let_out)).toBe(Math.min(most, inMinute(sorted)));
          }
        },
      ),
    );
  });
});
