import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, jsonb, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, instant, tenantKey, updatedAt } from '../columns.ts';
import { organization, sms } from './base.ts';

export const MESSAGE_STATUSES = [
  'queued',
  'submitting',
  'sent',
  'delivered',
  'failed',
  'unknown',
  'expired',
  'cancelled',
  'rejected',
  'received',
] as const;

/** Lanes of the queue, first to last; slices keep them as a number. */
export const MESSAGE_PRIORITIES = ['high', 'normal', 'low'] as const;

export const messageStatus = sms.enum('message_status', MESSAGE_STATUSES);
export const messageDirection = sms.enum('message_direction', ['inbound', 'outbound']);

export const messages = sms.table(
  'messages',
  {
    id: id(),
    organizationId: organization(),
    /** The modem it goes or came through; history outlives a modem, so there is no foreign key to it. */
    modemId: uuid('modem_id'),
    /** The sender asked for this modem; otherwise the first that takes the message keeps it. */
    isModemFixed: boolean('is_modem_fixed').notNull().default(false),
    direction: messageDirection('direction').notNull(),
    /** The other side: E.164 where it is one, else as received (short code, alphanumeric sender). */
    peer: text('peer').notNull(),
    body: text('body').notNull(),
    encoding: text('encoding', { enum: ['gsm7', 'ucs2', 'binary'] }).notNull(),
    partCount: integer('part_count').notNull(),
    status: messageStatus('status').notNull(),
    statusReport: boolean('status_report').notNull().default(false),
    validitySeconds: integer('validity_seconds'),
    flash: boolean('flash').notNull().default(false),
    /** The class a received text names (3GPP TS 23.038 4), 0 being flash; null: none. */
    messageClass: smallint('message_class'),
    dueAt: instant('due_at').notNull(),
    concatReference: integer('concat_reference'),
    priority: text('priority', { enum: MESSAGE_PRIORITIES }).notNull().default('normal'),
    /** What to do with refusals and doubt, where it differs from the organization's policy. */
    retry: jsonb('retry'),
    /** Encoding and width of the reference that its sender asked for, for whoever sends it once more. */
    textOptions: jsonb('text_options'),
    /** Who pays: the API key or person that sent it. */
    senderId: text('sender_id'),
    /** Policies with the windows whose quota its parts were taken from: `policy/unit/day`. */
    quotaCharges: text('quota_charges').array(),
    broadcastId: uuid('broadcast_id'),
    /** The message whose text this one sends once more. */
    resendOf: uuid('resend_of'),
    isPartial: boolean('is_partial').notNull().default(false),
    error: text('error'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('messages_tenant_key', table),
    index('messages_list').on(table.organizationId, table.createdAt, table.id),
    index('messages_list_by_direction').on(table.organizationId, table.direction, table.createdAt, table.id),
    index('messages_by_peer').on(table.organizationId, table.peer, table.createdAt),
    // The progress of a broadcast.
    index('messages_of_broadcast')
      .on(table.organizationId, table.broadcastId, table.status)
      .where(sql`${table.broadcastId} is not null`),
    check('messages_part_count', sql`${table.partCount} between 1 and 255`),
  ],
);
