import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { constraintOf } from '../../db/postgres-error.ts';
import { memberships, teamMembers, teams } from '../../db/schema/index.ts';
import { isUuid } from '../is-uuid.ts';
import { findPerson } from '../person/read.ts';
import { TEAM_ROLES, type TeamRole } from '../role/templates.ts';
import { parseInput } from '../validation.ts';

export const teamInputSchema = z.strictObject({
  name: z.string().trim().min(1, 'name the team').max(100),
  description: z.string().max(1000).default(''),
});

export const teamSchema = z.object({
  id: z.guid(),
  name: z.string(),
  description: z.string(),
  members: z.array(z.object({ person: z.guid(), callsign: z.string(), role: z.enum(TEAM_ROLES) })),
});

export type TeamView = z.output<typeof teamSchema>;

/** The teams somebody may see: all of them, or their own. */
export async function listTeams(context: Context): Promise<readonly TeamView[]> {
  context.require('identity.team.read', 'some');
  const { scope, teamIds } = context.reach('identity.team.read');
  const rows = await context.db
    .select({ id: teams.id })
    .from(teams)
    .where(
      and(
        eq(teams.organizationId, context.organizationId),
        scope === 'all' ? undefined : teamIds.length === 0 ? sql`false` : inArray(teams.id, [...teamIds]),
      ),
    )
    .orderBy(asc(sql`lower(${teams.name})`));
  return viewsOf(
    context,
    rows.map(({ id }) => id),
  );
}

/** One team. Throws `team.missing`, also for one that the actor may not see. */
export async function getTeam(context: Context, id: string): Promise<TeamView> {
  if (!context.may('identity.team.read', { teamId: id })) throw missing();
  return one(context, id);
}

/** Founds a team; who founds it owns it. */
export async function createTeam(context: Context, input: unknown, membershipId?: string): Promise<TeamView> {
  context.require('identity.team.create');
  const wish = parseInput(teamInputSchema, input);
  return context.transaction(async (inner) => {
    const [row] = await attempt(() =>
      inner.db
        .insert(teams)
        .values({ organizationId: inner.organizationId, ...wish, createdAt: inner.clock.now() })
        .returning({ id: teams.id }),
    );
    if (row === undefined) throw new Error('a created team was not returned');
    if (membershipId !== undefined) await putMember(inner, row.id, membershipId, 'owner');
    const view = await one(inner, row.id);
    await inner.audit({ action: 'identity.team.create', entityType: 'team', entityId: row.id, after: view });
    return view;
  });
}

/** Renames a team. Its owner may, and whoever may write teams. */
export function changeTeam(context: Context, id: string, input: unknown): Promise<TeamView> {
  const wish = parseInput(teamInputSchema, input);
  return changing(context, id, 'change', async (inner) => {
    await attempt(() => inner.db.update(teams).set(wish).where(eq(teams.id, id)));
  });
}

/** Dissolves a team. Throws `team.missing`. Needs the permission for all teams: an owner alone may not. */
export async function deleteTeam(context: Context, id: string): Promise<void> {
  context.require('identity.team.delete');
  await context.transaction(async (inner) => {
    const before = await one(inner, id);
    await inner.db.delete(teams).where(and(eq(teams.organizationId, inner.organizationId), eq(teams.id, id)));
    await inner.audit({ action: 'identity.team.delete', entityType: 'team', entityId: id, before });
  });
}

export const memberInputSchema = z.strictObject({ person: z.string().min(1).max(100), role: z.enum(TEAM_ROLES) });

/**
 * Takes somebody into a team or changes their role in it. A new owner makes the former one a guest: a team has one owner.
 * Throws `team.owner` when the owner would step down without a successor.
 */
export function putTeamMember(context: Context, id: string, input: unknown): Promise<TeamView> {
  const { person, role } = parseInput(memberInputSchema, input);
  return changing(context, id, 'member', async (inner) => {
    const { membership } = await findPerson(inner, person);
    if (membership.status === 'revoked') throw missing();
    const owner = await ownerOf(inner, id);
    if (role === 'owner' && owner !== undefined && owner !== membership.id) await putMember(inner, id, owner, 'guest');
    if (role !== 'owner' && owner === membership.id) throw needsOwner();
    await putMember(inner, id, membership.id, role);
  });
}

/** Takes somebody out of a team; everybody but the owner may also leave by themselves. Throws `team.owner`. */
export async function removeTeamMember(
  context: Context,
  id: string,
  person: string,
  own: string | undefined,
): Promise<void> {
  await context.transaction(async (inner) => {
    const before = await one(inner, id);
    const { membership } = await findPerson(inner, person);
    if (membership.id !== own) inner.require('identity.team.write', { teamId: id });
    if ((await ownerOf(inner, id)) === membership.id) throw needsOwner();
    const removed = await inner.db
      .delete(teamMembers)
      .where(and(eq(teamMembers.teamId, id), eq(teamMembers.membershipId, membership.id)))
      .returning({ id: teamMembers.membershipId });
    if (removed.length === 0) throw missing();
    await inner.audit({
      action: 'identity.team.member',
      entityType: 'team',
      entityId: id,
      before,
      after: await one(inner, id),
    });
  });
}

async function changing(
  context: Context,
  id: string,
  verb: string,
  change: (inner: Context) => Promise<void>,
): Promise<TeamView> {
  return context.transaction(async (inner) => {
    if (!inner.may('identity.team.read', { teamId: id })) throw missing();
    const before = await one(inner, id);
    inner.require('identity.team.write', { teamId: id });
    await inner.db.select({ id: teams.id }).from(teams).where(eq(teams.id, id)).for('update');
    await change(inner);
    const after = await one(inner, id);
    await inner.audit({ action: `identity.team.${verb}`, entityType: 'team', entityId: id, before, after });
    return after;
  });
}

async function putMember({ db, organizationId }: Context, teamId: string, membershipId: string, role: TeamRole) {
  await db
    .insert(teamMembers)
    .values({ organizationId, teamId, membershipId, role })
    .onConflictDoUpdate({ target: [teamMembers.teamId, teamMembers.membershipId], set: { role } });
}

async function ownerOf({ db }: Context, teamId: string): Promise<string | undefined> {
  const [row] = await db
    .select({ id: teamMembers.membershipId })
    .from(teamMembers)
    .where(and(eq(teamMembers.teamId, teamId), eq(teamMembers.role, 'owner')));
  return row?.id;
}

async function one(context: Context, id: string): Promise<TeamView> {
  const [view] = isUuid(id) ? await viewsOf(context, [id]) : [];
  if (view === undefined) throw missing();
  return view;
}

async function viewsOf({ db, organizationId }: Context, ids: readonly string[]): Promise<readonly TeamView[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .select({ team: teams, person: memberships.id, callsign: memberships.callsign, role: teamMembers.role })
    .from(teams)
    .leftJoin(teamMembers, eq(teamMembers.teamId, teams.id))
    .leftJoin(memberships, eq(memberships.id, teamMembers.membershipId))
    .where(and(eq(teams.organizationId, organizationId), inArray(teams.id, [...ids])))
    .orderBy(asc(sql`lower(${teams.name})`), asc(memberships.callsign));
  const views = new Map<string, TeamView>();
  for (const { team, person, callsign, role } of rows) {
    const view = views.get(team.id) ?? { id: team.id, name: team.name, description: team.description, members: [] };
    if (person !== null && callsign !== null && role !== null) view.members.push({ person, callsign, role });
    views.set(team.id, view);
  }
  return [...views.values()];
}

async function attempt<T>(query: () => PromiseLike<T>): Promise<T> {
  try {
    return await query();
  } catch (error) {
    if (constraintOf(error)?.kind !== 'unique') throw error;
    throw new AppError({
      code: 'team.exists',
      kind: 'conflict',
      detail: 'There is already a team of this name.',
      cause: error,
    });
  }
}

function missing(): AppError {
  return new AppError({
    code: 'team.missing',
    kind: 'missing',
    detail: 'There is no such team, or no such member in it.',
  });
}

function needsOwner(): AppError {
  return new AppError({
    code: 'team.owner',
    kind: 'conflict',
    detail: 'A team has an owner. Make somebody else the owner first.',
  });
}
