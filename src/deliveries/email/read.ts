import { and, desc, eq, lt, ne } from 'drizzle-orm';
import { z } from 'zod';
import type { Context } from '../../db/context.ts';
import type { Db } from '../../db/open.ts';
import { afterCursor, type ListQuery, type Page, toPage } from '../../db/resource.ts';
import { emailMessages } from '../../db/schema/index.ts';

const instant = z.iso.datetime();

export const EMAIL_STATUS = ['pending', 'sent', 'failed'] as const;

export const emailSchema = z.object({
  id: z.guid(),
  purpose: z.string(),
  to: z.string(),
  subject: z.string(),
  status: z.enum(EMAIL_STATUS),
  attempts: z.int(),
  nextAttemptAt: instant.nullable(),
  error: z.string().nullable().meta({ description: 'What the mail server said last.' }),
  createdAt: instant,
  sentAt: instant.nullable(),
});

export type EmailView = z.output<typeof emailSchema>;

/** One page of what was sent or tried, newest first, never the text; `status` narrows. Walks `email_messages_list`. */
export async function listEmails(context: Context, query: ListQuery = {}): Promise<Page<EmailView>> {
  context.require('identity.email.read');
  const limit = query.limit ?? 100;
  const status = EMAIL_STATUS.find((known) => known === query.filter?.status);
  const rows = await context.db
    .select()
    .from(emailMessages)
    .where(
      and(
        eq(emailMessages.organizationId, context.organizationId),
        status === undefined ? undefined : eq(emailMessages.status, status),
        afterCursor(query.cursor, emailMessages.createdAt, emailMessages.id, true),
      ),
    )
    .orderBy(desc(emailMessages.createdAt), desc(emailMessages.id))
    .limit(limit + 1);
  return toPage(rows, limit, toView, ({ createdAt, id }) => ({ at: createdAt, id }));
}

function toView(row: typeof emailMessages.$inferSelect): EmailView {
  return {
    id: row.id,
    purpose: row.purpose,
    to: row.toAddress,
    subject: row.subject,
    status: row.status,
    attempts: row.attempts,
    nextAttemptAt: row.status === 'pending' ? row.nextAttemptAt.toISOString() : null,
    error: row.lastError,
    createdAt: row.createdAt.toISOString(),
    sentAt: row.sentAt?.toISOString() ?? null,
  };
}

const KEPT_MS = 90 * 24 * 3_600_000;

/** Removes what was sent or given up three months ago; the job runs it for all organizations. */
export async function purgeEmails(db: Pick<Db, 'delete'>, now: Date): Promise<void> {
  await db
    .delete(emailMessages)
    .where(and(lt(emailMessages.createdAt, new Date(now.getTime() - KEPT_MS)), ne(emailMessages.status, 'pending')));
}
