import { sql } from 'drizzle-orm';
import { index, integer, jsonb, text, unique, uuid } from 'drizzle-orm/pg-core';
import { id, instant, tenantKey, tenantReference, updatedAt } from '../columns.ts';
import { organization, ownersOrganization, voice } from './base.ts';

export const callStatus = voice.enum('call_status', [
  'initiated',
  'ringing',
  'answered',
  'completed',
  'busy',
  'no_answer',
  'failed',
  'blocked',
  'cancelled',
]);

/** One row a call: what we know of it now. `token` is the Cloudonix session token. */
export const calls = voice.table(
  'calls',
  {
    id: id(),
    organizationId: organization(),
    token: text('token').notNull(),
    direction: text('direction').notNull(),
    fromNumber: text('from_number').notNull(),
    toNumber: text('to_number').notNull(),
    callerName: text('caller_name'),
    status: callStatus('status').notNull(),
    planVersion: integer('plan_version'),
    trace: jsonb('trace').$type<readonly string[]>().notNull().default([]),
    startedAt: instant('started_at').notNull(),
    answeredAt: instant('answered_at'),
    endedAt: instant('ended_at'),
    billableSeconds: integer('billable_seconds'),
    recordingUrl: text('recording_url'),
    /** The number of ours that was called, E.164. */
    did: text('did'),
    /** The extension that placed the call, or the one that was rung alone last. */
    extension: text('extension'),
    /** Where the call is, or ended: `ring_group:sales`. */
    place: text('place'),
    /** The AI assistant that had the call last. */
    assistant: text('assistant'),
    /** What the columns are made of, such that the order in which happenings arrive does not count. */
    ledger: jsonb('ledger'),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('calls_tenant_key', table),
    unique('calls_token_key').on(table.organizationId, table.token),
    index('calls_list').on(table.organizationId, table.startedAt, table.id),
    // One number's calls, newest first: three walks of an index instead of a look at every call.
    index('calls_from').on(table.organizationId, table.fromNumber, table.startedAt, table.id),
    index('calls_to').on(table.organizationId, table.toNumber, table.startedAt, table.id),
    index('calls_did').on(table.organizationId, table.did, table.startedAt, table.id),
    index('calls_live').on(table.organizationId).where(sql`${table.endedAt} is null`),
  ],
);

/** Everything that happened to a call, in the order it arrived; `event_key` makes a repeat change nothing. */
export const callEvents = voice.table(
  'call_events',
  {
    id: id(),
    organizationId: ownersOrganization(),
    callId: uuid('call_id').notNull(),
    kind: text('kind', { enum: ['voice', 'session', 'cdr', 'recording'] }).notNull(),
    eventKey: text('event_key').notNull(),
    status: text('status'),
    data: jsonb('data').notNull(),
    at: instant('at').notNull(),
  },
  (table) => [
    unique('call_events_key').on(table.organizationId, table.eventKey),
    tenantReference(
      'call_events_call',
      { organizationId: table.organizationId, column: table.callId },
      { organizationId: calls.organizationId, column: calls.id },
      'cascade',
    ),
    index('call_events_of_call').on(table.organizationId, table.callId, table.at),
  ],
);

/** The provider's final word on a call leg. Immutable. */
export const callDetailRecords = voice.table(
  'call_detail_records',
  {
    id: id(),
    organizationId: ownersOrganization(),
    callId: uuid('call_id').notNull(),
    eventKey: text('event_key').notNull(),
    token: text('token').notNull(),
    sipCallId: text('sip_call_id'),
    fromNumber: text('from_number').notNull(),
    toNumber: text('to_number').notNull(),
    disposition: text('disposition').notNull(),
    rawDisposition: text('raw_disposition'),
    durationSeconds: integer('duration_seconds').notNull(),
    billableSeconds: integer('billable_seconds').notNull(),
    startedAt: instant('started_at'),
    answeredAt: instant('answered_at'),
    endedAt: instant('ended_at'),
    recordingUrl: text('recording_url'),
    cost: text('cost'),
    raw: jsonb('raw').notNull(),
    recordedAt: instant('recorded_at').notNull(),
  },
  (table) => [
    unique('call_detail_records_key').on(table.organizationId, table.eventKey),
    tenantReference(
      'call_detail_records_call',
      { organizationId: table.organizationId, column: table.callId },
      { organizationId: calls.organizationId, column: calls.id },
      'cascade',
    ),
    index('call_detail_records_list').on(table.organizationId, table.recordedAt, table.id),
    index('call_detail_records_of_call').on(table.organizationId, table.callId),
    index('call_detail_records_from').on(table.organizationId, table.fromNumber, table.recordedAt),
    index('call_detail_records_to').on(table.organizationId, table.toNumber, table.recordedAt),
    index('call_detail_records_token').on(table.organizationId, table.token),
  ],
);
