import { index, integer, jsonb, text } from 'drizzle-orm/pg-core';
import { createdAt, id, tenantKey, updatedAt } from '../columns.ts';
import { organization, sms } from './base.ts';

/** One text to many numbers; each gets a message of its own. */
export const broadcasts = sms.table(
  'broadcasts',
  {
    id: id(),
    organizationId: organization(),
    body: text('body').notNull(),
    /** `accepting` while its recipients are read; a broadcast that stays so was interrupted and sends nothing more. */
    status: text('status', { enum: ['accepting', 'accepted', 'interrupted', 'cancelled'] }).notNull(),
    received: integer('received').notNull().default(0),
    accepted: integer('accepted').notNull().default(0),
    /** Numbers that came more than once, and lines that were refused with their reason; the first thousand of each. */
    duplicates: jsonb('duplicates').notNull().default([]),
    duplicateCount: integer('duplicate_count').notNull().default(0),
    refused: jsonb('refused').notNull().default([]),
    refusedCount: integer('refused_count').notNull().default(0),
    options: jsonb('options').notNull().default({}),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('broadcasts_tenant_key', table),
    index('broadcasts_list').on(table.organizationId, table.createdAt, table.id),
  ],
);
