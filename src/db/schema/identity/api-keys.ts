import { sql } from 'drizzle-orm';
import { boolean, index, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, instant, tenant, tenantKey, tenantReference, updatedAt } from '../columns.ts';
import { identity } from './base.ts';
import { membershipReference } from './membership-reference.ts';
import { organizations } from './organizations.ts';

/** Programs and devices that act in an organization under their own name. */
export const serviceAccounts = identity.table(
  'service_accounts',
  {
    id: id(),
    organizationId: tenant().references(() => organizations.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    description: text('description').notNull().default(''),
    permissions: text('permissions').array().notNull().default([]),
    isActive: boolean('is_active').notNull().default(true),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('service_accounts_tenant_key', table),
    uniqueIndex('service_accounts_name_key').on(table.organizationId, sql`lower(${table.name})`),
  ],
);

export const apiKeys = identity.table(
  'api_keys',
  {
    id: id(),
    organizationId: tenant().references(() => organizations.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    /** The first characters, shown in lists so that a person can tell keys apart. */
    prefix: text('prefix').notNull(),
    /** SHA-256 of the key. Keys carry 256 random bits, so a slow hash would add cost and no safety. */
    keyHash: text('key_hash').notNull().unique(),
    role: text('role').notNull().default('owner'),
    /** Permission patterns that narrow the role; null: all of it. */
    scopes: text('scopes').array(),
    /** CIDR blocks it may be used from; null: anywhere. */
    allowedAddresses: text('allowed_addresses').array(),
    /** The program it belongs to, whose permissions count then instead of the role's. */
    serviceAccountId: uuid('service_account_id'),
    /** The person who made it; it ends with their membership. */
    membershipId: uuid('membership_id'),
    expiresAt: instant('expires_at'),
    lastUsedAt: instant('last_used_at'),
    lastUsedIp: text('last_used_ip'),
    revokedAt: instant('revoked_at'),
    createdAt: createdAt(),
  },
  (table) => [
    tenantKey('api_keys_tenant_key', table),
    tenantReference(
      'api_keys_service_account',
      { organizationId: table.organizationId, column: table.serviceAccountId },
      { organizationId: serviceAccounts.organizationId, column: serviceAccounts.id },
      'cascade',
    ),
    membershipReference('api_keys_membership', table),
    index('api_keys_list').on(table.organizationId, table.createdAt, table.id),
  ],
);
