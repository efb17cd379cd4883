import { asc, desc, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { auditEvents, organizations, sessions, users } from '../../db/schema/index.ts';
import { isUuid } from '../is-uuid.ts';
import type { Principal } from '../principal.ts';
import { rotateSession } from '../session/manage.ts';
import { parseInput } from '../validation.ts';

export const organizationSchema = z.object({
  id: z.guid(),
  slug: z.string(),
  name: z.string(),
  timezone: z.string(),
  status: z.enum(['active', 'suspended', 'closed']),
  createdAt: z.iso.datetime(),
});

export type OrganizationView = z.output<typeof organizationSchema>;

function toView(row: typeof organizations.$inferSelect): OrganizationView {
  const { id, slug, name, timezone, status } = row;
  return { id, slug, name, timezone, status, createdAt: row.createdAt.toISOString() };
}

/** Every organization of the installation, by slug. */
export async function listAllOrganizations(context: Context): Promise<readonly OrganizationView[]> {
  context.require('platform.organization.read');
  return (await context.db.select().from(organizations).orderBy(asc(organizations.slug))).map(toView);
}

export const organizationStatusSchema = z.strictObject({
  status: z.enum(['active', 'suspended', 'closed']),
  reason: z.string('say why').trim().min(1, 'say why').max(500),
});

/**
 * Suspends, reopens or closes an organization. Nobody of a suspended one gets in, by whatever means; closing is for good.
 * Throws `organization.unknown` and `organization.closed`.
 */
export async function setOrganizationStatus(context: Context, slug: string, input: unknown): Promise<OrganizationView> {
  context.require('platform.organization.write');
  const { status, reason } = parseInput(organizationStatusSchema, input);
  const found = await bySlug(context, slug);
  const inside = context.as({ organizationId: found.id, actor: context.actor, can: () => true });
  return inside.transaction(async (inner) => {
    const [before] = await inner.db.select().from(organizations).where(eq(organizations.id, found.id)).for('update');
    if (before === undefined) throw unknown(slug);
    if (before.status === 'closed' && status !== 'closed') throw closed(slug);
    const [row] = await inner.db
      .update(organizations)
      .set({ status })
      .where(eq(organizations.id, found.id))
      .returning();
    await inner.audit({
      action: 'platform.organization.status',
      entityType: 'organization',
      entityId: found.id,
      before: { status: before.status },
      after: { status },
      meta: { reason },
    });
    return toView(row ?? before);
  });
}

export const operateSchema = z.strictObject({
  organization: z.string('name the organization by its slug').max(63),
  reason: z.string('say why').trim().min(5, 'say why, in a few words').max(500),
});

/**
 * A platform administrator goes to work in an organization, with its owner's rights, until they stop. Both are in that
 * organization's audit, with the reason; everything in between carries their name. Returns the session's new cookie.
 * Throws `platform.session` for who has no session of their own.
 */
export async function startOperating(context: Context, principal: Principal, input: unknown): Promise<string> {
  context.require('platform.organization.operate');
  const { organization, reason } = parseInput(operateSchema, input);
  const sessionId = requireSession(principal);
  if (principal.operateReason !== undefined) throw alreadyOperating(principal.organization.slug);
  const target = await bySlug(context, organization);
  await context.db
    .update(sessions)
    .set({ organizationId: target.id, homeOrganizationId: principal.organization.id, operateReason: reason })
    .where(eq(sessions.id, sessionId));
  await auditOperation(context, principal, target.id, 'start', reason);
  return rotateSession(context, sessionId);
}

/** Back home. Throws `platform.not_operating`. */
export async function stopOperating(context: Context, principal: Principal): Promise<string> {
  const sessionId = requireSession(principal);
  if (principal.operateReason === undefined) throw notOperating();
  const there = principal.organization.id;
  await context.db
    .update(sessions)
    .set({
      organizationId: sql`coalesce(${sessions.homeOrganizationId}, ${sessions.organizationId})`,
      homeOrganizationId: null,
      operateReason: null,
    })
    .where(eq(sessions.id, sessionId));
  await auditOperation(context, principal, there, 'stop', principal.operateReason);
  return rotateSession(context, sessionId);
}

function auditOperation(
  context: Context,
  principal: Principal,
  organizationId: string,
  verb: 'start' | 'stop',
  reason: string,
): Promise<void> {
  const inside = context.as({ organizationId, actor: principal.actor, can: () => false });
  return inside.audit({
    action: `platform.operate.${verb}`,
    entityType: 'organization',
    entityId: organizationId,
    meta: { reason },
  });
}

export const platformAdminSchema = z.strictObject({ isPlatformAdmin: z.boolean() });

/** Makes somebody a platform administrator, or no longer one. Throws `platform.last_admin` and `platform.self`. */
export async function setPlatformAdmin(context: Context, userId: string, input: unknown): Promise<void> {
  context.require('platform.user.write');
  const { isPlatformAdmin } = parseInput(platformAdminSchema, input);
  if (!isPlatformAdmin && context.actor.id === userId) throw self();
  await context.db.transaction(async (db) => {
    const admins = await db.select({ id: users.id }).from(users).where(eq(users.isPlatformAdmin, true)).for('update');
    if (!isPlatformAdmin && admins.length === 1 && admins[0]?.id === userId) throw lastAdmin();
    const changed = isUuid(userId)
      ? await db.update(users).set({ isPlatformAdmin }).where(eq(users.id, userId)).returning({ id: users.id })
      : [];
    if (changed.length === 0) throw unknownUser();
    await db.insert(auditEvents).values({
      actorKind: context.actor.kind,
      actorId: context.actor.id,
      actorName: context.actor.name,
      action: 'platform.user.admin',
      entityType: 'user',
      entityId: userId,
      after: { isPlatformAdmin },
      requestId: context.requestId ?? null,
      ip: context.actor.ip ?? null,
      at: context.clock.now(),
    });
  });
}

export const accountSchema = z.object({
  id: z.guid(),
  firstName: z.string(),
  lastName: z.string(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  isPlatformAdmin: z.boolean(),
  isActive: z.boolean(),
});

/** The newest accounts of the installation. */
export async function listAccounts(context: Context): Promise<readonly z.output<typeof accountSchema>[]> {
  context.require('platform.user.read');
  const rows = await context.db.select().from(users).orderBy(desc(users.createdAt)).limit(1000);
  return rows.map(({ id, firstName, lastName, email, phone, isPlatformAdmin, isActive }) => ({
    id,
    firstName,
    lastName,
    email,
    phone,
    isPlatformAdmin,
    isActive,
  }));
}

async function bySlug(context: Context, slug: string) {
  const [row] = await context.db.select().from(organizations).where(eq(organizations.slug, slug));
  if (row === undefined) throw unknown(slug);
  return row;
}

function requireSession({ sessionId, userId }: Principal): string {
  if (sessionId !== undefined && userId !== undefined) return sessionId;
  throw new AppError({
    code: 'platform.session',
    kind: 'forbidden',
    detail: 'Only a person who signed in to the console can do this, not a key or a link.',
  });
}

function unknown(slug: string): AppError {
  return new AppError({ code: 'organization.unknown', kind: 'missing', detail: `There is no organization "${slug}".` });
}

function unknownUser(): AppError {
  return new AppError({ code: 'user.missing', kind: 'missing', detail: 'There is no such account.' });
}

function closed(slug: string): AppError {
  return new AppError({
    code: 'organization.closed',
    kind: 'conflict',
    detail: `${slug} is closed for good. Make a new organization.`,
  });
}

function alreadyOperating(slug: string): AppError {
  return new AppError({
    code: 'platform.operating',
    kind: 'conflict',
    detail: `You are at work in ${slug}. Stop there first.`,
  });
}

function notOperating(): AppError {
  return new AppError({
    code: 'platform.not_operating',
    kind: 'conflict',
    detail: 'You are not at work in another organization.',
  });
}

function lastAdmin(): AppError {
  return new AppError({
    code: 'platform.last_admin',
    kind: 'conflict',
    detail: 'This is the last platform administrator. Make somebody else one first.',
  });
}

function self(): AppError {
  return new AppError({
    code: 'platform.self',
    kind: 'conflict',
    detail: 'You cannot take this from yourself. Ask another platform administrator.',
  });
}
