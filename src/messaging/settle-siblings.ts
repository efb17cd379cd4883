import { and, eq, sql } from 'drizzle-orm';
import type { Db } from '../db/open.ts';
import { messageParts } from '../db/schema/index.ts';
import { giveQuotaBack } from './policies/give-quota-back.ts';
import { reportWindowMs } from './rules/match-report.ts';

const waiting = (organizationId: string, messageId: string) =>
  and(
    eq(messageParts.organizationId, organizationId),
    eq(messageParts.messageId, messageId),
    sql`${messageParts.status} = 'queued'`,
  );

/** Cancels the slices of a message that wait behind one which has failed: alone they would be a torn text. */
export async function cancelWaitingSlices(transaction: Db, organizationId: string, messageId: string): Promise<void> {
  const cancelled = await transaction
    .update(messageParts)
    .set({ status: 'cancelled', error: 'Not sent, because another part of this message failed.' })
    .where(waiting(organizationId, messageId))
    .returning({ messageId: messageParts.messageId });
  await giveQuotaBack(transaction, organizationId, cancelled);
}

/**
 * Holds the slices behind one whose end is unknown. They wait for its delivery report, no longer than reports are
 * waited for: sending them now could deliver a text without its beginning, sending the unknown one again could deliver
 * it twice.
 */
export async function holdWaitingSlices(
  transaction: Db,
  organizationId: string,
  messageId: string,
  now: Date,
): Promise<void> {
  const patience = new Date(now.getTime() + reportWindowMs(null)).toISOString();
  await transaction
    .update(messageParts)
    .set({
      error: 'Waits until it is known whether the part before it was sent.',
      expiresAt: sql`coalesce(${messageParts.expiresAt}, ${patience}::timestamptz)`,
    })
    .where(waiting(organizationId, messageId));
}
