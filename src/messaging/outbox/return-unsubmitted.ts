import { and, eq, sql } from 'drizzle-orm';
import type { Db } from '../../db/open.ts';
import { messageParts } from '../../db/schema/index.ts';
import { lockModem } from '../lock-modem.ts';
import { refoldMessage } from '../refold-message.ts';
import type { OutboxScope } from './claim-slice.ts';

/**
 * Puts back what this run has claimed without learning of it: the connection broke while the claim committed. Call it
 * only while this run has nothing in the air and nothing left to store: then it is certain that the bytes never left.
 */
export async function returnUnsubmitted(db: Db, scope: OutboxScope & { readonly now: Date }): Promise<number> {
  const { organizationId, modemId, runId, now } = scope;
  return db.transaction(async (inner) => {
    const transaction = inner as unknown as Db;
    await lockModem(transaction, modemId);
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
          eq(messageParts.organizationId, organizationId),
          eq(messageParts.modemId, modemId),
          sql`${messageParts.status} = 'submitting'`,
          eq(messageParts.submittedBy, runId),
        ),
      )
      .returning({ messageId: messageParts.messageId });
    for (const { messageId } of returned) {
      if (messageId !== null) await refoldMessage(transaction, organizationId, messageId, now);
    }
    return returned.length;
  });
}
