import { sql } from 'drizzle-orm';
import { check, index, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, tenant, tenantKey, tenantReference, updatedAt } from '../columns.ts';
import { identity } from './base.ts';
import { membershipReference } from './membership-reference.ts';
import { organizations } from './organizations.ts';

export const permissionScope = identity.enum('permission_scope', ['all', 'team', 'own']);

/** Roles an organization made for itself, beside the templates that every version brings (identity/role/templates.ts). */
export const roles = identity.table(
  'roles',
  {
    id: id(),
    organizationId: tenant().references(() => organizations.id, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    name: text('name').notNull(),
    description: text('description').notNull().default(''),
    color: text('color'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('roles_tenant_key', table),
    uniqueIndex('roles_key_key').on(table.organizationId, table.key),
    check('roles_key_form', sql`${table.key} ~ '^[a-z][a-z0-9_]{0,62}$'`),
  ],
);

/** `permission` is a key `area.object.verb` or a pattern with `*`. */
export const rolePermissions = identity.table(
  'role_permissions',
  {
    organizationId: tenant(),
    roleId: uuid('role_id').notNull(),
    permission: text('permission').notNull(),
    scope: permissionScope('scope').notNull().default('all'),
  },
  (table) => [
    primaryKey({ name: 'role_permissions_pkey', columns: [table.roleId, table.permission] }),
    tenantReference(
      'role_permissions_role',
      { organizationId: table.organizationId, column: table.roleId },
      { organizationId: roles.organizationId, column: roles.id },
      'cascade',
    ),
  ],
);

/** Which roles a person holds, by the role's key: a template's or one of the organization's own. */
export const membershipRoles = identity.table(
  'membership_roles',
  {
    organizationId: tenant(),
    membershipId: uuid('membership_id').notNull(),
    roleKey: text('role_key').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ name: 'membership_roles_pkey', columns: [table.membershipId, table.roleKey] }),
    index('membership_roles_of_role').on(table.organizationId, table.roleKey),
    membershipReference('membership_roles_membership', table),
  ],
);
