import { sql } from 'drizzle-orm';
import { boolean, check, integer, jsonb, text, unique } from 'drizzle-orm/pg-core';
import { createdAt, id, target, tenantKey, updatedAt } from '../columns.ts';
import { active, organization, voice } from './base.ts';

export const extensions = voice.table(
  'extensions',
  {
    id: id(),
    organizationId: organization(),
    number: text('number').notNull(),
    type: text('type').notNull(),
    name: text('name'),
    status: active(),
    user: text('user_name'),
    callerId: text('caller_id'),
    doNotDisturb: boolean('do_not_disturb').notNull().default(false),
    ringTimeoutSeconds: integer('ring_timeout_seconds'),
    onBusy: target('on_busy'),
    onNoAnswer: target('on_no_answer'),
    onOffline: target('on_offline'),
    outbound: text('outbound'),
    outboundLimits: jsonb('outbound_limits'),
    recording: text('recording'),
    forwardTo: text('forward_to'),
    target: target('target'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('extensions_tenant_key', table),
    unique('extensions_number_key').on(table.organizationId, table.number),
    check('extensions_number_form', sql`${table.number} ~ '^[0-9]{2,10}$'`),
  ],
);

export const didNumbers = voice.table(
  'did_numbers',
  {
    id: id(),
    organizationId: organization(),
    number: text('phone_e164').notNull(),
    name: text('name'),
    callerNamePrefix: text('caller_name_prefix'),
    status: active(),
    routeTo: target('route_to').notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('did_numbers_tenant_key', table),
    unique('did_numbers_number_key').on(table.organizationId, table.number),
    check('did_numbers_e164', sql`${table.number} ~ '^\\+[1-9][0-9]{6,14}$'`),
  ],
);
