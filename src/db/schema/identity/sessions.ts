import { index, text, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, instant, tenant } from '../columns.ts';
import { identity } from './base.ts';
import { organizations } from './organizations.ts';
import { users } from './people.ts';

/** Console sessions: an opaque cookie whose hash is the key. */
export const sessions = identity.table(
  'sessions',
  {
    id: id(),
    organizationId: tenant().references(() => organizations.id, { onDelete: 'cascade' }),
    tokenHash: text('token_hash').notNull().unique(),
    userId: uuid('user_id').references(() => users.id, { onDelete: 'cascade' }),
    role: text('role').notNull().default('owner'),
    method: text('method').notNull().default('link'),
    ip: text('ip'),
    userAgent: text('user_agent'),
    lastSeenAt: instant('last_seen_at'),
    /** A platform administrator at work in another organization: where they came from, and why. */
    homeOrganizationId: uuid('home_organization_id').references(() => organizations.id, { onDelete: 'cascade' }),
    operateReason: text('operate_reason'),
    expiresAt: instant('expires_at').notNull(),
    revokedAt: instant('revoked_at'),
    createdAt: createdAt(),
  },
  (table) => [
    index('sessions_of_user').on(table.userId),
    index('sessions_list').on(table.organizationId, table.createdAt, table.id),
  ],
);
