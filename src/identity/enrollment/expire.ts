import { and, eq, lte } from 'drizzle-orm';
import type { Db } from '../../db/open.ts';
import { enrollments } from '../../db/schema/index.ts';

/** pending → expired for those who waited too long; the job runs it for all organizations. Returns how many. */
export async function expireEnrollments(db: Pick<Db, 'update'>, now: Date): Promise<number> {
  const rows = await db
    .update(enrollments)
    .set({ state: 'expired', decidedAt: now, channel: 'system' })
    .where(and(eq(enrollments.state, 'pending'), lte(enrollments.expiresAt, now)))
    .returning({ id: enrollments.id });
  return rows.length;
}
