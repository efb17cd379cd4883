import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  matchReport,
  type ReportCandidate,
  reportWindowMs,
  submittedWithin,
} from '../../../src/messaging/rules/match-report.ts';
import type { MessageStatus } from '../../../src/messaging/rules/status.ts';

const NOON = Date.parse('2026-11-21T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const slice = (id: string, minutes: number, more: Partial<ReportCandidate> = {}): ReportCandidate => ({
  id,
  sequence: 1,
  reference: 7,
  recipient: '+12125550123',
  status: 'sent' as MessageStatus,
  submittedAt: new Date(NOON + minutes * MINUTE),
  validitySeconds: null,
  settleAt: null,
  ...more,
});

const report = (centreMinutes: number | null, receivedMinutes: number, recipient = '2125550123') => ({
  recipient,
  serviceCentreTime: centreMinutes === null ? null : new Date(NOON + centreMinutes * MINUTE).toISOString(),
  receivedAt: new Date(NOON + receivedMinutes * MINUTE),
});

describe('which slice a report belongs to', () => {
  test('the newest unsettled one to this recipient', () => {
    const slices = [slice('old', -300), slice('new', 0), slice('other', 1, { recipient: '+12125550999' })];
    expect(matchReport(report(0, 5), slices)?.id).toBe('new');
  });

  test('one that was submitted before the service centre had it: the older, when the reference came round', () => {
    expect(matchReport(report(-299, 5), [slice('old', -300), slice('new', 0)])?.id).toBe('old');
  });

  test('clocks may differ by minutes', () => {
    expect(matchReport(report(-4, 5), [slice('one', 0)])?.id).toBe('one');
  });

  test('time zones may be wrong by hours, when no other slice fits better', () => {
    expect(matchReport(report(-10 * 60, 5), [slice('one', 0)])?.id).toBe('one');
    expect(matchReport(report(-15 * 60, 5), [slice('one', 0)])).toBeUndefined();
  });

  test('an impossible service centre time does not lose the report', () => {
    expect(matchReport(report(null, 5), [slice('one', 0)])?.id).toBe('one');
  });

  test('a settled slice only when no unsettled one fits', () => {
    const slices = [slice('failed', -60, { status: 'failed' }), slice('sent', -120)];
    expect(matchReport(report(-59, 5), slices)?.id).toBe('sent');
    expect(matchReport(report(-59, 5), slices.slice(0, 1))?.id).toBe('failed');
  });

  const lost = { reference: null, status: 'unknown' as MessageStatus };

  test('of slices that one crash left in doubt, the first: the last may never have gone', () => {
    const crashed = { ...lost, settleAt: new Date(NOON + 96 * HOUR) };
    const slices = [
      slice('long before', -300, { ...lost, settleAt: new Date(NOON + 91 * HOUR) }),
      slice('three', 0, { ...crashed, sequence: 3 }),
      slice('two', 0, { ...crashed, sequence: 2 }),
      slice('one', -0.01, crashed),
    ];
    expect(matchReport(report(0, 1), slices)?.id).toBe('one');
    expect(matchReport(report(0, 1), slices.slice(0, 3))?.id).toBe('two');
    expect(matchReport(report(0, 1), [...slices, slice('known', 0.1)])?.id).toBe('known');
  });

  test('of slices in doubt one after the other, the one that was submitted last by the service centre’s time', () => {
    const slices = [
      slice('first', 0, { ...lost, settleAt: new Date(NOON + 96 * HOUR) }),
      slice('second', 0.5, { ...lost, settleAt: new Date(NOON + 96 * HOUR + 30_000) }),
    ];
    expect(matchReport(report(0, 1), slices)?.id).toBe('first');
    expect(matchReport(report(0.5, 1), slices)?.id).toBe('second');
    expect(matchReport(report(0.9, 1), slices)?.id).toBe('second');
  });

  test('of slices in doubt the newest, where the service centre has another time or none', () => {
    const slices = [slice('first', 0, lost), slice('second', 0.5, lost)];
    expect(matchReport(report(-4, 1), slices)?.id).toBe('second');
    expect(matchReport(report(null, 1), slices)?.id).toBe('second');
  });

  test('whatever is plain is chosen by the whole rule too', () => {
    const minutes = fc.double({ min: -3_000, max: 3_000, noNaN: true });
    const plain = fc.record({ submitted: minutes, centre: fc.option(minutes), received: minutes });
    fc.assert(
      fc.property(plain, fc.array(minutes), ({ submitted, centre, received }, older) => {
        const clues = report(centre, received);
        const { since, until } = submittedWithin(clues);
        const newest = slice('newest', submitted);
        fc.pre(since <= newest.submittedAt && newest.submittedAt <= until);
        const others = older.filter((at) => at < submitted - 1).map((at, index) => slice(`older ${index}`, at));
        expect(matchReport(clues, [...others, newest])?.id).toBe('newest');
      }),
    );
  });

  test('never a slice that was submitted after the report came', () => {
    expect(matchReport(report(0, 5), [slice('later', 7)])).toBeUndefined();
  });

  test('never after the validity and a day', () => {
    const short = slice('short', 0, { validitySeconds: 3600 });
    const edge = (reportWindowMs(3600) / MINUTE) | 0;
    expect(edge).toBe((HOUR + 24 * HOUR) / MINUTE);
    expect(matchReport(report(1, edge), [short])?.id).toBe('short');
    expect(matchReport(report(1, edge + 1), [short])).toBeUndefined();
  });

  test('an unknown slice counts as unsettled', () => {
    expect(matchReport(report(0, 5), [slice('one', 0, { status: 'unknown' })])?.id).toBe('one');
  });
});
