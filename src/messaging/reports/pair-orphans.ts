import { and, asc, eq, gte, isNull } from 'drizzle-orm';
import type { Db } from '../../db/open.ts';
import { deliveryReports } from '../../db/schema/index.ts';
import { earliestReportAt } from '../rules/match-report.ts';
import { applyReport, type ReportScope } from './apply-report.ts';
import { findSlice } from './find-slice.ts';

/**
 * Looks again at the reports without a slice that came since `since`, when slices that left then have their outcome: they
 * overtook the +CMGS line, came while the program was down, or waited for a slice in the air and mean an older one in doubt.
 * In the caller's transaction, which holds the modem's lock. Uses the index delivery_reports_orphans.
 */
export async function pairOrphans(transaction: Db, scope: ReportScope, since: Date): Promise<void> {
  const orphans = await transaction
    .select()
    .from(deliveryReports)
    .where(
      and(
        eq(deliveryReports.organizationId, scope.organizationId),
        eq(deliveryReports.modemId, scope.modemId),
        isNull(deliveryReports.partId),
        gte(deliveryReports.receivedAt, earliestReportAt(since)),
      ),
    )
    .orderBy(asc(deliveryReports.receivedAt), asc(deliveryReports.id));
  for (const orphan of orphans) {
    const found = await findSlice(transaction, scope, orphan);
    if (found !== undefined) await applyReport(transaction, scope, orphan, found.id);
  }
}
