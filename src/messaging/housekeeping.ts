import { and, isNotNull, isNull, lt, sql } from 'drizzle-orm';
import type { Db } from '../db/open.ts';
import { messageParts, modems } from '../db/schema/index.ts';
import { interruptAbandoned } from './broadcasts/interrupt-abandoned.ts';
import { sweepIncomplete } from './inbox/sweep-incomplete.ts';
import { expireOverdue } from './outbox/expire-overdue.ts';
import { releaseStranded } from './outbox/release-stranded.ts';
import { settleAfterCrash } from './outbox/settle-after-crash.ts';
import { settleOverdue } from './outbox/settle-overdue.ts';

/** A run that has not renewed its lease for so long will not come back to its slice. */
const ABANDONED_MS = 10 * 60_000;

/** A list whose reader has not come a thousand lines further for so long is taken for abandoned. */
const SLOWEST_LIST_MS = 5 * 60_000;

/**
 * What only time brings about, in whichever organization it is due: partial texts are shown, overdue slices expire, and
 * slices in the air of a modem that nobody runs any more become unknown, old doubts are settled, and what waits for a
 * modem that is away goes to another, and broadcasts whose reader is gone are called interrupted.
 */
export async function keepHouse(db: Db, now: Date): Promise<void> {
  await expireEverywhere(db, now);
  await sweepEverywhere(db, now);
  await settleAbandoned(db, now);
  await settleOverdue(db, now);
  await releaseStranded(db, now);
  await interruptAbandoned(db, new Date(now.getTime() - SLOWEST_LIST_MS), now);
}

async function expireEverywhere(db: Db, now: Date): Promise<void> {
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
}

async function sweepEverywhere(db: Db, now: Date): Promise<void> {
  const waiting = await db
    .selectDistinct({ organizationId: messageParts.organizationId })
    .from(messageParts)
    .where(and(isNotNull(messageParts.setId), isNull(messageParts.messageId)));
  for (const { organizationId } of waiting) await sweepIncomplete(db, organizationId, now);
}

/** A modem that starts again settles its own slices at once; this is for those that were switched off or deleted. */
async function settleAbandoned(db: Db, now: Date): Promise<void> {
  const abandoned = await db
    .selectDistinct({ organizationId: messageParts.organizationId, modemId: messageParts.modemId })
    .from(messageParts)
    .where(
      and(
        sql`${messageParts.status} = 'submitting'`,
        lt(messageParts.submittedAt, new Date(now.getTime() - ABANDONED_MS)),
        sql`not exists (
          select 1 from ${modems} as own
          where own.organization_id = ${messageParts.organizationId} and own.id = ${messageParts.modemId}
            and own.owner_lease_until > clock_timestamp() - make_interval(secs => ${ABANDONED_MS / 1000}))`,
      ),
    );
  for (const { organizationId, modemId } of abandoned) {
    if (modemId !== null) await settleAfterCrash(db, { organizationId, modemId, runId: 'none', now });
  }
}
