import { boolean, integer, jsonb, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, target, tenantKey, tenantReference, updatedAt } from '../columns.ts';
import { active, organization, voice } from './base.ts';

export const ivrMenus = voice.table(
  'ivr_menus',
  {
    id: id(),
    organizationId: organization(),
    name: text('name').notNull(),
    status: active(),
    greeting: jsonb('greeting').notNull(),
    invalidPrompt: jsonb('invalid_prompt'),
    noInputPrompt: jsonb('no_input_prompt'),
    speech: jsonb('speech'),
    interDigitTimeoutSeconds: integer('inter_digit_timeout_seconds').notNull(),
    maxTimeoutSeconds: integer('max_timeout_seconds').notNull(),
    maxTurns: integer('max_turns').notNull(),
    directDial: boolean('direct_dial').notNull(),
    failover: target('failover'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('ivr_menus_tenant_key', table),
    unique('ivr_menus_name_key').on(table.organizationId, table.name),
  ],
);

export const ivrMenuOptions = voice.table(
  'ivr_menu_options',
  {
    organizationId: organization(),
    ivrMenuId: uuid('ivr_menu_id').notNull(),
    listIndex: integer('list_index').notNull(),
    key: text('key').notNull(),
    to: target('target').notNull(),
    name: text('name'),
    phrases: jsonb('phrases'),
  },
  (table) => [
    primaryKey({ name: 'ivr_menu_options_pkey', columns: [table.ivrMenuId, table.listIndex] }),
    tenantReference(
      'ivr_menu_options_menu',
      { organizationId: table.organizationId, column: table.ivrMenuId },
      { organizationId: ivrMenus.organizationId, column: ivrMenus.id },
      'cascade',
    ),
  ],
);
