import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, target, tenantKey, tenantReference, updatedAt } from '../columns.ts';
import { active, organization, voice } from './base.ts';
import { extensions } from './numbers.ts';

export const ringGroups = voice.table(
  'ring_groups',
  {
    id: id(),
    organizationId: organization(),
    name: text('name').notNull(),
    status: active(),
    strategy: text('strategy').notNull(),
    timeoutSeconds: integer('timeout_seconds').notNull(),
    turns: integer('turns').notNull(),
    maxCallDurationSeconds: integer('max_call_duration_seconds'),
    weights: jsonb('weights'),
    fallback: target('fallback'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('ring_groups_tenant_key', table),
    unique('ring_groups_name_key').on(table.organizationId, table.name),
    check('ring_groups_timeout', sql`${table.timeoutSeconds} between 1 and 600`),
    check('ring_groups_turns', sql`${table.turns} between 1 and 100`),
  ],
);

export const ringGroupMembers = voice.table(
  'ring_group_members',
  {
    organizationId: organization(),
    ringGroupId: uuid('ring_group_id').notNull(),
    listIndex: integer('list_index').notNull(),
    extensionNumber: text('extension_number').notNull(),
  },
  (table) => [
    primaryKey({ name: 'ring_group_members_pkey', columns: [table.ringGroupId, table.listIndex] }),
    tenantReference(
      'ring_group_members_group',
      { organizationId: table.organizationId, column: table.ringGroupId },
      { organizationId: ringGroups.organizationId, column: ringGroups.id },
      'cascade',
    ),
    // Deferred by nature of one transaction per change: deleting a member's extension is refused as "in use".
    tenantReference(
      'ring_group_members_extension',
      { organizationId: table.organizationId, column: table.extensionNumber },
      { organizationId: extensions.organizationId, column: extensions.number },
      'no action',
    ),
    index('ring_group_members_by_extension').on(table.organizationId, table.extensionNumber),
  ],
);
