import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Db } from '../../db/open.ts';
import { messageParts } from '../../db/schema/index.ts';
import { lockModem } from '../lock-modem.ts';
import { refoldMessages } from '../refold-message.ts';
import type { OutboxScope } from './claim-slices.ts';

type Scope = OutboxScope & { readonly now: Date };

/**
 * Puts back what this run has claimed without learning of it: the connection broke while the claim committed. Call it
 * only while this run has nothing in the air and nothing left to store: then it is certain that the bytes never left.
 */
export async function returnUnsubmitted(db: Db, scope: Scope): Promise<number> {
  return db.transaction(async (inner) => {
    const transaction = inner as unknown as Db;
    await lockModem(transaction, scope.modemId);
    const messageIds = await returnSlices(transaction, scope);
    await refoldMessages(transaction, messageIds, scope);
    return messageIds.length;
  });
}

/**
 * Puts claimed slices back into the queue whose bytes have never left, all of this run or only `ids`, and returns their
 * messages; the caller refolds them. In the caller's transaction.
 */
export async function returnSlices(transaction: Db, scope: Scope, ids?: readonly string[]): Promise<readonly string[]> {
  const returned = await transaction
    .update(messageParts)
    .set({
      status: 'queued',
      submittedBy: null,
      submittedAt: null,
      attempts: sql`${messageParts.attempts} - 1`,
    })
    .where(
      and(
        eq(messageParts.organizationId, scope.organizationId),
        eq(messageParts.modemId, scope.modemId),
        eq(messageParts.submittedBy, scope.runId),
        ids === undefined
          ? sql`${messageParts.status} = 'submitting'`
          : and(
              inArray(messageParts.id, [...ids]),
              // Also what another run has called unknown meanwhile: this one knows that it never left.
              sql`${messageParts.status} in ('submitting', 'unknown')`,
            ),
      ),
    )
    .returning({ messageId: messageParts.messageId });
  return returned.flatMap(({ messageId }) => (messageId === null ? [] : [messageId]));
}
