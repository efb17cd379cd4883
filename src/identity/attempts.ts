import { createHash } from 'node:crypto';
import { eq, lt, sql } from 'drizzle-orm';
import { AppError } from '../core/errors.ts';
import type { Db } from '../db/open.ts';
import { attemptCounters } from '../db/schema/index.ts';

export interface AttemptPolicy {
  /** What is counted; part of the key. */
  readonly name: string;
  readonly limit: number;
  readonly windowMs: number;
  /** How long it stays shut after the limit; default: until the window ends. */
  readonly lockMs?: number;
}

const MINUTE = 60_000;

/** How often things may be tried, by one address and against one name. Generous to people, tight for programs. */
export const ATTEMPTS = {
  signInFrom: { name: 'sign-in-from', limit: 30, windowMs: MINUTE },
  signInAs: { name: 'sign-in-as', limit: 10, windowMs: 15 * MINUTE, lockMs: 15 * MINUTE },
  codeFrom: { name: 'code-from', limit: 30, windowMs: MINUTE },
  codeRequestFor: { name: 'code-request-for', limit: 5, windowMs: 60 * MINUTE },
  secondFactor: { name: 'second-factor', limit: 8, windowMs: 15 * MINUTE, lockMs: 15 * MINUTE },
  enrollFrom: { name: 'enroll-from', limit: 30, windowMs: 10 * MINUTE },
  approveBy: { name: 'approve-by', limit: 20, windowMs: 10 * MINUTE },
} as const satisfies Record<string, AttemptPolicy>;

/**
 * Counts one attempt before it is made and throws `access.limited` when there were too many. One statement, so that a
 * hundred attempts at once are a hundred in the count, on whatever process they arrive.
 */
export async function takeAttempt(
  db: Pick<Db, 'insert'>,
  policy: AttemptPolicy,
  subject: string,
  now: Date,
): Promise<void> {
  const { limit, windowMs, lockMs } = policy;
  const at = sql`${now.toISOString()}::timestamptz`;
  const windowEndsAt = new Date(now.getTime() + windowMs);
  const isOver = sql`${attemptCounters.windowEndsAt} <= ${at}`;
  const isLocked = sql`${attemptCounters.lockedUntil} > ${at}`;
  const locks = new Date(now.getTime() + (lockMs ?? windowMs)).toISOString();
  const [row] = await db
    .insert(attemptCounters)
    .values({ key: keyOf(policy, subject), count: 1, windowEndsAt })
    .onConflictDoUpdate({
      target: attemptCounters.key,
      set: {
        count: sql`case when ${isOver} and not coalesce(${isLocked}, false) then 1 else ${attemptCounters.count} + 1 end`,
        windowEndsAt: sql`case when ${isOver} then ${windowEndsAt.toISOString()}::timestamptz else ${attemptCounters.windowEndsAt} end`,
        lockedUntil: sql`case when coalesce(${isLocked}, false) then ${attemptCounters.lockedUntil}
          when not (${isOver}) and ${attemptCounters.count} + 1 > ${limit} then ${locks}::timestamptz end`,
      },
    })
    .returning();
  if (row?.lockedUntil == null || row.lockedUntil <= now) return;
  throw limited(Math.ceil((row.lockedUntil.getTime() - now.getTime()) / 1000));
}

/** Forgets the failures of a name, because it was the right person after all. */
export async function clearAttempts(db: Pick<Db, 'delete'>, policy: AttemptPolicy, subject: string): Promise<void> {
  await db.delete(attemptCounters).where(eq(attemptCounters.key, keyOf(policy, subject)));
}

/** Removes counters whose window is over; walks `attempt_counters_age`. */
export async function purgeAttempts(db: Pick<Db, 'delete'>, now: Date): Promise<void> {
  await db.delete(attemptCounters).where(lt(attemptCounters.windowEndsAt, new Date(now.getTime() - 24 * 60 * MINUTE)));
}

/** The names people try are theirs (some type their password there): only a hash is kept. */
function keyOf(policy: AttemptPolicy, subject: string): string {
  return `${policy.name}:${createHash('sha256').update(subject.trim().toLowerCase()).digest('base64url')}`;
}

function limited(seconds: number): AppError {
  return new AppError({
    code: 'access.limited',
    kind: 'limited',
    detail: `Too many attempts. Try again in ${seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`}.`,
    retryable: true,
  });
}
