import { sql } from 'drizzle-orm';
import { boolean, check, index, pgSchema, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, instant, tenant, tenantKey, updatedAt } from './columns.ts';

export const identity = pgSchema('identity');

export const organizationStatus = identity.enum('organization_status', ['active', 'suspended', 'closed']);

export const organizations = identity.table(
  'organizations',
  {
    id: id(),
    slug: text('slug').notNull().unique(),
    name: text('name').notNull(),
    timezone: text('timezone').notNull().default('UTC'),
    status: organizationStatus('status').notNull().default('active'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [check('organizations_slug_form', sql`${table.slug} ~ '^[a-z0-9][a-z0-9-]{0,62}$'`)],
);

export const users = identity.table(
  'users',
  {
    id: id(),
    email: text('email'),
    firstName: text('first_name').notNull().default(''),
    lastName: text('last_name').notNull().default(''),
    isActive: boolean('is_active').notNull().default(true),
    isPlatformAdmin: boolean('is_platform_admin').notNull().default(false),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [uniqueIndex('users_email_key').on(sql`lower(${table.email})`)],
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
    expiresAt: instant('expires_at'),
    lastUsedAt: instant('last_used_at'),
    revokedAt: instant('revoked_at'),
    createdAt: createdAt(),
  },
  (table) => [
    tenantKey('api_keys_tenant_key', table),
    index('api_keys_list').on(table.organizationId, table.createdAt, table.id),
  ],
);

/** Single-use codes that open a session: today the sign-in link which `serve` prints. Only the hash is kept. */
export const loginCodes = identity.table('login_codes', {
  id: id(),
  organizationId: tenant().references(() => organizations.id, { onDelete: 'cascade' }),
  codeHash: text('code_hash').notNull().unique(),
  role: text('role').notNull().default('owner'),
  expiresAt: instant('expires_at').notNull(),
  usedAt: instant('used_at'),
  createdAt: createdAt(),
});

/** Console sessions: an opaque cookie whose hash is the key. */
export const sessions = identity.table('sessions', {
  id: id(),
  organizationId: tenant().references(() => organizations.id, { onDelete: 'cascade' }),
  tokenHash: text('token_hash').notNull().unique(),
  userId: uuid('user_id').references(() => users.id, { onDelete: 'cascade' }),
  role: text('role').notNull().default('owner'),
  expiresAt: instant('expires_at').notNull(),
  revokedAt: instant('revoked_at'),
  createdAt: createdAt(),
});
