import type { Db } from '../../db/open.ts';
import { deliveryReports } from '../../db/schema/index.ts';
import { decodePdu, type StatusReportPdu } from '../../modem/pdu/index.ts';
import { lockModem } from '../lock-modem.ts';
import { applyReport, type ReportScope } from './apply-report.ts';
import { findSlice } from './find-slice.ts';
import { recordPlainReports } from './plain-reports.ts';

/** `orphan`: kept, no slice fits yet. `repeat`: it was there already. `not_a_report`: nothing was stored. */
export type RecordedReport = 'matched' | 'orphan' | 'repeat' | 'not_a_report';

/**
 * Keeps a delivery report and folds it into its slice and message, all in one transaction; resolves after the commit.
 * Repeats change nothing. A report without a slice stays and is looked at again with the outcomes to come (`pairOrphans`).
 */
export async function recordReport(db: Db, input: ReportScope & { readonly pdu: string }): Promise<RecordedReport> {
  const pdu = input.pdu.toUpperCase();
  const content = reportOf(pdu);
  if (content === undefined) return 'not_a_report';
  if ((await recordPlainReports(db, input, [{ pdu, content }])).size === 1) return 'matched';
  return db.transaction(async (inner) => {
    const transaction = inner as unknown as Db;
    await lockModem(transaction, input.modemId);
    return recordReportIn(transaction, input);
  });
}

/** The same in the caller's transaction, which holds the modem's lock. */
export async function recordReportIn(
  transaction: Db,
  input: ReportScope & { readonly pdu: string },
): Promise<RecordedReport> {
  const { organizationId, modemId, now, pdu } = input;
  const content = reportOf(pdu);
  if (content === undefined) return 'not_a_report';
  const [report] = await transaction
    .insert(deliveryReports)
    .values({
      organizationId,
      modemId,
      reference: content.reference,
      recipient: content.recipient.number,
      status: content.status,
      outcome: content.outcome,
      serviceCentreTime: content.serviceCentreTime,
      dischargeTime: content.dischargeTime,
      pdu: pdu.toUpperCase(),
      receivedAt: now,
    })
    .onConflictDoNothing()
    .returning();
  if (report === undefined) return 'repeat';
  const part = await findSlice(transaction, input, report);
  if (part === undefined) return 'orphan';
  await applyReport(transaction, input, report, part.id);
  return 'matched';
}

function reportOf(pdu: string): StatusReportPdu | undefined {
  const decoded = decodePdu(pdu, { direction: 'inbound', lenient: true });
  return decoded.ok && decoded.pdu.type === 'status-report' ? decoded.pdu : undefined;
}
