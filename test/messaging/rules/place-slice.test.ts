import { describe, expect, test } from 'vitest';
import { type PlacedSlice, placeSlice, type SliceSet } from '../../../src/messaging/rules/place-slice.ts';

const NOON = new Date('2026-11-21T12:00:00Z');
const minutes = (count: number) => new Date(NOON.getTime() + count * 60_000);

const slice = (sequence: number, content = `text ${sequence}`, sentAt: Date | null = NOON): PlacedSlice => ({
  sequence,
  content,
  sentAt: sentAt?.toISOString() ?? null,
});

const set = (id: string, lastMinutes: number, slices: readonly PlacedSlice[], isDelivered = false): SliceSet => ({
  id,
  total: 3,
  lastReceivedAt: minutes(lastMinutes),
  isDelivered,
  slices,
});

describe('where an arriving slice belongs', () => {
  test('the first opens a set', () => {
    expect(placeSlice(slice(2), [], NOON)).toEqual({ kind: 'open' });
  });

  test('the next joins it, in any order', () => {
    expect(placeSlice(slice(1), [set('a', 0, [slice(3)])], minutes(1))).toEqual({ kind: 'join', setId: 'a' });
  });

  test('a repeat changes nothing, also after completion', () => {
    expect(placeSlice(slice(1), [set('a', 0, [slice(1)])], minutes(1))).toEqual({ kind: 'repeat' });
    const whole = set('a', 0, [slice(1), slice(2), slice(3)], true);
    expect(placeSlice(slice(2), [whole], minutes(9))).toEqual({ kind: 'repeat' });
  });

  test('the same text hours later is a new message, not a repeat', () => {
    const whole = set('a', 0, [slice(1), slice(2), slice(3)], true);
    expect(placeSlice(slice(1, 'text 1', minutes(600)), [whole], minutes(600))).toEqual({ kind: 'open' });
  });

  test('a reused reference with another text opens a new set and loses neither', () => {
    const old = set('a', 0, [slice(1, 'old')]);
    expect(placeSlice(slice(1, 'new', minutes(11)), [old], minutes(11))).toEqual({ kind: 'open' });
    expect(placeSlice(slice(1, 'new'), [old], minutes(1))).toEqual({ kind: 'open' });
  });

  test('of two sets with one reference the older is completed first', () => {
    const sets = [set('b', 1, [slice(1, 'b1')]), set('a', 0, [slice(1, 'a1')])];
    expect(placeSlice(slice(2, 'a2'), sets, minutes(2))).toEqual({ kind: 'join', setId: 'a' });
  });

  test('of two sets the one stamped nearest by the service centre', () => {
    const at = (seconds: number) => new Date(NOON.getTime() + seconds * 1000);
    const sets = [set('a', 0, [slice(1, 'a1', at(0))]), set('b', 1, [slice(1, 'b1', at(30))])];
    expect(placeSlice(slice(2, 'b2', at(31)), sets, minutes(2))).toEqual({ kind: 'join', setId: 'b' });
    expect(placeSlice(slice(2, 'a2', at(1)), sets, minutes(2))).toEqual({ kind: 'join', setId: 'a' });
  });

  test('a late slice completes a partial message when the centre stamped both together', () => {
    const partial = set('a', 0, [slice(1), slice(2)], true);
    expect(placeSlice(slice(3), [partial], minutes(3 * 24 * 60))).toEqual({ kind: 'join', setId: 'a' });
    expect(placeSlice(slice(3, 'x', minutes(3 * 24 * 60)), [partial], minutes(3 * 24 * 60))).toEqual({ kind: 'open' });
    expect(placeSlice(slice(3, 'x', null), [partial], minutes(60))).toEqual({ kind: 'open' });
  });

  test('a set that has gone stale does not swallow the slice of a new text', () => {
    const stale = set('a', 0, [slice(1)]);
    expect(placeSlice(slice(2, 'new', minutes(120)), [stale], minutes(120))).toEqual({ kind: 'open' });
  });
});
