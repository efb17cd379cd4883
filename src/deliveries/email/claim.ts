import { and, asc, eq, inArray, lte, min, sql } from 'drizzle-orm';
import type { Db } from '../../db/open.ts';
import { emailMessages } from '../../db/schema/index.ts';

/** A sender that has said nothing for so long is taken for gone. Longer than an attempt can last. */
const LEASE_MS = 120_000;

export type EmailRow = typeof emailMessages.$inferSelect;

/**
 * Takes due e-mails, of all organizations, for one attempt: the attempt is counted and the row is out of everybody's reach
 * until the lease ends, so that a process that dies here delays it and loses nothing. Walks `email_messages_due`.
 */
export async function claimEmails(db: Db, now: Date, limit: number): Promise<readonly EmailRow[]> {
  const due = db
    .select({ id: emailMessages.id })
    .from(emailMessages)
    .where(and(eq(emailMessages.status, 'pending'), lte(emailMessages.nextAttemptAt, now)))
    .orderBy(asc(emailMessages.nextAttemptAt))
    .limit(limit)
    .for('update', { skipLocked: true });
  return db
    .update(emailMessages)
    .set({ attempts: sql`${emailMessages.attempts} + 1`, nextAttemptAt: new Date(now.getTime() + LEASE_MS) })
    .where(inArray(emailMessages.id, due))
    .returning();
}

/** When the next attempt is due, or undefined when nothing waits. Walks `email_messages_due`. */
export async function nextEmailAt(db: Db): Promise<Date | undefined> {
  const [row] = await db
    .select({ at: min(emailMessages.nextAttemptAt) })
    .from(emailMessages)
    .where(eq(emailMessages.status, 'pending'));
  return row?.at ?? undefined;
}
