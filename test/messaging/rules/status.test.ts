import { describe, expect, test } from 'vitest';
import { advance, foldSlices, MESSAGE_STATUSES, type MessageStatus } from '../../../src/messaging/rules/status.ts';

describe('what a slice may become', () => {
  const cases: readonly (readonly [string, MessageStatus, MessageStatus, MessageStatus])[] = [
    ['a late "sent" does not undo delivered', 'delivered', 'sent', 'delivered'],
    ['a late failure does not undo delivered', 'delivered', 'failed', 'delivered'],
    ['a late pending report does not undo failed', 'failed', 'sent', 'failed'],
    ['a delivery after a failure wins: the recipient has the text', 'failed', 'delivered', 'delivered'],
    ['a report of delivery settles unknown', 'unknown', 'delivered', 'delivered'],
    ['a report of failure settles unknown', 'unknown', 'failed', 'failed'],
    ['a pending report settles unknown', 'unknown', 'sent', 'sent'],
    ['a refusal puts a submitted slice back', 'submitting', 'queued', 'queued'],
    ['what ran out of time is not submitted', 'expired', 'submitting', 'expired'],
    ['what was cancelled is not submitted', 'cancelled', 'submitting', 'cancelled'],
    ['a received message stays one', 'received', 'failed', 'received'],
  ];
  test.each(cases)('%s', (_, from, to, result) => {
    expect(advance(from, to)).toBe(result);
  });

  test('nothing that has left is ever put back into the queue, and what may have left only by policy', () => {
    for (const from of ['sent', 'delivered', 'failed'] as const) expect(advance(from, 'queued')).toBe(from);
    expect(advance('unknown', 'queued')).toBe('queued');
    for (const from of ['unknown', 'sent', 'delivered', 'failed'] as const) {
      expect(advance(from, 'submitting')).toBe(from);
    }
  });

  test('only queued slices are submitted', () => {
    expect(
      MESSAGE_STATUSES.filter((from) => from !== 'submitting' && advance(from, 'submitting') === 'submitting'),
    ).toEqual(['queued']);
  });

  test('nothing leaves delivered, and nothing but a report changes what was sent', () => {
    for (const to of MESSAGE_STATUSES) expect(advance('delivered', to)).toBe('delivered');
    expect(MESSAGE_STATUSES.filter((to) => advance('sent', to) !== 'sent').sort()).toEqual(['delivered', 'failed']);
  });
});

describe('the message of its slices', () => {
  const cases: readonly (readonly [MessageStatus, readonly MessageStatus[]])[] = [
    ['queued', []],
    ['queued', ['queued', 'queued']],
    ['submitting', ['submitting', 'queued']],
    ['submitting', ['sent', 'queued']],
    ['submitting', ['delivered', 'submitting', 'queued']],
    ['sent', ['sent', 'sent']],
    ['sent', ['delivered', 'sent']],
    ['delivered', ['delivered', 'delivered']],
    ['unknown', ['unknown', 'queued']],
    ['unknown', ['delivered', 'unknown']],
    ['failed', ['unknown', 'failed', 'cancelled']],
    ['failed', ['delivered', 'failed', 'delivered']],
    ['failed', ['failed', 'cancelled']],
    ['expired', ['sent', 'expired']],
    ['cancelled', ['cancelled', 'cancelled']],
    ['received', ['received', 'received']],
  ];
  test.each(cases)('%s: %j', (status, slices) => {
    expect(foldSlices(slices)).toBe(status);
    expect(foldSlices([...slices].reverse())).toBe(status);
  });
});

test('a message of one slice is what its slice is', () => {
  for (const status of MESSAGE_STATUSES) expect(foldSlices([status])).toBe(status);
});
