import { isSameNumber } from './number-match.ts';
import { isUnsettled, type MessageStatus } from './status.ts';

/** What a report says of the slice it belongs to. */
export interface ReportClues {
  readonly recipient: string;
  /** ISO 8601; null when the network sent no possible time. */
  readonly serviceCentreTime: string | null;
  readonly receivedAt: Date;
}

/** A slice with the report's TP-MR, or one whose reference is not known. */
export interface ReportCandidate {
  readonly id: string;
  /** Its place in its message, from 1. */
  readonly sequence: number;
  /** TP-MR; null until the modem said it. */
  readonly reference: number | null;
  readonly recipient: string;
  readonly status: MessageStatus;
  readonly submittedAt: Date;
  readonly validitySeconds: number | null;
  /** When the doubt about it ends; all that one crash left in doubt is so until one moment. */
  readonly settleAt: Date | null;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** What service centres use when no validity was asked for is rarely longer. */
const DEFAULT_VALIDITY_MS = 3 * DAY_MS;
const GRACE_MS = DAY_MS;
/** The report must have come after the bytes left; clocks of two of our processes may differ a little. */
const OUR_CLOCKS_MS = MINUTE_MS;
/** Service centres tell whole seconds, and most of them the right ones. */
const GOOD_CLOCK_MS = 2_000;
/** How early the service centre's time may be: first as clocks differ, then as wrong time zones do. */
const CENTRE_TOLERANCES_MS = [5 * MINUTE_MS, 14 * 60 * MINUTE_MS] as const;

/** How long after its submission a slice waits for reports: its validity and a day. */
export function reportWindowMs(validitySeconds: number | null): number {
  return (validitySeconds === null ? DEFAULT_VALIDITY_MS : validitySeconds * 1000) + GRACE_MS;
}

/** The earliest moment at which a report of a slice submitted at `submittedAt` can have reached us. */
export function earliestReportAt(submittedAt: Date): Date {
  return new Date(submittedAt.getTime() - OUR_CLOCKS_MS);
}

/**
 * A slice with the reference of a report, sent to its recipient within these times and not settled, is the one it belongs
 * to if there is no newer one, whatever its validity: `matchReport` would choose the same.
 */
export function submittedWithin({
  receivedAt,
  serviceCentreTime,
}: Pick<ReportClues, 'receivedAt' | 'serviceCentreTime'>): { readonly since: Date; readonly until: Date } {
  const latest = receivedAt.getTime() + OUR_CLOCKS_MS;
  const latestByCentre = serviceCentreTime === null ? latest : Date.parse(serviceCentreTime) + CENTRE_TOLERANCES_MS[0];
  return { since: new Date(receivedAt.getTime() - GRACE_MS), until: new Date(Math.min(latest, latestByCentre)) };
}

/**
 * The slice a report belongs to, or undefined. TP-MR wraps after 256 messages, so the recipient and the time decide too
 * (gsm-sms reference, section 10): the newest unsettled slice that was submitted before the service centre's time; where
 * that leaves nothing, the newest settled one, because networks repeat themselves. Of slices in doubt, which have no reference,
 * see `bestInDoubt`.
 */
export function matchReport<T extends ReportCandidate>(report: ReportClues, candidates: readonly T[]): T | undefined {
  const possible = candidates
    .filter((slice) => isSameNumber(slice.recipient, report.recipient) && isInWindow(report, slice))
    .sort((a, b) => b.submittedAt.getTime() - a.submittedAt.getTime());
  const unsettled = possible.filter((slice) => isUnsettled(slice.status));
  const settled = possible.filter((slice) => !isUnsettled(slice.status));
  const tests = CENTRE_TOLERANCES_MS.map((tolerance) => (slice: T) => isAfter(report, slice, tolerance));
  for (const test of tests) {
    const found = unsettled.find(test) ?? settled.find(test);
    if (found !== undefined)
      return found.reference === null ? bestInDoubt(report, found, unsettled.filter(test)) : found;
  }
  return undefined;
}

/**
 * Which of several slices in doubt: the newest that was submitted by the service centre's time, taken at its word, for
 * a modem whose answers get lost sends its next text seconds later. Of those that one crash left the first: they were
 * claimed together and went out in order, and the last may not have gone at all.
 */
function bestInDoubt<T extends ReportCandidate>(report: ReportClues, newest: T, fitting: readonly T[]): T {
  const doubts = fitting.filter(({ reference }) => reference === null);
  const found = doubts.find((slice) => isAfter(report, slice, GOOD_CLOCK_MS)) ?? newest;
  const crash = found.settleAt?.getTime();
  const together = doubts.filter(({ settleAt }) => crash !== undefined && settleAt?.getTime() === crash);
  return together.reduce((first, slice) => (wentBefore(slice, first) ? slice : first), found);
}

/** Slices of one message are claimed in one moment. */
function wentBefore(one: ReportCandidate, other: ReportCandidate): boolean {
  const aheadMs = other.submittedAt.getTime() - one.submittedAt.getTime();
  return aheadMs > 0 || (aheadMs === 0 && one.sequence < other.sequence);
}

function isInWindow(report: ReportClues, slice: ReportCandidate): boolean {
  const { receivedAt } = report;
  const age = receivedAt.getTime() - slice.submittedAt.getTime();
  return receivedAt >= earliestReportAt(slice.submittedAt) && age <= reportWindowMs(slice.validitySeconds);
}

function isAfter(report: ReportClues, slice: ReportCandidate, toleranceMs: number): boolean {
  if (report.serviceCentreTime === null) return true;
  return Date.parse(report.serviceCentreTime) >= slice.submittedAt.getTime() - toleranceMs;
}
