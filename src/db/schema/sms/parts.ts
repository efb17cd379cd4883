import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, smallint, text, unique, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, instant, tenantKey, tenantReference } from '../columns.ts';
import { organization, sms } from './base.ts';
import { messageDirection, messageStatus, messages } from './messages.ts';

/**
 * Slices. Outbound: one row a SUBMIT, made with its message; inbound: one row a DELIVER, committed before it leaves the
 * SIM and joined to a message when the set is complete (`message_id` is null until then).
 */
export const messageParts = sms.table(
  'message_parts',
  {
    id: id(),
    organizationId: organization(),
    messageId: uuid('message_id'),
    modemId: uuid('modem_id'),
    direction: messageDirection('direction').notNull(),
    sequence: integer('sequence').notNull(),
    total: integer('total').notNull(),
    pdu: text('pdu').notNull(),
    tpduLength: integer('tpdu_length').notNull(),
    status: messageStatus('status').notNull(),
    /** TP-MR the modem returned for this slice. */
    reference: integer('reference'),
    attempts: integer('attempts').notNull().default(0),
    dueAt: instant('due_at').notNull(),
    submittedAt: instant('submitted_at'),
    sentAt: instant('sent_at'),
    deliveredAt: instant('delivered_at'),
    error: text('error'),
    /** Which run of which process is putting it on the air; another run finding it `submitting` calls it unknown. */
    submittedBy: text('submitted_by'),
    /** Not given to a modem after this: the message's validity, or the patience with an unsettled slice before it. */
    expiresAt: instant('expires_at'),
    /** Place of its priority in MESSAGE_PRIORITIES. */
    lane: smallint('lane').notNull().default(1),
    /** Modems that may take it while none has; null: any. */
    candidateModemIds: uuid('candidate_modem_ids').array(),
    /** When the doubt about an unknown slice ends without news: then the organization's policy decides. */
    settleAt: instant('settle_at'),
    peer: text('peer').notNull(),
    /** What slices of one inbound text have in common: sender as it came, reference, width, total. */
    setKey: text('set_key'),
    /** The set an inbound slice was put into; becomes the id of its message. */
    setId: uuid('set_id'),
    serviceCentreTime: text('service_centre_time'),
    /** Digest of (modem, PDU) of an inbound slice: a repeat after a crash between commit and delete changes nothing. */
    inboundKey: text('inbound_key'),
    receivedAt: instant('received_at'),
    createdAt: createdAt(),
  },
  (table) => [
    tenantKey('message_parts_tenant_key', table),
    unique('message_parts_inbound_key').on(table.organizationId, table.inboundKey),
    unique('message_parts_sequence_key').on(table.messageId, table.sequence),
    tenantReference(
      'message_parts_message',
      { organizationId: table.organizationId, column: table.messageId },
      { organizationId: messages.organizationId, column: messages.id },
      'cascade',
    ),
    // The outbox's claim: due slices that one modem, or any, may take, lane by lane, oldest first.
    index('message_parts_lanes')
      .on(table.organizationId, table.modemId, table.lane, table.dueAt, table.id)
      .where(sql`${table.status} = 'queued' and ${table.direction} = 'outbound'`),
    // What a SIM card has sent lately: its budget.
    index('message_parts_submitted')
      .on(table.organizationId, table.modemId, table.submittedAt)
      .where(sql`${table.submittedAt} is not null`),
    // Doubts whose time is up.
    index('message_parts_settling')
      .on(table.settleAt)
      .where(sql`${table.status} = 'unknown' and ${table.settleAt} is not null`),
    // What is or was in the air without a certain end.
    index('message_parts_unsettled')
      .on(table.organizationId, table.modemId)
      .where(sql`${table.status} in ('submitting', 'unknown')`),
    // A delivery report looks for its slice by modem and TP-MR.
    index('message_parts_reference')
      .on(table.organizationId, table.modemId, table.reference, table.submittedAt)
      .where(sql`${table.reference} is not null`),
    // The sets an arriving slice may belong to, and its repeats.
    index('message_parts_sets')
      .on(table.organizationId, table.modemId, table.setKey, table.receivedAt)
      .where(sql`${table.setKey} is not null`),
    // Sets that wait for their missing slices.
    index('message_parts_waiting')
      .on(table.organizationId, table.receivedAt)
      .where(sql`${table.setId} is not null and ${table.messageId} is null`),
    // Queued slices whose time may run out.
    index('message_parts_expiring')
      .on(table.organizationId, table.expiresAt)
      .where(sql`${table.status} = 'queued' and ${table.expiresAt} is not null`),
  ],
);

/** The last concatenation reference used towards a peer; rolls on so that two long texts never mix. */
export const concatReferences = sms.table(
  'concat_references',
  {
    organizationId: organization(),
    peer: text('peer').notNull(),
    last: integer('last').notNull(),
  },
  (table) => [primaryKey({ name: 'concat_references_pkey', columns: [table.organizationId, table.peer] })],
);
