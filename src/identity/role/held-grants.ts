import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { AppError } from '../../core/errors.ts';
import type { Scope } from '../../db/context.ts';
import type { Db } from '../../db/open.ts';
import { membershipRoles, rolePermissions, roles, teamMembers } from '../../db/schema/index.ts';
import { type Authority, grantsOf, isRole } from '../permissions.ts';
import { type Grant, TEAM_ROLE_PERMISSIONS, type TeamRole } from './templates.ts';

interface GrantRow {
  readonly permission: string;
  readonly scope: Scope;
}

/** The lines of an organization's own roles, as JSON, for the `select` of whoever asks who somebody is. */
export function customGrants(organizationId: PgColumn, keys: SQL): SQL<readonly GrantRow[]> {
  return sql`(select coalesce(json_agg(json_build_object('permission', ${rolePermissions.permission}, 'scope', ${rolePermissions.scope})), '[]'::json)
    from ${roles} join ${rolePermissions} on ${rolePermissions.roleId} = ${roles.id}
    where ${roles.organizationId} = ${organizationId} and ${roles.key} in (${keys}))`;
}

/** The roles of a membership, as an array; walks the primary key. */
export function rolesOfMembership(membershipId: PgColumn): SQL<readonly string[]> {
  return sql`array(select ${membershipRoles.roleKey} from ${membershipRoles} where ${membershipRoles.membershipId} = ${membershipId} order by 1)`;
}

/** The same as rows, for `customGrants`. */
export function roleRowsOfMembership(membershipId: PgColumn): SQL {
  return sql`select ${membershipRoles.roleKey} from ${membershipRoles} where ${membershipRoles.membershipId} = ${membershipId}`;
}

interface TeamRow {
  readonly teamId: string;
  readonly role: TeamRole;
}

/** The teams of a membership; walks the index `team_members_of_membership`. */
export function teamsOfMembership(organizationId: PgColumn, membershipId: PgColumn): SQL<readonly TeamRow[]> {
  return sql`(select coalesce(json_agg(json_build_object('teamId', ${teamMembers.teamId}, 'role', ${teamMembers.role})), '[]'::json)
    from ${teamMembers} where ${teamMembers.organizationId} = ${organizationId} and ${teamMembers.membershipId} = ${membershipId})`;
}

/** Everybody may see and mend what is their own, whatever their roles. */
const EVERYBODY: readonly Grant[] = [
  { permission: 'identity.person.read', scope: 'own' },
  { permission: 'identity.certificate.read', scope: 'own' },
];

/** What a membership may do: its templates, the organization's own roles, its teams. */
export function authorityOf(held: {
  readonly roles: readonly string[];
  readonly custom: readonly GrantRow[];
  readonly teams?: readonly TeamRow[];
  readonly membershipId?: string | undefined;
}): Authority {
  const teams = held.teams ?? [];
  return {
    grants: [
      ...held.roles.flatMap(grantsOf),
      ...held.custom,
      ...(held.membershipId === undefined ? [] : EVERYBODY),
      ...teams.flatMap(({ teamId, role }) =>
        TEAM_ROLE_PERMISSIONS[role].map((permission) => ({ permission, scope: 'team' as const, teamId })),
      ),
    ],
    membershipId: held.membershipId,
    teamIds: teams.map(({ teamId }) => teamId),
  };
}

/**
 * What the roles of an organization grant, by their keys. Throws `role.unknown` for a key that is neither a template's nor
 * one of the organization's own.
 */
export async function grantsOfRoles(
  db: Pick<Db, 'select'>,
  organizationId: string,
  keys: readonly string[],
): Promise<readonly Grant[]> {
  const own = keys.filter((key) => !isRole(key));
  if (own.length === 0) return keys.flatMap(grantsOf);
  const rows = await db
    .select({ key: roles.key, permission: rolePermissions.permission, scope: rolePermissions.scope })
    .from(roles)
    .leftJoin(rolePermissions, eq(rolePermissions.roleId, roles.id))
    .where(and(eq(roles.organizationId, organizationId), inArray(roles.key, own)));
  const unknown = own.find((key) => !rows.some((row) => row.key === key));
  if (unknown !== undefined) throw unknownRole(unknown);
  return [
    ...keys.flatMap(grantsOf),
    ...rows.flatMap(({ permission, scope }) => (permission === null || scope === null ? [] : [{ permission, scope }])),
  ];
}

function unknownRole(key: string): AppError {
  const detail = `There is no role "${key}" in this organization. GET /api/v1/roles lists them.`;
  return new AppError({ code: 'role.unknown', kind: 'invalid', detail, problems: [{ path: 'role', message: detail }] });
}
