import { and, eq, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { uuidv7 } from '../../core/ids.ts';
import type { Context } from '../../db/context.ts';
import { constraintOf } from '../../db/postgres-error.ts';
import { enrollments, invites, memberships, organizations } from '../../db/schema/index.ts';
import { ATTEMPTS, takeAttempt } from '../attempts.ts';
import { parseRequest } from '../certificate/request.ts';
import { setPassword } from '../credential/password.ts';
import { requireGrants } from '../invite/grants.ts';
import type { Grants } from '../invite/invite.ts';
import { inviteRefused, useInvite } from '../invite/use.ts';
import { digest } from '../login-code/digest.ts';
import { foldCode, groupCode } from '../rules/code.ts';
import { hashToken, newToken } from '../secret-token.ts';
import { type OpenedSession, openSession } from '../session/open.ts';
import { parseInput } from '../validation.ts';
import { settleApproval } from './decide.ts';
import {
  approveDigest,
  ENROLLMENT_MS,
  enrollSchema,
  initEnrollmentSchema,
  newApproveCode,
  type StartedEnrollment,
} from './enrollment.ts';

/**
 * Asks to join by an invite. The use is counted and the request made in one transaction: a name that is taken costs no use.
 * An open invite lets in at once. Throws `invite.refused`, `enrollment.name_taken`, `certificate.request_invalid`.
 */
export async function enroll(context: Context, input: unknown): Promise<StartedEnrollment> {
  const wish = parseInput(enrollSchema, input);
  const now = context.clock.now();
  await takeAttempt(context.db, ATTEMPTS.enrollFrom, context.actor.ip ?? 'local', now);
  const codeHash = digest(context, `invite/${foldCode(wish.code)}`);
  const [found] = await context.db
    .select({ organizationId: invites.organizationId, status: organizations.status })
    .from(invites)
    .innerJoin(organizations, eq(organizations.id, invites.organizationId))
    .where(eq(invites.codeHash, codeHash));
  if (found === undefined || found.status !== 'active') throw inviteRefused();
  const inside = context.as({
    organizationId: found.organizationId,
    actor: { ...context.actor, kind: 'anonymous', id: null, name: wish.name },
    can: () => false,
  });
  return inside.transaction(async (inner) => {
    const invite = await useInvite(inner.db, codeHash, now);
    const started = await insertEnrollment(inner, wish, invite.grants as Grants, invite.id);
    if (!invite.isOpen) return started;
    await settleApproval(inner, started.id, { decidedBy: invite.ownerName, channel: 'invite' });
    return { ...started, state: 'approved' };
  });
}

/** Somebody inside begins an enrollment for somebody else and hands them the codes; no invite is needed. */
export async function initEnrollment(context: Context, input: unknown): Promise<StartedEnrollment> {
  context.require('identity.enrollment.write');
  const { grants, ...wish } = parseInput(initEnrollmentSchema, input);
  return context.transaction(async (inner) => {
    await requireGrants(inner, grants);
    return insertEnrollment(inner, wish, grants, null);
  });
}

async function insertEnrollment(
  context: Context,
  wish: {
    readonly name: string;
    readonly phone?: string | undefined;
    readonly email?: string | undefined;
    readonly csr?: string | undefined;
  },
  grants: Grants,
  inviteId: string | null,
): Promise<StartedEnrollment> {
  const now = context.clock.now();
  if (wish.csr !== undefined) await parseRequest(wish.csr, wish.name);
  await refuseTaken(context, wish.name);
  const id = uuidv7();
  const approveCode = newApproveCode();
  const ticket = newToken();
  const expiresAt = new Date(now.getTime() + ENROLLMENT_MS);
  try {
    await context.db.insert(enrollments).values({
      id,
      organizationId: context.organizationId,
      requestedName: wish.name,
      phone: wish.phone ?? null,
      email: wish.email ?? null,
      approveCodeHash: approveDigest(context, approveCode),
      ticketHash: hashToken(ticket),
      inviteId,
      grants,
      csr: wish.csr ?? null,
      expiresAt,
      createdAt: now,
    });
  } catch (error) {
    if (constraintOf(error)?.name === 'enrollments_live_name_key') throw nameTaken(error);
    throw error;
  }
  await context.audit({
    action: 'identity.enrollment.create',
    entityType: 'enrollment',
    entityId: id,
    after: { name: wish.name, invite: inviteId, grants },
  });
  context.announce({ resource: 'identity.enrollment', id, change: 'create' });
  return {
    id,
    name: wish.name,
    state: 'pending',
    approveCode: groupCode(approveCode),
    ticket,
    expiresAt: expiresAt.toISOString(),
  };
}

/** A live person has the name; requests for it wait or were granted: the unique index sees those. */
async function refuseTaken({ db, organizationId }: Context, name: string): Promise<void> {
  const rows = await db
    .select({ id: memberships.id })
    .from(memberships)
    .where(
      and(
        eq(memberships.organizationId, organizationId),
        eq(sql`lower(${memberships.callsign})`, name.toLowerCase()),
        sql`${memberships.status} <> 'revoked'`,
      ),
    )
    .limit(1);
  if (rows.length > 0) throw nameTaken();
}

/** How it stands, told to whoever holds the ticket and nobody else. Throws `enrollment.ticket`. */
export async function enrollmentStatus(
  context: Context,
  ticket: string,
): Promise<{
  readonly name: string;
  readonly state: string;
  readonly reason: string | null;
  readonly organization: string;
}> {
  const [row] = await context.db
    .select({ enrollment: enrollments, organization: organizations.name })
    .from(enrollments)
    .innerJoin(organizations, eq(organizations.id, enrollments.organizationId))
    .where(eq(enrollments.ticketHash, hashToken(ticket)));
  if (row === undefined) throw unknownTicket();
  const { enrollment, organization } = row;
  const isOver = enrollment.state === 'pending' && enrollment.expiresAt <= context.clock.now();
  return {
    name: enrollment.requestedName,
    state: isOver ? 'expired' : enrollment.state,
    reason: enrollment.reason,
    organization,
  };
}

/** A fresh code to show, when somebody looked over the shoulder; the former one no longer counts. */
export async function renewApproveCode(context: Context, ticket: string): Promise<{ readonly approveCode: string }> {
  const { inside, row } = await byTicket(context, ticket);
  const approveCode = newApproveCode();
  return inside.transaction(async (inner) => {
    const changed = await inner.db
      .update(enrollments)
      .set({ approveCodeHash: approveDigest(inner, approveCode) })
      .where(and(eq(enrollments.id, row.id), eq(enrollments.state, 'pending')))
      .returning({ id: enrollments.id });
    if (changed.length === 0) throw notPending(row.state);
    await inner.audit({ action: 'identity.enrollment.renew_code', entityType: 'enrollment', entityId: row.id });
    return { approveCode: groupCode(approveCode) };
  });
}

export const collectSchema = z.strictObject({ ticket: z.string().max(100), password: z.string().max(1024).optional() });

/**
 * The approved applicant takes their place: a session, once, and a password when they choose one. Throws
 * `enrollment.not_approved`, `enrollment.collected` and `password.weak`.
 */
export async function collectEnrollment(
  context: Context,
  input: unknown,
  request: { readonly userAgent?: string | undefined } = {},
): Promise<OpenedSession> {
  const { ticket, password } = parseInput(collectSchema, input);
  const { inside, row } = await byTicket(context, ticket);
  if (row.state !== 'approved' || row.membershipId === null) throw notApproved(row.state);
  const { membershipId } = row;
  return inside.transaction(async (inner) => {
    const now = inner.clock.now();
    const won = await inner.db
      .update(enrollments)
      .set({ collectedAt: now })
      .where(and(eq(enrollments.id, row.id), isNull(enrollments.collectedAt), isNull(enrollments.releasedAt)))
      .returning({ id: enrollments.id });
    if (won.length === 0) throw collected();
    const [membership] = await inner.db
      .select()
      .from(memberships)
      .where(and(eq(memberships.organizationId, inner.organizationId), eq(memberships.id, membershipId)));
    if (membership?.status !== 'active') throw notApproved('revoked');
    if (password !== undefined) await setPassword(inner, membership.userId, password);
    return openSession(inner, { userId: membership.userId, method: 'enrollment', userAgent: request.userAgent });
  });
}

async function byTicket(context: Context, ticket: string) {
  await takeAttempt(context.db, ATTEMPTS.enrollFrom, context.actor.ip ?? 'local', context.clock.now());
  const [row] = await context.db
    .select()
    .from(enrollments)
    .where(eq(enrollments.ticketHash, hashToken(ticket)));
  if (row === undefined) throw unknownTicket();
  const actor = { ...context.actor, kind: 'anonymous' as const, id: null, name: row.requestedName };
  return { row, inside: context.as({ organizationId: row.organizationId, actor, can: () => false }) };
}

function nameTaken(cause?: unknown): AppError {
  const message = 'this name is taken; choose another one';
  return new AppError({
    code: 'enrollment.name_taken',
    kind: 'conflict',
    detail: `name: ${message}`,
    problems: [{ path: 'name', message }],
    cause,
  });
}

function unknownTicket(): AppError {
  return new AppError({ code: 'enrollment.ticket', kind: 'missing', detail: 'There is no enrollment of this ticket.' });
}

function notPending(state: string): AppError {
  return new AppError({
    code: 'enrollment.decided',
    kind: 'conflict',
    detail: `This enrollment waits for nothing any more: it is ${state}.`,
  });
}

function notApproved(state: string): AppError {
  return new AppError({
    code: 'enrollment.not_approved',
    kind: 'conflict',
    detail: `There is nothing to collect: the enrollment is ${state}.`,
  });
}

function collected(): AppError {
  return new AppError({
    code: 'enrollment.collected',
    kind: 'forbidden',
    detail: 'This account was collected already. Sign in, or ask an administrator for a code.',
  });
}
