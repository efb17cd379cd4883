import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, instant, tenantKey, tenantReference, updatedAt } from '../columns.ts';
import { secrets } from '../platform.ts';
import { active, organization, voice } from './base.ts';

export const conferenceRooms = voice.table(
  'conference_rooms',
  {
    id: id(),
    organizationId: organization(),
    name: text('name').notNull(),
    status: active(),
    pinSecretId: uuid('pin_secret_id'),
    maxParticipants: integer('max_participants').notNull(),
    muteOnEntry: boolean('mute_on_entry').notNull(),
    announceJoinLeave: boolean('announce_join_leave').notNull(),
    hostPinSecretId: uuid('host_pin_secret_id'),
    waitForHost: boolean('wait_for_host').notNull().default(false),
    endWhenHostLeaves: boolean('end_when_host_leaves').notNull().default(false),
    holdMusic: boolean('hold_music').notNull().default(true),
    record: boolean('record').notNull().default(false),
    talkDetection: text('talk_detection'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('conference_rooms_tenant_key', table),
    unique('conference_rooms_name_key').on(table.organizationId, table.name),
    tenantReference(
      'conference_rooms_pin',
      { organizationId: table.organizationId, column: table.pinSecretId },
      { organizationId: secrets.organizationId, column: secrets.id },
    ),
    tenantReference(
      'conference_rooms_host_pin',
      { organizationId: table.organizationId, column: table.hostPinSecretId },
      { organizationId: secrets.organizationId, column: secrets.id },
    ),
  ],
);

/** Who was, or is, in a conference room; `left_at` is null while they are. */
export const conferenceParticipants = voice.table(
  'conference_participants',
  {
    id: id(),
    organizationId: organization(),
    room: text('room').notNull(),
    callToken: text('call_token').notNull(),
    fromNumber: text('from_number').notNull(),
    joinedAt: instant('joined_at').notNull(),
    leftAt: instant('left_at'),
    isMuted: boolean('is_muted').notNull().default(false),
    isOnHold: boolean('is_on_hold').notNull().default(false),
    /** When they last began or ended to speak; what is older changes nothing. */
    speechAt: instant('speech_at'),
    /** Null for the silent. A start is believed until then, so that a stop that never came does no harm. */
    speaksUntil: instant('speaks_until'),
  },
  (table) => [
    tenantKey('conference_participants_tenant_key', table),
    unique('conference_participants_key').on(table.organizationId, table.room, table.callToken, table.joinedAt),
    index('conference_participants_list').on(table.organizationId, table.joinedAt, table.id),
    index('conference_participants_present')
      .on(table.organizationId, table.callToken)
      .where(sql`${table.leftAt} is null`),
  ],
);

/**
 * Seats taken in a conference room: session token to the instant (milliseconds) at which a seat that was never given back
 * is free again. One row a room, so that its lock makes the limit hold over all processes.
 */
export const conferenceSeats = voice.table(
  'conference_seats',
  {
    organizationId: organization(),
    room: text('room').notNull(),
    tokens: jsonb('tokens').notNull().default({}),
  },
  (table) => [primaryKey({ name: 'conference_seats_pkey', columns: [table.organizationId, table.room] })],
);
