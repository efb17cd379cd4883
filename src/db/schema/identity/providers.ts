import { sql } from 'drizzle-orm';
import { boolean, jsonb, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, tenant, tenantKey, updatedAt } from '../columns.ts';
import { identity } from './base.ts';
import { organizations } from './organizations.ts';

/** Where an organization's people may sign in from: an OpenID Connect issuer or an LDAP directory. */
export const identityProviders = identity.table(
  'identity_providers',
  {
    id: id(),
    organizationId: tenant().references(() => organizations.id, { onDelete: 'cascade' }),
    kind: text('kind', { enum: ['oidc', 'ldap'] }).notNull(),
    name: text('name').notNull(),
    config: jsonb('config').notNull(),
    secretId: uuid('secret_id'),
    isActive: boolean('is_active').notNull().default(true),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('identity_providers_tenant_key', table),
    uniqueIndex('identity_providers_name_key').on(table.organizationId, sql`lower(${table.name})`),
  ],
);
