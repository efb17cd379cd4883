import { jsonb, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { createdAt, id, instant, target, tenantKey, tenantReference, updatedAt } from '../columns.ts';
import { active, organization, voice } from './base.ts';

/** Ranges and exceptions are edited and read as one calendar, so they stand in one row (ADR 0006). */
export const businessHours = voice.table(
  'business_hours',
  {
    id: id(),
    organizationId: organization(),
    name: text('name').notNull(),
    status: active(),
    timezone: text('timezone'),
    weekly: jsonb('weekly').notNull(),
    exceptions: jsonb('exceptions').notNull(),
    open: target('open_target').notNull(),
    closed: target('closed_target').notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('business_hours_tenant_key', table),
    unique('business_hours_name_key').on(table.organizationId, table.name),
  ],
);

/**
 * What somebody switched by hand. Beside the schedule and not in it: applying a file must not take back what the night
 * desk just did.
 */
export const businessHoursOverrides = voice.table(
  'business_hours_overrides',
  {
    organizationId: organization(),
    schedule: text('schedule').notNull(),
    state: text('state', { enum: ['open', 'closed'] }).notNull(),
    until: instant('until'),
    actorName: text('actor_name').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ name: 'business_hours_overrides_pkey', columns: [table.organizationId, table.schedule] }),
    tenantReference(
      'business_hours_overrides_schedule',
      { organizationId: table.organizationId, column: table.schedule },
      { organizationId: businessHours.organizationId, column: businessHours.name },
      'cascade',
    ),
  ],
);
