import { and, eq } from 'drizzle-orm';
import { notify } from '../../db/notify.ts';
import type { Db } from '../../db/open.ts';
import { deliveryReports, messageParts } from '../../db/schema/index.ts';
import { type DeliveryOutcome, deliveryStatusOf } from '../../modem/pdu/index.ts';
import { refoldMessage } from '../refold-message.ts';
import { advance, type MessageStatus } from '../rules/status.ts';
import { cancelWaitingSlices } from '../settle-siblings.ts';

export type StoredReport = typeof deliveryReports.$inferSelect;

export interface ReportScope {
  readonly organizationId: string;
  readonly modemId: string;
  readonly now: Date;
}

/** A report of any outcome proves that the service centre has the slice. */
const MEANS: Readonly<Record<DeliveryOutcome, MessageStatus>> = {
  delivered: 'delivered',
  failed: 'failed',
  pending: 'sent',
};

/** What a report makes of a slice that is `sent`. */
export function newsOf(
  report: Pick<StoredReport, 'status' | 'outcome' | 'dischargeTime'>,
  now: Date,
): { readonly becomes: MessageStatus; readonly deliveredAt: Date | null; readonly error: string | null } {
  const becomes = MEANS[report.outcome];
  const { meaning } = deliveryStatusOf(report.status);
  return {
    becomes,
    deliveredAt: becomes === 'delivered' ? (instantOf(report.dischargeTime) ?? now) : null,
    error: becomes === 'failed' ? `Not delivered: ${meaning} (status ${report.status}).` : null,
  };
}

/** Joins a report to its slice and folds what it says into slice and message, in the caller's transaction. */
export async function applyReport(
  transaction: Db,
  scope: ReportScope,
  report: StoredReport,
  partId: string,
): Promise<void> {
  const { organizationId, now } = scope;
  const isPart = and(eq(messageParts.organizationId, organizationId), eq(messageParts.id, partId));
  const [part] = await transaction.select().from(messageParts).where(isPart).for('update');
  if (part === undefined || part.messageId === null) return;
  await transaction
    .update(deliveryReports)
    .set({ partId })
    .where(and(eq(deliveryReports.organizationId, organizationId), eq(deliveryReports.id, report.id)));
  const { becomes, ...news } = newsOf(report, now);
  const status = advance(part.status, becomes);
  if (status === part.status) return;
  await transaction
    .update(messageParts)
    .set({
      status,
      reference: part.reference ?? report.reference,
      sentAt: part.sentAt ?? part.submittedAt,
      ...news,
    })
    .where(isPart);
  if (status === 'failed') await cancelWaitingSlices(transaction, organizationId, part.messageId);
  await refoldMessage(transaction, organizationId, part.messageId, now);
  // The slices behind a settled one may go now.
  if (part.status === 'unknown') await notify(transaction, { topic: 'outbox', organizationId });
}

function instantOf(iso: string | null): Date | undefined {
  return iso === null ? undefined : new Date(iso);
}
