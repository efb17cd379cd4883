import { and, asc, eq } from 'drizzle-orm';
import { notify } from '../db/notify.ts';
import type { Db } from '../db/open.ts';
import { messageParts, messages } from '../db/schema/index.ts';
import { foldSlices } from './rules/status.ts';

/**
 * Brings a message's status in line with its slices, in the transaction that changed one. The message row is locked, so
 * that two slices changing at once cannot each fold what the other has not shown yet.
 */
export async function refoldMessage(transaction: Db, organizationId: string, messageId: string, now: Date) {
  const isMessage = and(eq(messages.organizationId, organizationId), eq(messages.id, messageId));
  const [message] = await transaction
    .select({ status: messages.status, error: messages.error })
    .from(messages)
    .where(isMessage)
    .for('update');
  if (message === undefined) return;
  const slices = await transaction
    .select({ status: messageParts.status, error: messageParts.error })
    .from(messageParts)
    .where(and(eq(messageParts.organizationId, organizationId), eq(messageParts.messageId, messageId)))
    .orderBy(asc(messageParts.sequence));
  const status = foldSlices(slices.map((slice) => slice.status));
  const error = slices.find((slice) => slice.status === status && slice.error !== null)?.error ?? null;
  if (status !== message.status || error !== message.error) {
    await transaction.update(messages).set({ status, error, updatedAt: now }).where(isMessage);
  }
  await notify(transaction, { topic: 'message', organizationId, id: messageId });
}
