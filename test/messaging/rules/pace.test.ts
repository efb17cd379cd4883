import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { claimAhead, claimAloneAt, measured, UNKNOWN_PACE } from '../../../src/messaging/rules/pace.ts';

const ms = fc.double({ min: 0, max: 10_000, noNaN: true });

describe('how many slices are claimed ahead', () => {
  test.each([
    ['none while nothing is measured', undefined, 10, 0],
    ['none where a network takes seconds', 2_000, 10, 0],
    ['none where what is claimed would be too old when its turn comes', 6_000, 900, 0],
    ['one where it takes some turns of the database', 200, 20, 1],
    ['some on a line so fast that a turn for each would be most of the work', 50, 10, 6],
    ['what a slow database keeps waiting', 100, 400, 6],
    ['never more than sixteen', 0.1, 100, 16],
  ])('%s', (_, airMs, turnMs, expected) => {
    expect(claimAhead({ airMs, turnMs })).toBe(expected);
  });

  test('measurements are smoothed', () => {
    const pace = measured(measured(UNKNOWN_PACE, 'airMs', 100), 'airMs', 200);
    expect(pace.airMs).toBe(130);
  });
});

describe('when slices are claimed', () => {
  test.each([
    ['nothing is known yet', UNKNOWN_PACE, 0, 0],
    ['a line of 50 ms, a quick database: a report may bring the next ones', { airMs: 50, turnMs: 5 }, 6, 1],
    ['a line of 50 ms, a slow database: no later than half', { airMs: 50, turnMs: 200 }, 6, 3],
    ['a line faster than the database', { airMs: 1, turnMs: 10 }, 16, 8],
    ['a real network', { airMs: 3_000, turnMs: 100 }, 1, 0],
  ])('%s', (_, pace, ahead, alone) => {
    expect({ ahead: claimAhead(pace), alone: claimAloneAt(pace) }).toEqual({ ahead, alone });
  });

  test('a turn for their sake never comes while more than half is there, nor later than the line needs it', () => {
    fc.assert(
      fc.property(ms, ms, (airMs, turnMs) => {
        const ahead = claimAhead({ airMs, turnMs });
        const alone = claimAloneAt({ airMs, turnMs });
        const needed = Math.ceil((turnMs * 1.5) / Math.max(airMs, 0.5));
        expect(alone).toBeLessThanOrEqual(ahead / 2);
        expect(alone).toBeGreaterThanOrEqual(Math.min(needed, Math.floor(ahead / 2)));
      }),
    );
  });
});
