import { and, desc, eq, gt, sql } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { afterCursor, type ListQuery, type Page, toPage } from '../../db/resource.ts';
import { enrollments } from '../../db/schema/index.ts';
import { isUuid } from '../is-uuid.ts';
import { approveDigest, type EnrollmentRow, type EnrollmentView, toView } from './enrollment.ts';

/** One page of enrollments, newest first; `state` narrows. Codes are in no list. Walks `enrollments_list`. */
export async function listEnrollments(context: Context, query: ListQuery = {}): Promise<Page<EnrollmentView>> {
  context.require('identity.enrollment.read');
  const limit = query.limit ?? 100;
  const { state, name } = query.filter ?? {};
  const rows = await context.db
    .select()
    .from(enrollments)
    .where(
      and(
        eq(enrollments.organizationId, context.organizationId),
        state === undefined ? undefined : eq(enrollments.state, state as 'pending'),
        name === undefined ? undefined : eq(sql`lower(${enrollments.requestedName})`, name.toLowerCase()),
        afterCursor(query.cursor, enrollments.createdAt, enrollments.id, true),
      ),
    )
    .orderBy(desc(enrollments.createdAt), desc(enrollments.id))
    .limit(limit + 1);
  return toPage(rows, limit, toView, ({ createdAt, id }) => ({ at: createdAt, id }));
}

/** One enrollment. Throws `enrollment.missing`. */
export async function getEnrollment(context: Context, id: string): Promise<EnrollmentView> {
  context.require('identity.enrollment.read');
  return toView(await findEnrollment(context, id));
}

/** Whose code this is, before it is decided. Throws `enrollment.code`. */
export async function enrollmentOfCode(context: Context, code: string): Promise<EnrollmentView> {
  context.require('identity.enrollment.read');
  return toView(await enrollmentByCode(context, code));
}

/** Who waits with this code. Throws `enrollment.code`. */
export async function enrollmentByCode(context: Context, code: string): Promise<EnrollmentRow> {
  const [row] = await context.db
    .select()
    .from(enrollments)
    .where(
      and(
        eq(enrollments.organizationId, context.organizationId),
        eq(enrollments.approveCodeHash, approveDigest(context, code)),
        eq(enrollments.state, 'pending'),
        gt(enrollments.expiresAt, context.clock.now()),
      ),
    );
  if (row !== undefined) return row;
  throw new AppError({
    code: 'enrollment.code',
    kind: 'missing',
    detail: 'Nobody who waits has this code. Look at it again, or let them make a new one.',
  });
}

/** A row of the organization. Throws `enrollment.missing`. */
export async function findEnrollment(context: Context, id: string): Promise<EnrollmentRow> {
  const [row] = isUuid(id)
    ? await context.db
        .select()
        .from(enrollments)
        .where(and(eq(enrollments.organizationId, context.organizationId), eq(enrollments.id, id)))
    : [];
  if (row !== undefined) return row;
  throw new AppError({
    code: 'enrollment.missing',
    kind: 'missing',
    detail: 'There is no such enrollment in this organization.',
  });
}
