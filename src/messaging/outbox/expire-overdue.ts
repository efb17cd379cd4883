import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Db } from '../../db/open.ts';
import { messageParts } from '../../db/schema/index.ts';
import { giveQuotaBack } from '../policies/give-quota-back.ts';
import { refoldMessages } from '../refold-message.ts';

/**
 * Ends the waiting of slices whose validity passed before a modem could take them. Returns how many messages that
 * concerned. Uses the index message_parts_expiring.
 */
export async function expireOverdue(db: Db, organizationId: string, now: Date): Promise<number> {
  return db.transaction(async (inner) => {
    const transaction = inner as unknown as Db;
    const overdue = transaction
      .select({ id: messageParts.id })
      .from(messageParts)
      .where(
        and(
          eq(messageParts.organizationId, organizationId),
          sql`${messageParts.status} = 'queued' and ${messageParts.expiresAt} is not null`,
          sql`${messageParts.expiresAt} <= ${now.toISOString()}`,
        ),
      )
      .for('update', { skipLocked: true });
    const expired = await transaction
      .update(messageParts)
      .set({ status: 'expired', error: 'Its time ran out before it could be sent.' })
      .where(inArray(messageParts.id, overdue))
      .returning({ messageId: messageParts.messageId });
    await giveQuotaBack(transaction, organizationId, expired);
    const concerned = new Set(expired.flatMap(({ messageId }) => (messageId === null ? [] : [messageId])));
    await refoldMessages(transaction, concerned, { organizationId, now });
    return concerned.size;
  });
}
