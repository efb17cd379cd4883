import { and, desc, eq, gt, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { encodeCursor } from '../../core/cursor.ts';
import { AppError } from '../../core/errors.ts';
import { systemRandom } from '../../core/ids.ts';
import type { Context } from '../../db/context.ts';
import type { Db } from '../../db/open.ts';
import { afterCursor, type ListQuery, type Page } from '../../db/resource.ts';
import { invites, organizations, teams } from '../../db/schema/index.ts';
import { ATTEMPTS, takeAttempt } from '../attempts.ts';
import { digest } from '../login-code/digest.ts';
import { refuseEscalation } from '../permissions.ts';
import { roleKeySchema } from '../person/person.ts';
import { grantsOfRoles } from '../role/held-grants.ts';
import { foldCode, groupCode, newCode } from '../rules/code.ts';
import { parseInput } from '../validation.ts';

const LENGTH = 12;

export const grantsSchema = z.strictObject({
  roles: z.array(roleKeySchema).max(20).default(['member']),
  team: z.guid().optional().meta({ description: 'Id of a team they join as guest.' }),
});

export type Grants = z.output<typeof grantsSchema>;

export const newInviteSchema = z.strictObject({
  name: z.string('name the invite after who it is for').trim().min(1).max(100),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
  maxUses: z.int().min(1).max(100_000).optional(),
  isOpen: z.boolean().default(false).meta({ description: 'Whoever has the link joins at once, without approval.' }),
  grants: grantsSchema.prefault({}),
});

const instant = z.iso.datetime();

export const inviteSchema = z.object({
  id: z.guid(),
  name: z.string(),
  owner: z.string(),
  isActive: z.boolean(),
  isOpen: z.boolean(),
  expiresAt: instant.nullable(),
  maxUses: z.int().nullable(),
  usedCount: z.int(),
  grants: z.object({ roles: z.array(z.string()), team: z.string().optional() }),
  deletedAt: instant.nullable(),
  createdAt: instant,
});

export type InviteView = z.output<typeof inviteSchema>;

/** With the code, which is shown when it is made and never again. */
export interface NewInvite extends InviteView {
  readonly code: string;
}

type Row = typeof invites.$inferSelect;

function toView(row: Row): InviteView {
  return {
    id: row.id,
    name: row.name,
    owner: row.ownerName,
    isActive: row.isActive,
    isOpen: row.isOpen,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    maxUses: row.maxUses,
    usedCount: row.usedCount,
    grants: row.grants as Grants as InviteView['grants'],
    deletedAt: row.deletedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}

/** One page of invites, newest first; `owner` narrows, `deleted=true` shows those too. Walks `invites_list`. */
export async function listInvites(context: Context, query: ListQuery = {}): Promise<Page<InviteView>> {
  context.require('identity.invite.read');
  const limit = query.limit ?? 100;
  const { owner, deleted } = query.filter ?? {};
  const rows = await context.db
    .select()
    .from(invites)
    .where(
      and(
        eq(invites.organizationId, context.organizationId),
        owner === undefined ? undefined : eq(invites.ownerName, owner),
        deleted === 'true' ? undefined : isNull(invites.deletedAt),
        afterCursor(query.cursor, invites.createdAt, invites.id, true),
      ),
    )
    .orderBy(desc(invites.createdAt), desc(invites.id))
    .limit(limit + 1);
  const last = rows[limit - 1];
  return {
    items: rows.slice(0, limit).map(toView),
    nextCursor:
      rows.length > limit && last !== undefined
        ? encodeCursor({ value: last.createdAt.toISOString(), id: last.id })
        : null,
  };
}

/** Opens a way in. Throws `access.escalation`: nobody invites to more than they hold. */
export async function createInvite(context: Context, input: unknown): Promise<NewInvite> {
  context.require('identity.invite.write');
  const { expiresAt, maxUses, ...wish } = parseInput(newInviteSchema, input);
  return context.transaction(async (inner) => {
    await requireGrants(inner, wish.grants);
    const code = newCode(LENGTH, systemRandom);
    const [row] = await inner.db
      .insert(invites)
      .values({
        organizationId: inner.organizationId,
        ...wish,
        codeHash: digest(inner, `invite/${code}`),
        ownerId: isUuid(inner.actor.id) ? inner.actor.id : null,
        ownerName: inner.actor.name,
        expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
        maxUses: maxUses ?? null,
        createdAt: inner.clock.now(),
      })
      .returning();
    if (row === undefined) throw new Error('a created invite was not returned');
    await inner.audit({
      action: 'identity.invite.create',
      entityType: 'invite',
      entityId: row.id,
      after: toView(row),
    });
    inner.announce({ resource: 'identity.invite', id: row.id, change: 'create' });
    return { ...toView(row), code: groupCode(code) };
  });
}

/** Throws when a grant reaches beyond the actor's own, or names a team that is not here. */
export async function requireGrants(context: Context, grants: Grants): Promise<void> {
  const held = await grantsOfRoles(context.db, context.organizationId, grants.roles);
  refuseEscalation(context, grants.roles.join(', '), held);
  if (grants.team === undefined) return;
  const known = await context.db
    .select({ id: teams.id })
    .from(teams)
    .where(and(eq(teams.organizationId, context.organizationId), eq(teams.id, grants.team)));
  if (known.length > 0) return;
  const detail = 'There is no such team in this organization.';
  throw new AppError({
    code: 'team.missing',
    kind: 'invalid',
    detail,
    problems: [{ path: 'grants.team', message: detail }],
  });
}

/** A new code; the old link no longer works. Uses and expiry stay. */
export async function regenerateInvite(context: Context, id: string): Promise<NewInvite> {
  const code = newCode(LENGTH, systemRandom);
  const view = await changeInvite(context, id, 'regenerate', (inner) => ({
    codeHash: digest(inner, `invite/${code}`),
  }));
  return { ...view, code: groupCode(code) };
}

/** Pauses or resumes an invite; doing it again changes nothing. */
export function setInviteActive(context: Context, id: string, isActive: boolean): Promise<InviteView> {
  return changeInvite(context, id, isActive ? 'resume' : 'pause', () => ({ isActive }));
}

/** Ends an invite for good; it stays in the list of the deleted. */
export async function deleteInvite(context: Context, id: string): Promise<void> {
  await changeInvite(context, id, 'delete', (inner) => ({ deletedAt: inner.clock.now(), isActive: false }));
}

async function changeInvite(
  context: Context,
  id: string,
  verb: string,
  change: (inner: Context) => Partial<typeof invites.$inferInsert>,
): Promise<InviteView> {
  context.require('identity.invite.write');
  return context.transaction(async (inner) => {
    const isMine = and(
      eq(invites.organizationId, inner.organizationId),
      isUuid(id) ? eq(invites.id, id) : sql`false`,
      isNull(invites.deletedAt),
    );
    const [before] = await inner.db.select().from(invites).where(isMine).for('update');
    if (before === undefined) throw inviteMissing();
    // Whoever revives or renews a way in must be allowed to let people in that far.
    if (verb === 'resume' || verb === 'regenerate') await requireGrants(inner, before.grants as Grants);
    const [row] = await inner.db
      .update(invites)
      .set({ ...change(inner), updatedAt: inner.clock.now() })
      .where(isMine)
      .returning();
    if (row === undefined) throw inviteMissing();
    await inner.audit({
      action: `identity.invite.${verb}`,
      entityType: 'invite',
      entityId: id,
      before: toView(before),
      after: toView(row),
    });
    inner.announce({ resource: 'identity.invite', id, change: verb });
    return toView(row);
  });
}

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
export async function useInvite(db: Db, codeHash: string, now: Date): Promise<Row> {
  const [row] = await db
    .update(invites)
    .set({ usedCount: sql`${invites.usedCount} + 1` })
    .where(and(eq(invites.codeHash, codeHash), isUsable(now)))
    .returning();
  if (row === undefined) throw inviteRefused();
  return row;
}

export function isUuid(text: string | null): text is string {
  return text !== null && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

export function inviteRefused(): AppError {
  return new AppError({
    code: 'invite.refused',
    kind: 'forbidden',
    detail: 'This invite is not valid, or not any more. Ask whoever gave it to you for a new one.',
  });
}

function inviteMissing(): AppError {
  return new AppError({
    code: 'invite.missing',
    kind: 'missing',
    detail: 'There is no such invite in this organization.',
  });
}
