import { and, eq, gt, isNull, or, sql } from 'drizzle-orm';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { enrollments, teamMembers, users } from '../../db/schema/index.ts';
import { ATTEMPTS, takeAttempt } from '../attempts.ts';
import { signRequest } from '../certificate/sign.ts';
import type { Grants } from '../invite/invite.ts';
import { addMembership } from '../person/create.ts';
import { parseInput } from '../validation.ts';
import { type EnrollmentRow, type EnrollmentView, toView } from './enrollment.ts';
import { enrollmentByCode, findEnrollment } from './find.ts';

const reason = z.string('say why').trim().min(1, 'say why').max(500);

export const rejectSchema = z.strictObject({ reason });

export const decideByCodeSchema = z.discriminatedUnion('decision', [
  z.strictObject({ decision: z.literal('approve'), code: z.string().min(1).max(40) }),
  z.strictObject({ decision: z.literal('reject'), code: z.string().min(1).max(40), reason }),
]);

/** Lets somebody in, from the list. Throws `enrollment.missing` and `enrollment.decided`. */
export async function approveEnrollment(context: Context, id: string): Promise<EnrollmentView> {
  context.require('identity.enrollment.write');
  return context.transaction(async (inner) => {
    await findEnrollment(inner, id);
    return toView(await settleApproval(inner, id, byActor(inner, 'console')));
  });
}

/** Turns somebody away, with the reason. An approved one is sent away by revoking the person. */
export async function rejectEnrollment(context: Context, id: string, input: unknown): Promise<EnrollmentView> {
  context.require('identity.enrollment.write');
  const wish = parseInput(rejectSchema, input);
  return context.transaction(async (inner) => {
    await findEnrollment(inner, id);
    return toView(await settleRejection(inner, id, wish.reason, byActor(inner, 'console')));
  });
}

/** Decides about whoever shows the code: at a desk, or from a telephone. Throws `enrollment.code`. */
export async function decideByCode(
  context: Context,
  input: unknown,
  decision: Pick<Decision, 'channel' | 'evidence'> = { channel: 'desk' },
): Promise<EnrollmentView> {
  context.require('identity.enrollment.decide');
  const wish = parseInput(decideByCodeSchema, input);
  await takeAttempt(context.db, ATTEMPTS.approveBy, context.actor.id ?? context.actor.name, context.clock.now());
  return context.transaction(async (inner) => {
    const { id } = await enrollmentByCode(inner, wish.code);
    const by = { ...byActor(inner, 'desk'), ...decision };
    const row =
      wish.decision === 'approve' ? settleApproval(inner, id, by) : settleRejection(inner, id, wish.reason, by);
    return toView(await row);
  });
}

interface Decision {
  readonly decidedBy: string;
  readonly decidedById?: string;
  readonly channel: 'console' | 'desk' | 'sms' | 'invite';
  readonly evidence?: Readonly<Record<string, unknown>>;
}

function byActor({ actor }: Context, channel: Decision['channel']): Decision {
  return { decidedBy: actor.name, channel, ...(actor.id === null ? {} : { decidedById: actor.id }) };
}

/**
 * pending → approved, in the open transaction: one conditional statement, so that of many decisions at once one counts; then
 * the account, the membership with its grants, and the certificate where a request came along. An address or number that
 * belongs to an account already is left out: nobody has shown that it is theirs.
 */
export async function settleApproval(context: Context, id: string, decision: Decision): Promise<EnrollmentRow> {
  const row = await settle(context, id, 'approved', decision);
  const grants = row.grants as Grants;
  const { membershipId } = await addMembership(context, {
    callsign: row.requestedName,
    roles: grants.roles,
    ...(await ofTheirOwn(context, row)),
  });
  if (grants.team !== undefined) {
    await context.db
      .insert(teamMembers)
      .values({ organizationId: context.organizationId, teamId: grants.team, membershipId, role: 'guest' })
      .onConflictDoNothing();
  }
  if (row.csr !== null) await signRequest(context, row.csr, { subject: row.requestedName, membershipId });
  const [done] = await context.db.update(enrollments).set({ membershipId }).where(eq(enrollments.id, id)).returning();
  context.announce({ resource: 'identity.person', id: membershipId, change: 'create' });
  await auditDecision(context, done ?? row, 'approve', decision);
  return done ?? row;
}

async function settleRejection(
  context: Context,
  id: string,
  reason: string,
  decision: Decision,
): Promise<EnrollmentRow> {
  const row = await settle(context, id, 'rejected', decision, reason);
  await auditDecision(context, row, 'reject', decision);
  return row;
}

async function settle(
  context: Context,
  id: string,
  state: 'approved' | 'rejected',
  decision: Decision,
  why?: string,
): Promise<EnrollmentRow> {
  const now = context.clock.now();
  const [row] = await context.db
    .update(enrollments)
    .set({
      state,
      decidedBy: decision.decidedBy,
      decidedById: decision.decidedById ?? null,
      decidedAt: now,
      channel: decision.channel,
      evidence: decision.evidence ?? null,
      reason: why ?? null,
    })
    .where(
      and(
        eq(enrollments.organizationId, context.organizationId),
        eq(enrollments.id, id),
        eq(enrollments.state, 'pending'),
        gt(enrollments.expiresAt, now),
      ),
    )
    .returning();
  if (row !== undefined) return row;
  const { state: found } = await findEnrollment(context, id);
  throw new AppError({
    code: 'enrollment.decided',
    kind: 'conflict',
    detail:
      found === 'pending'
        ? 'This enrollment has expired. Let them ask again.'
        : `This enrollment was decided already: it is ${found}.`,
  });
}

async function auditDecision(
  context: Context,
  row: EnrollmentRow,
  verb: 'approve' | 'reject',
  { channel, decidedBy, evidence }: Decision,
): Promise<void> {
  await context.audit({
    action: `identity.enrollment.${verb}`,
    entityType: 'enrollment',
    entityId: row.id,
    before: { state: 'pending' },
    after: { state: row.state, name: row.requestedName, reason: row.reason, person: row.membershipId },
    meta: { channel, decidedBy, ...evidence },
  });
  context.announce({ resource: 'identity.enrollment', id: row.id, change: verb });
}

async function ofTheirOwn(
  { db }: Context,
  { phone, email }: EnrollmentRow,
): Promise<{ readonly phone?: string; readonly email?: string }> {
  const taken = await db
    .select({ phone: users.phone, email: users.email })
    .from(users)
    .where(
      and(
        isNull(users.deletedAt),
        or(
          phone === null ? sql`false` : eq(users.phone, phone),
          email === null ? sql`false` : eq(sql`lower(${users.email})`, email.toLowerCase()),
        ),
      ),
    );
  return {
    ...(phone === null || taken.some((user) => user.phone === phone) ? {} : { phone }),
    ...(email === null || taken.some((user) => user.email?.toLowerCase() === email.toLowerCase()) ? {} : { email }),
  };
}
