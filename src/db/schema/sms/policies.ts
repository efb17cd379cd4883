import { sql } from 'drizzle-orm';
import { boolean, integer, primaryKey, smallint, text, unique, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, tenantKey, tenantReference, updatedAt } from '../columns.ts';
import { organization, sms } from './base.ts';

/** Where messages to numbers with a prefix go; the longest prefix decides. */
export const smsRoutes = sms.table(
  'routes',
  {
    id: id(),
    organizationId: organization(),
    prefix: text('prefix').notNull(),
    /** Names of modems. */
    modems: text('modems').array().notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('routes_tenant_key', table),
    unique('routes_prefix_key').on(table.organizationId, table.prefix),
  ],
);

/** Rules for what is sent: of the whole organization, or of one sender (an API key or a person by name). */
export const smsPolicies = sms.table(
  'policies',
  {
    id: id(),
    organizationId: organization(),
    name: text('name').notNull(),
    /** Name of the API key it holds for. */
    apiKey: text('api_key'),
    /** Callsign or e-mail of the person it holds for; null with `api_key` null: the whole organization. */
    person: text('person'),
    quotaLimit: integer('quota_limit'),
    quotaUnit: text('quota_unit', { enum: ['day', 'week', 'month', 'year'] }),
    restrictToContacts: boolean('restrict_to_contacts').notNull().default(false),
    allowedPrefixes: text('allowed_prefixes').array(),
    encoding: text('encoding', { enum: ['auto', 'gsm7', 'transliterate', 'national', 'ucs2'] }),
    /** Width of the reference that the slices of a long text have in common: 8 (null) or 16. */
    referenceBits: smallint('reference_bits'),
    quietFrom: text('quiet_from'),
    quietUntil: text('quiet_until'),
    timezone: text('timezone'),
    unknownSlices: text('unknown_slices', { enum: ['hold', 'resend'] }),
    partialAfterMinutes: integer('partial_after_minutes'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('policies_tenant_key', table),
    unique('policies_name_key').on(table.organizationId, table.name),
    unique('policies_api_key_key').on(table.organizationId, table.apiKey),
    unique('policies_person_key').on(table.organizationId, table.person),
    uniqueIndex('policies_organization_key')
      .on(table.organizationId)
      .where(sql`${table.apiKey} is null and ${table.person} is null`),
  ],
);

/** Parts reserved in a window of a quota. One atomic statement reserves, so that no two processes overdraw it. */
export const quotaUsage = sms.table(
  'quota_usage',
  {
    organizationId: organization(),
    policyId: uuid('policy_id').notNull(),
    /** First day of the window in the owner's zone, with its unit, e.g. `month/2026-11-01`. */
    window: text('window').notNull(),
    used: integer('used').notNull(),
  },
  (table) => [
    primaryKey({ name: 'quota_usage_pkey', columns: [table.organizationId, table.policyId, table.window] }),
    tenantReference(
      'quota_usage_policy',
      { organizationId: table.organizationId, column: table.policyId },
      { organizationId: smsPolicies.organizationId, column: smsPolicies.id },
      'cascade',
    ),
  ],
);

/** Numbers that get no messages: opt-outs, complaints, mistakes. */
export const smsSuppressions = sms.table(
  'suppressions',
  {
    id: id(),
    organizationId: organization(),
    number: text('phone_e164').notNull(),
    reason: text('reason', { enum: ['opt_out', 'complaint', 'manual', 'import'] })
      .notNull()
      .default('manual'),
    note: text('note'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('suppressions_tenant_key', table),
    unique('suppressions_number_key').on(table.organizationId, table.number),
  ],
);
