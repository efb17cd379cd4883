import { sql } from 'drizzle-orm';
import { boolean, check, index, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, instant, tenant, tenantKey, updatedAt } from '../columns.ts';
import { identity } from './base.ts';
import { organizations } from './organizations.ts';

export const users = identity.table(
  'users',
  {
    id: id(),
    email: text('email'),
    firstName: text('first_name').notNull().default(''),
    lastName: text('last_name').notNull().default(''),
    isActive: boolean('is_active').notNull().default(true),
    isPlatformAdmin: boolean('is_platform_admin').notNull().default(false),
    /** Sign-in by code and approval by text message know a person by this number. */
    phone: text('phone_e164'),
    locale: text('locale'),
    deletedAt: instant('deleted_at'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex('users_email_key').on(sql`lower(${table.email})`).where(sql`${table.deletedAt} is null`),
    uniqueIndex('users_phone_key').on(table.phone).where(sql`${table.deletedAt} is null`),
    check('users_phone_form', sql`${table.phone} ~ '^\\+[1-9][0-9]{6,14}$'`),
  ],
);

export const membershipStatus = identity.enum('membership_status', ['invited', 'active', 'suspended', 'revoked']);

/** A person in an organization. Revoked ones stay, so that history keeps its names. */
export const memberships = identity.table(
  'memberships',
  {
    id: id(),
    organizationId: tenant().references(() => organizations.id, { onDelete: 'cascade' }),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** What the person is called here, and what they may sign in with beside the organization's slug. */
    callsign: text('callsign').notNull(),
    status: membershipStatus('status').notNull().default('active'),
    lastSeenAt: instant('last_seen_at'),
    lastLoginAt: instant('last_login_at'),
    lastLogoutAt: instant('last_logout_at'),
    revokedAt: instant('revoked_at'),
    revokedBy: text('revoked_by'),
    revokeReason: text('revoke_reason'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('memberships_tenant_key', table),
    uniqueIndex('memberships_user_key').on(table.organizationId, table.userId),
    uniqueIndex('memberships_callsign_key')
      .on(table.organizationId, sql`lower(${table.callsign})`)
      .where(sql`${table.status} <> 'revoked'`),
    index('memberships_list').on(table.organizationId, table.createdAt, table.id),
    index('memberships_of_user').on(table.userId),
  ],
);
