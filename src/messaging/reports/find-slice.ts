import { eq } from 'drizzle-orm';
import type { Db } from '../../db/open.ts';
import { messageParts } from '../../db/schema/index.ts';
import { matchReport, type ReportCandidate } from '../rules/match-report.ts';
import { isSameNumber } from '../rules/number-match.ts';
import type { ReportScope, StoredReport } from './apply-report.ts';
import { reportCandidates, slicesInDoubt } from './candidates.ts';

/**
 * The slice with the report's reference, else one of unknown end to its recipient. While another slice to the recipient
 * is just being submitted the report may be its own, so it waits for that slice's outcome (`pairOrphans`).
 */
export async function findSlice(
  transaction: Db,
  scope: ReportScope,
  report: StoredReport,
): Promise<ReportCandidate | undefined> {
  const known = matchReport(
    report,
    await reportCandidates(transaction, scope, eq(messageParts.reference, report.reference)),
  );
  if (known !== undefined) return known;
  const unsettled = await slicesInDoubt(transaction, scope);
  const mayBeItsOwn = (slice: ReportCandidate) =>
    slice.status === 'submitting' &&
    slice.submittedAt <= report.receivedAt &&
    isSameNumber(slice.recipient, report.recipient);
  if (unsettled.some(mayBeItsOwn)) return undefined;
  return matchReport(
    report,
    unsettled.filter(({ status }) => status === 'unknown'),
  );
}
