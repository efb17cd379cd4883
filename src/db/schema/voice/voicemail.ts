import { sql } from 'drizzle-orm';
import { index, integer, jsonb, text, unique, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, instant, tenantKey, tenantReference, updatedAt } from '../columns.ts';
import { secrets } from '../platform.ts';
import { active, organization, voice } from './base.ts';

export const voicemailBoxes = voice.table(
  'voicemail_boxes',
  {
    id: id(),
    organizationId: organization(),
    number: text('number').notNull(),
    name: text('name'),
    status: active(),
    pinSecretId: uuid('pin_secret_id'),
    greeting: jsonb('greeting'),
    maxMessageSeconds: integer('max_message_seconds').notNull(),
    silenceSeconds: integer('silence_seconds').notNull(),
    finishOnKey: text('finish_on_key').notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('voicemail_boxes_tenant_key', table),
    unique('voicemail_boxes_number_key').on(table.organizationId, table.number),
    tenantReference(
      'voicemail_boxes_pin',
      { organizationId: table.organizationId, column: table.pinSecretId },
      { organizationId: secrets.organizationId, column: secrets.id },
    ),
  ],
);

/**
 * A message somebody left. The sound stays where it was recorded; this is its address and what is known of it. It outlives
 * its box, so the box is named and not referenced.
 */
export const voicemailMessages = voice.table(
  'voicemail_messages',
  {
    id: id(),
    organizationId: organization(),
    box: text('box').notNull(),
    /** Session token and document: the way back from `<Record>` and the recording callback meet here. */
    messageKey: text('message_key').notNull(),
    callToken: text('call_token').notNull(),
    fromNumber: text('from_number').notNull(),
    callerName: text('caller_name'),
    recordingUrl: text('recording_url').notNull(),
    durationSeconds: integer('duration_seconds'),
    receivedAt: instant('received_at').notNull(),
    readAt: instant('read_at'),
    /** Kept so that a late callback does not bring a deleted message back. */
    deletedAt: instant('deleted_at'),
  },
  (table) => [
    tenantKey('voicemail_messages_tenant_key', table),
    unique('voicemail_messages_key').on(table.organizationId, table.messageKey),
    index('voicemail_messages_list')
      .on(table.organizationId, table.box, table.receivedAt, table.id)
      .where(sql`${table.deletedAt} is null`),
  ],
);
