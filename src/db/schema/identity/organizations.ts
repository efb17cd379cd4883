import { sql } from 'drizzle-orm';
import { check, text } from 'drizzle-orm/pg-core';
import { createdAt, id, updatedAt } from '../columns.ts';
import { identity } from './base.ts';

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
