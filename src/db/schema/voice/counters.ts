import { index, integer, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from '../columns.ts';
import { organization, voice } from './base.ts';

/** Rotation pointers: one atomic statement moves one, whichever process asks (promise P8). */
export const rotationCounters = voice.table(
  'rotation_counters',
  {
    organizationId: organization(),
    key: text('key').notNull(),
    value: integer('value').notNull().default(0),
  },
  (table) => [primaryKey({ name: 'rotation_counters_pkey', columns: [table.organizationId, table.key] })],
);

/** Members of a rotation, whoever had a turn longest ago first. */
export const rotationOrders = voice.table(
  'rotation_orders',
  {
    organizationId: organization(),
    key: text('key').notNull(),
    members: text('members').array().notNull(),
  },
  (table) => [primaryKey({ name: 'rotation_orders_pkey', columns: [table.organizationId, table.key] })],
);

/** What is counted for a while: wrong PINs, calls of an hour. A row whose window is over means nothing and is purged. */
export const usageWindows = voice.table(
  'usage_windows',
  {
    organizationId: organization(),
    key: text('key').notNull(),
    count: integer('count').notNull(),
    endsAt: instant('ends_at').notNull(),
  },
  (table) => [
    primaryKey({ name: 'usage_windows_pkey', columns: [table.organizationId, table.key] }),
    index('usage_windows_ended').on(table.endsAt),
  ],
);
