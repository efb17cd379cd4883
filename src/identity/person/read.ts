import { and, desc, eq, exists, ilike, inArray, ne, or, type SQL, sql } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { afterCursor, type ListQuery, type Page, toPage } from '../../db/resource.ts';
import { membershipRoles, memberships, teamMembers, users } from '../../db/schema/index.ts';
import { type PersonRow, type PersonView, personColumns, toPersonView } from './person.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * One page of the organization's people, newest first; those who were revoked only when asked for (`status=revoked` or
 * `status=any`). Somebody who may see only themselves sees themselves. Walks the index `memberships_list`.
 */
export async function listPeople(context: Context, query: ListQuery = {}): Promise<Page<PersonView>> {
  context.require('identity.person.read', 'some');
  const limit = query.limit ?? 100;
  const { status, role } = query.filter ?? {};
  const { search } = query;
  const rows: readonly PersonRow[] = await context.db
    .select(personColumns)
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(
      and(
        eq(memberships.organizationId, context.organizationId),
        statusIs(status),
        role === undefined ? undefined : holdsRole(context, role),
        search === undefined ? undefined : matches(search),
        withinReach(context),
        afterCursor(query.cursor, memberships.createdAt, memberships.id, true),
      ),
    )
    .orderBy(desc(memberships.createdAt), desc(memberships.id))
    .limit(limit + 1);
  return toPage(rows, limit, toPersonView, ({ membership }) => ({ at: membership.createdAt, id: membership.id }));
}

/** One person, by id or by callsign in any letter case. Throws `person.missing`, also for what one may not see. */
export async function getPerson(context: Context, idOrCallsign: string): Promise<PersonView> {
  context.require('identity.person.read', 'some');
  const row = await findPerson(context, idOrCallsign);
  if (!context.may('identity.person.read', { ownerId: row.membership.id })) throw personMissing(idOrCallsign);
  return toPersonView(row);
}

/** The rows of a person, whoever asks; with a lock on the membership for a change. A live holder of a callsign comes first. */
export async function findPerson(context: Context, idOrCallsign: string, lock = false): Promise<PersonRow> {
  const which = and(
    eq(memberships.organizationId, context.organizationId),
    UUID.test(idOrCallsign)
      ? eq(memberships.id, idOrCallsign)
      : eq(sql`lower(${memberships.callsign})`, idOrCallsign.toLowerCase()),
  );
  if (lock) await context.db.select({ id: memberships.id }).from(memberships).where(which).for('update');
  const [row] = await context.db
    .select(personColumns)
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(which)
    .orderBy(sql`${memberships.status} = 'revoked'`, desc(memberships.createdAt))
    .limit(1);
  if (row === undefined) throw personMissing(idOrCallsign);
  return row;
}

function personMissing(idOrCallsign: string): AppError {
  return new AppError({
    code: 'person.missing',
    kind: 'missing',
    detail: `There is no person ${idOrCallsign} in this organization.`,
  });
}

function statusIs(status: string | undefined): SQL | undefined {
  if (status === 'any') return undefined;
  if (status === undefined) return ne(memberships.status, 'revoked');
  return eq(memberships.status, status as 'active');
}

function holdsRole(context: Context, role: string): SQL {
  return exists(
    context.db
      .select({ one: sql`1` })
      .from(membershipRoles)
      .where(and(eq(membershipRoles.membershipId, memberships.id), eq(membershipRoles.roleKey, role))),
  );
}

function matches(search: string): SQL | undefined {
  const like = `%${search.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  return or(
    ilike(memberships.callsign, like),
    ilike(users.firstName, like),
    ilike(users.lastName, like),
    ilike(users.email, like),
    ilike(users.phone, like),
  );
}

function withinReach(context: Context): SQL | undefined {
  const { scope, membershipId, teamIds } = context.reach('identity.person.read');
  if (scope === 'all') return undefined;
  const own = membershipId === undefined ? sql`false` : eq(memberships.id, membershipId);
  if (scope === 'own' || teamIds.length === 0) return own;
  const mates = context.db
    .select({ id: teamMembers.membershipId })
    .from(teamMembers)
    .where(and(eq(teamMembers.organizationId, context.organizationId), inArray(teamMembers.teamId, [...teamIds])));
  return or(own, inArray(memberships.id, mates));
}
