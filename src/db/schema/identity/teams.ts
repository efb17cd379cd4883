import { sql } from 'drizzle-orm';
import { index, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, tenant, tenantKey, tenantReference, updatedAt } from '../columns.ts';
import { identity } from './base.ts';
import { membershipReference } from './membership-reference.ts';
import { organizations } from './organizations.ts';

export const teams = identity.table(
  'teams',
  {
    id: id(),
    organizationId: tenant().references(() => organizations.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    description: text('description').notNull().default(''),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('teams_tenant_key', table),
    uniqueIndex('teams_name_key').on(table.organizationId, sql`lower(${table.name})`),
  ],
);

export const teamRole = identity.enum('team_role', ['guest', 'developer', 'maintainer', 'owner']);

export const teamMembers = identity.table(
  'team_members',
  {
    organizationId: tenant(),
    teamId: uuid('team_id').notNull(),
    membershipId: uuid('membership_id').notNull(),
    role: teamRole('role').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ name: 'team_members_pkey', columns: [table.teamId, table.membershipId] }),
    uniqueIndex('team_members_one_owner').on(table.teamId).where(sql`${table.role} = 'owner'`),
    index('team_members_of_membership').on(table.organizationId, table.membershipId),
    tenantReference(
      'team_members_team',
      { organizationId: table.organizationId, column: table.teamId },
      { organizationId: teams.organizationId, column: teams.id },
      'cascade',
    ),
    membershipReference('team_members_membership', table),
  ],
);
