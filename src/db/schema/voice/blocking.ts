import { index, integer, jsonb, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { byteText, createdAt, id, instant, tenantKey, tenantReference, updatedAt } from '../columns.ts';
import { active, organization, ownersOrganization, voice } from './base.ts';
import { calls } from './calls.ts';

/** What happens to a caller who is found on a list; entries and whole lists share it. */
const treatment = () => ({
  action: text('action').notNull(),
  reason: text('reason').notNull(),
  say: text('say'),
  cause: text('cause'),
  tormentSeconds: integer('torment_seconds'),
  numbers: jsonb('numbers'),
});

export const inboundBlockRules = voice.table(
  'inbound_block_rules',
  {
    id: id(),
    organizationId: organization(),
    pattern: text('pattern').notNull(),
    match: text('match_type').notNull(),
    ...treatment(),
    expiresAt: text('expires_at'),
    status: active(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('inbound_block_rules_tenant_key', table),
    unique('inbound_block_rules_pattern_key').on(table.organizationId, table.pattern),
  ],
);

/** A long list of callers: what happens to them stands here and in the plan, the numbers themselves beside it (ADR 0012). */
export const blockLists = voice.table(
  'block_lists',
  {
    id: id(),
    organizationId: organization(),
    name: text('name').notNull(),
    ...treatment(),
    status: active(),
    /** Moves with every change of the numbers; a process that is behind reads what it missed. */
    version: integer('version').notNull().default(0),
    /** Changes up to this version are no longer kept: who is further behind reads the whole list. */
    purgedTo: integer('purged_to').notNull().default(0),
    entryCount: integer('entry_count').notNull().default(0),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('block_lists_tenant_key', table),
    unique('block_lists_name_key').on(table.organizationId, table.name),
  ],
);

/** One number (digits) or prefix (digits and `*`) of a long list. */
export const blockListEntries = voice.table(
  'block_list_entries',
  {
    organizationId: organization(),
    listId: uuid('list_id').notNull(),
    entry: byteText('entry').notNull(),
  },
  (table) => [
    primaryKey({ name: 'block_list_entries_pkey', columns: [table.listId, table.entry] }),
    tenantReference(
      'block_list_entries_list',
      { organizationId: table.organizationId, column: table.listId },
      { organizationId: blockLists.organizationId, column: blockLists.id },
      'cascade',
    ),
  ],
);

/** What changed on a long list, kept for an hour. */
export const blockListChanges = voice.table(
  'block_list_changes',
  {
    organizationId: organization(),
    listId: uuid('list_id').notNull(),
    version: integer('version').notNull(),
    added: text('added').array().notNull(),
    removed: text('removed').array().notNull(),
    at: instant('at').notNull(),
  },
  (table) => [
    primaryKey({ name: 'block_list_changes_pkey', columns: [table.listId, table.version] }),
    tenantReference(
      'block_list_changes_list',
      { organizationId: table.organizationId, column: table.listId },
      { organizationId: blockLists.organizationId, column: blockLists.id },
      'cascade',
    ),
    index('block_list_changes_age').on(table.at),
  ],
);

/** A call that was not let in, with the rule that said so. */
export const blockedCalls = voice.table(
  'blocked_calls',
  {
    id: id(),
    organizationId: ownersOrganization(),
    callId: uuid('call_id').notNull(),
    token: text('token').notNull(),
    fromNumber: text('from_number').notNull(),
    toNumber: text('to_number').notNull(),
    did: text('did'),
    match: text('match_type').notNull(),
    pattern: text('pattern').notNull(),
    list: text('list'),
    action: text('action').notNull(),
    reason: text('reason').notNull(),
    at: instant('at').notNull(),
  },
  (table) => [
    unique('blocked_calls_call_key').on(table.organizationId, table.callId),
    tenantReference(
      'blocked_calls_call',
      { organizationId: table.organizationId, column: table.callId },
      { organizationId: calls.organizationId, column: calls.id },
      'cascade',
    ),
    index('blocked_calls_list').on(table.organizationId, table.at, table.id),
  ],
);
