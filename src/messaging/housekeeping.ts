import { and, isNotNull, isNull, sql } from 'drizzle-orm';
import type { Db } from '../db/open.ts';
import { messageParts } from '../db/schema/index.ts';
import { sweepIncomplete } from './inbox/sweep-incomplete.ts';
import { expireOverdue } from './outbox/expire-overdue.ts';

/** What only time brings about, in whichever organization it is due: partial texts are shown, overdue slices expire. */
export async function keepHouse(db: Db, now: Date): Promise<void> {
  const expiring = await db
    .selectDistinct({ organizationId: messageParts.organizationId })
    .from(messageParts)
    .where(
      and(
        sql`${messageParts.status} = 'queued' and ${messageParts.expiresAt} is not null`,
        sql`${messageParts.expiresAt} <= ${now.toISOString()}`,
      ),
    );
  for (const { organizationId } of expiring) await expireOverdue(db, organizationId, now);
  const waiting = await db
    .selectDistinct({ organizationId: messageParts.organizationId })
    .from(messageParts)
    .where(and(isNotNull(messageParts.setId), isNull(messageParts.messageId)));
  for (const { organizationId } of waiting) await sweepIncomplete(db, organizationId, now);
}
