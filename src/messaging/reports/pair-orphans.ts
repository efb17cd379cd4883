import { and, asc, eq, gte, isNull } from 'drizzle-orm';
import type { Db } from '../../db/open.ts';
import { deliveryReports, messageParts } from '../../db/schema/index.ts';
import { earliestReportAt, matchReport } from '../rules/match-report.ts';
import { applyReport, type ReportScope } from './apply-report.ts';
import { reportCandidates, slicesInDoubt } from './candidates.ts';

/**
 * Gives a slice the reports that came before anybody knew its reference: they overtake the +CMGS line, or came while
 * the program was down. Slices without a reference take those of the reports which fit their recipient and time.
 * In the caller's transaction, which holds the modem's lock. Uses the index delivery_reports_orphans.
 */
export async function pairOrphans(transaction: Db, scope: ReportScope, partId: string): Promise<void> {
  const read = async () => (await reportCandidates(transaction, scope, eq(messageParts.id, partId)))[0];
  let part = await read();
  if (part === undefined) return;
  const orphans = await transaction
    .select()
    .from(deliveryReports)
    .where(
      and(
        eq(deliveryReports.organizationId, scope.organizationId),
        eq(deliveryReports.modemId, scope.modemId),
        isNull(deliveryReports.partId),
        part.reference === null ? undefined : eq(deliveryReports.reference, part.reference),
        gte(deliveryReports.receivedAt, earliestReportAt(part.submittedAt)),
      ),
    )
    .orderBy(asc(deliveryReports.receivedAt), asc(deliveryReports.id));
  for (const orphan of orphans) {
    if (part === undefined) return;
    const isOther = part.reference !== null && part.reference !== orphan.reference;
    if (isOther) continue;
    // It may have waited for this slice only because both are to one number, and mean an older one in doubt.
    const found = matchReport(orphan, part.reference === null ? await slicesInDoubt(transaction, scope) : [part]);
    if (found === undefined) continue;
    await applyReport(transaction, scope, orphan, found.id);
    part = await read();
  }
}
