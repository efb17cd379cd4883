import { and, eq, gt, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import type { Db } from '../../db/open.ts';
import { invites, organizations } from '../../db/schema/index.ts';
import { ATTEMPTS, takeAttempt } from '../attempts.ts';
import { digest } from '../login-code/digest.ts';
import { foldCode } from '../rules/code.ts';
import type { InviteRow } from './invite.ts';

function isUsable(now: Date): SQL | undefined {
  return and(
    eq(invites.isActive, true),
    isNull(invites.deletedAt),
    or(isNull(invites.expiresAt), gt(invites.expiresAt, now)),
    or(isNull(invites.maxUses), lt(invites.usedCount, invites.maxUses)),
  );
}

/**
 * What somebody who holds a code may know: whether it works, and whom it leads to. Unknown, paused, expired and used up are
 * one answer.
 */
export async function checkInvite(
  context: Context,
  code: string,
): Promise<{ readonly isUsable: boolean; readonly organization?: string }> {
  const now = context.clock.now();
  await takeAttempt(context.db, ATTEMPTS.enrollFrom, context.actor.ip ?? 'local', now);
  const [row] = await context.db
    .select({ organization: organizations.name })
    .from(invites)
    .innerJoin(organizations, eq(organizations.id, invites.organizationId))
    .where(
      and(
        eq(invites.codeHash, digest(context, `invite/${foldCode(code)}`)),
        eq(organizations.status, 'active'),
        isUsable(now),
      ),
    );
  return row === undefined ? { isUsable: false } : { isUsable: true, organization: row.organization };
}

/**
 * Counts one use of an invite, in the transaction of what it is used for: of a hundred at once no more succeed than it is
 * good for. Throws `invite.refused`.
 */
export async function useInvite(db: Db, codeHash: string, now: Date): Promise<InviteRow> {
  const [row] = await db
    .update(invites)
    .set({ usedCount: sql`${invites.usedCount} + 1` })
    .where(and(eq(invites.codeHash, codeHash), isUsable(now)))
    .returning();
  if (row === undefined) throw inviteRefused();
  return row;
}

export function inviteRefused(): AppError {
  return new AppError({
    code: 'invite.refused',
    kind: 'forbidden',
    detail: 'This invite is not valid, or not any more. Ask whoever gave it to you for a new one.',
  });
}
