import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClaimedSlice } from '../../../src/messaging/outbox/claim-slices.ts';
import { Claimed } from '../../../src/messaging/outbox/claimed.ts';
import { LONGEST_WAIT_MS, UNKNOWN_PACE } from '../../../src/messaging/rules/pace.ts';

/** The line takes 50 ms and the database five: six should be there, and with one left a turn is worth it. */
const QUICK = { airMs: 50, turnMs: 5 };

const unlimited = { slices: Number.POSITIVE_INFINITY };

/** The slice `sequence` of `total` of a message. */
function slice(messageId: string, sequence = 1, total = 1): ClaimedSlice {
  const id = `${messageId}/${sequence}`;
  return { id, messageId, sequence, total, pdu: '', tpduLength: 0, attempts: 1, peer: '+15550100' };
}

function holding(...slices: readonly ClaimedSlice[]): Claimed {
  const claimed = new Claimed();
  claimed.add(slices, 0);
  return claimed;
}

function several(count: number): readonly ClaimedSlice[] {
  return Array.from({ length: count }, (_, index) => slice(String(index)));
}

function ids(slices: readonly ClaimedSlice[]): readonly string[] {
  return slices.map(({ id }) => id);
}

function takeAll(claimed: Claimed): readonly string[] {
  const taken: ClaimedSlice[] = [];
  for (let next = claimed.take(); next !== undefined; next = claimed.take()) taken.push(next);
  expect(claimed.isEmpty).toBe(true);
  return ids(taken);
}

describe('what has been claimed', () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('claim' as const), messages: fc.array(fc.nat(3), { maxLength: 4 }) }),
      fc.record({ kind: fc.constant('fail' as const), message: fc.nat(3) }),
      fc.record({ kind: fc.constantFrom('submit', 'withdraw', 'wait', 'turn begins', 'turn ends') }),
    ),
  );

  test('is submitted once in the order of the claims or put back once, and never both', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const claimed = new Claimed();
        let count = 0;
        let nowMs = 0;
        let turn: readonly ClaimedSlice[] = [];
        const submitted: ClaimedSlice[] = [];
        const putBack: ClaimedSlice[] = [];
        for (const step of all) {
          if (step.kind === 'claim') {
            // Its number is its place among all that were claimed.
            const slices = step.messages.map((message) => slice(String(message), count++));
            claimed.add(slices, nowMs);
          } else if (step.kind === 'fail') claimed.withdrawMessage(String(step.message));
          else if (step.kind === 'withdraw') claimed.withdraw();
          else if (step.kind === 'turn begins') turn = claimed.returned;
          else if (step.kind === 'turn ends') {
            claimed.confirmReturned(turn);
            putBack.push(...turn);
            turn = [];
          } else if (step.kind === 'wait') {
            nowMs += LONGEST_WAIT_MS / 2 + 1;
            claimed.withdrawOld(nowMs);
          } else {
            const next = claimed.take();
            if (next !== undefined) submitted.push(next);
          }
        }
        const places = submitted.map(({ sequence }) => sequence);
        expect(places).toEqual([...places].sort((a, b) => a - b));
        const back = [...putBack, ...claimed.returned];
        for (let next = claimed.take(); next !== undefined; next = claimed.take()) submitted.push(next);
        const left = [...submitted, ...back].map(({ sequence }) => sequence).sort((a, b) => a - b);
        expect(left).toEqual(Array.from({ length: count }, (_, place) => place));
      }),
    );
  });

  test('and is withdrawn while a turn runs waits for the next turn', () => {
    const claimed = holding(slice('a'), slice('b'));
    claimed.withdrawMessage('b');
    const turn = claimed.returned;
    claimed.withdraw();
    claimed.confirmReturned(turn);
    expect(ids(turn)).toEqual(['b/1']);
    expect(ids(claimed.returned)).toEqual(['a/1']);
  });

  test.each([
    ['stays while the first has not waited too long', LONGEST_WAIT_MS, ['a/1', 'b/1'], []],
    ['goes back, the younger too, when the first has', LONGEST_WAIT_MS + 1, [], ['a/1', 'b/1']],
  ])('%s', (_, nowMs, ready, returned) => {
    const claimed = holding(slice('a'));
    claimed.add([slice('b')], LONGEST_WAIT_MS);
    claimed.withdrawOld(nowMs);
    expect(ids(claimed.returned)).toEqual(returned);
    expect(takeAll(claimed)).toEqual(ready);
  });

  test('of one message goes back alone when that one does not go on', () => {
    const claimed = holding(slice('a', 2, 3), slice('a', 3, 3), slice('b'));
    claimed.withdrawMessage('a');
    expect(ids(claimed.returned)).toEqual(['a/2', 'a/3']);
    expect(takeAll(claimed)).toEqual(['b/1']);
  });

  test('is neither submitted nor put back from here when nobody knows what is claimed', () => {
    const claimed = holding(slice('a'), slice('b'));
    claimed.withdrawMessage('a');
    claimed.forget();
    expect(claimed.returned).toEqual([]);
    expect(takeAll(claimed)).toEqual([]);
  });
});

describe('the message that is sent back to back', () => {
  test.each([
    ['is the one whose next slices are not claimed yet', [slice('a'), slice('b', 1, 3), slice('b', 2, 3)], 'b'],
    ['is none when its last slice is claimed', [slice('b', 2, 3), slice('b', 3, 3)], undefined],
    ['is none behind a message of one slice', [slice('b', 3, 3), slice('a')], undefined],
  ])('%s', (_, slices, begun) => {
    expect(holding(...slices).begun).toBe(begun);
  });

  test('stays when a turn claims nothing, when all go back, and when another message fails', () => {
    const claimed = holding(slice('a', 1, 2));
    claimed.add([], 0);
    claimed.withdraw();
    claimed.withdrawMessage('b');
    expect(claimed.begun).toBe('a');
  });

  test('is none any more when it fails', () => {
    const claimed = holding(slice('a', 1, 2));
    claimed.withdrawMessage('a');
    expect(claimed.begun).toBeUndefined();
  });
});

describe('how many are claimed beside the slice in the air', () => {
  test.each([
    ['all that should be there, when none is', QUICK, 0, Number.POSITIVE_INFINITY, 6],
    ['none while more than half is there', QUICK, 4, Number.POSITIVE_INFINITY, 0],
    ['the others when half is there', QUICK, 3, Number.POSITIVE_INFINITY, 3],
    ['none on a line that waits for nothing', UNKNOWN_PACE, 0, Number.POSITIVE_INFINITY, 0],
    ['no more than the SIM may send after the one in the air', QUICK, 0, 4, 3],
    ['no more than it may send after those that are ready', QUICK, 2, 5, 2],
  ])('%s', (_, pace, ready, slices, expected) => {
    const claimed = holding(...several(ready));
    claimed.allow({ slices });
    expect(claimed.missing(pace)).toBe(expected);
  });

  test('what is claimed meanwhile counts against what the SIM may send', () => {
    const claimed = new Claimed();
    claimed.allow({ slices: 5, recipients: ['+15550100'] });
    claimed.add([slice('a'), slice('b')], 0);
    expect(claimed.allowed).toEqual({ slices: 2, recipients: ['+15550100'] });
  });

  test('none while nothing is in the air', () => {
    const claimed = new Claimed();
    expect(claimed.missing(QUICK)).toBe(0);
    claimed.allow(unlimited);
    expect(claimed.missing(QUICK)).toBe(6);
    claimed.allowNone();
    expect(claimed.missing(QUICK)).toBe(0);
  });

  test.each([
    [0, true],
    [1, true],
    [2, false],
  ])('with %d left a turn for their sake alone is worth it: %s', (ready, isLow) => {
    expect(holding(...several(ready)).isLow(QUICK)).toBe(isLow);
  });
});

test('turns that claim count once, whatever they bring, and those that claim nothing do not', () => {
  const claimed = holding(...several(10));
  claimed.add([], 0);
  claimed.add([slice('a')], 0);
  expect(claimed.turns).toBe(2);
});
