import { index, integer, jsonb, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { createdAt, id, instant, tenantKey, updatedAt } from '../columns.ts';
import { active, organization, voice } from './base.ts';

export const outboundRules = voice.table(
  'outbound_rules',
  {
    id: id(),
    organizationId: organization(),
    prefix: text('prefix').notNull(),
    country: text('country'),
    name: text('name'),
    trunk: text('trunk').notNull(),
    callerId: text('caller_id'),
    costWeight: integer('cost_weight').notNull().default(1),
    status: active(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('outbound_rules_tenant_key', table),
    unique('outbound_rules_prefix_key').on(table.organizationId, table.prefix),
  ],
);

/** How all calls of an organization are treated. Edited and read as one, so it stands in one row (ADR 0006). */
export const voicePolicies = voice.table('voice_policies', {
  organizationId: organization().primaryKey(),
  policy: jsonb('policy').notNull(),
  updatedAt: updatedAt(),
});

/**
 * What calls to the outside have used: one row an extension, and one with scope '' for the organization. One statement
 * counts a call in both, or in none (promise P8).
 */
export const outboundUsage = voice.table(
  'outbound_usage',
  {
    organizationId: organization(),
    scope: text('scope').notNull(),
    minute: instant('minute').notNull(),
    minuteCalls: integer('minute_calls').notNull(),
    hour: instant('hour').notNull(),
    hourCalls: integer('hour_calls').notNull(),
    /** In the organization's zone. */
    day: text('day').notNull(),
    dayCalls: integer('day_calls').notNull(),
    daySeconds: integer('day_seconds').notNull(),
    dayCost: integer('day_cost').notNull(),
  },
  (table) => [primaryKey({ name: 'outbound_usage_pkey', columns: [table.organizationId, table.scope] })],
);

/** Calls to the outside that were counted, so that the CDR can add their length to the day's usage, once. */
export const outboundCalls = voice.table(
  'outbound_calls',
  {
    organizationId: organization(),
    token: text('token').notNull(),
    scope: text('scope').notNull(),
    weight: integer('weight').notNull(),
    day: text('day').notNull(),
    chargedSeconds: integer('charged_seconds').notNull().default(0),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ name: 'outbound_calls_pkey', columns: [table.organizationId, table.token] }),
    index('outbound_calls_by_age').on(table.createdAt),
  ],
);
