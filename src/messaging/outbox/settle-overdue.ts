import { and, asc, eq, lte, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { notify } from '../../db/notify.ts';
import type { Db } from '../../db/open.ts';
import { messageParts, messages, smsPolicies } from '../../db/schema/index.ts';
import { retrySchema } from '../messages/retry.ts';
import { isOfOrganization } from '../policies/whose.ts';
import { refoldMessages } from '../refold-message.ts';

const AT_ONCE = 200;

const STAYS =
  'It may have been sent, and no delivery report came in the time one could. It is not sent again by itself (policy ' +
  'hold); send it again by hand if it must arrive, even twice.';

/**
 * Ends the doubt about slices whose delivery report can no longer come: by the message's own wish, else the
 * organization's policy, they are sent once more (`resend`) or stay as they are with the reason in words (`hold`).
 * Returns how many. Uses the index message_parts_settling.
 */
export async function settleOverdue(db: Db, now: Date): Promise<number> {
  return db.transaction(async (inner) => {
    const transaction = inner as unknown as Db;
    // An alias, because `for update of` takes a name without its schema.
    const slices = alias(messageParts, 'slice');
    const due = await transaction
      .select({ part: slices, retry: messages.retry, policy: smsPolicies.unknownSlices })
      .from(slices)
      .innerJoin(messages, and(eq(messages.organizationId, slices.organizationId), eq(messages.id, slices.messageId)))
      .leftJoin(smsPolicies, and(eq(smsPolicies.organizationId, slices.organizationId), isOfOrganization()))
      .where(and(sql`${slices.status} = 'unknown'`, lte(slices.settleAt, now)))
      .orderBy(asc(slices.settleAt))
      .limit(AT_ONCE)
      .for('update', { of: slices, skipLocked: true });
    for (const { part, retry, policy } of due) {
      const isResent = (retrySchema.safeParse(retry).data?.unknown ?? policy ?? 'hold') === 'resend';
      const change = isResent
        ? { status: 'queued' as const, dueAt: now, submittedAt: null, submittedBy: null, error: null, settleAt: null }
        : { error: STAYS, settleAt: null };
      await transaction.update(messageParts).set(change).where(eq(messageParts.id, part.id));
    }
    for (const organizationId of new Set(due.map(({ part }) => part.organizationId))) {
      const ids = due.flatMap(({ part }) =>
        part.organizationId === organizationId && part.messageId !== null ? [part.messageId] : [],
      );
      await refoldMessages(transaction, ids, { organizationId, now });
      await notify(transaction, { topic: 'outbox', organizationId });
    }
    return due.length;
  });
}
