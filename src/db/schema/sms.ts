import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, jsonb, pgSchema, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, instant, tenant, tenantKey, tenantReference, updatedAt } from './columns.ts';
import { organizations } from './identity.ts';
import { secrets } from './platform.ts';

export const sms = pgSchema('sms');

const organization = () => tenant().references(() => organizations.id, { onDelete: 'cascade' });

/** A configured modem and what it last said of itself. One process at a time owns it, by a lease. */
export const modems = sms.table(
  'modems',
  {
    id: id(),
    organizationId: organization(),
    name: text('name').notNull(),
    path: text('path').notNull(),
    baudRate: integer('baud_rate').notNull().default(115200),
    pinSecretId: uuid('pin_secret_id'),
    status: text('status', { enum: ['active', 'inactive'] })
      .notNull()
      .default('active'),
    snapshot: jsonb('snapshot'),
    ownerId: text('owner_id'),
    ownerLeaseUntil: instant('owner_lease_until'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('modems_tenant_key', table),
    unique('modems_name_key').on(table.organizationId, table.name),
    tenantReference(
      'modems_pin',
      { organizationId: table.organizationId, column: table.pinSecretId },
      { organizationId: secrets.organizationId, column: secrets.id },
    ),
  ],
);

export const simCards = sms.table(
  'sim_cards',
  {
    id: id(),
    organizationId: organization(),
    imsi: text('imsi').notNull(),
    iccid: text('iccid'),
    number: text('phone_e164'),
    operator: text('operator'),
    /** The modem it was last seen in; history outlives a modem, so there is no foreign key to it. */
    modemId: uuid('modem_id'),
    firstSeenAt: instant('first_seen_at').notNull(),
    lastSeenAt: instant('last_seen_at').notNull(),
  },
  (table) => [
    tenantKey('sim_cards_tenant_key', table),
    unique('sim_cards_imsi_key').on(table.organizationId, table.imsi),
  ],
);

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
    dueAt: instant('due_at').notNull(),
    concatReference: integer('concat_reference'),
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
    check('messages_part_count', sql`${table.partCount} between 1 and 255`),
  ],
);

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
    // The outbox's claim: due slices of one organization, oldest first.
    index('message_parts_due')
      .on(table.organizationId, table.dueAt, table.id)
      .where(sql`${table.status} = 'queued' and ${table.direction} = 'outbound'`),
    // What is or was in the air without a certain end.
    index('message_parts_unsettled')
      .on(table.organizationId, table.modemId)
      .where(sql`${table.status} in ('submitting', 'unknown')`),
    // A delivery report looks for its slice by modem and TP-MR.
    index('message_parts_reference').on(table.organizationId, table.modemId, table.reference, table.submittedAt),
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

export const deliveryReports = sms.table(
  'delivery_reports',
  {
    id: id(),
    organizationId: organization(),
    modemId: uuid('modem_id').notNull(),
    /** Null while no slice matches: the report may come before the +CMGS line of its slice. */
    partId: uuid('part_id'),
    reference: integer('reference').notNull(),
    recipient: text('recipient').notNull(),
    status: integer('status').notNull(),
    outcome: text('outcome', { enum: ['delivered', 'pending', 'failed'] }).notNull(),
    serviceCentreTime: text('service_centre_time'),
    dischargeTime: text('discharge_time'),
    pdu: text('pdu').notNull(),
    receivedAt: instant('received_at').notNull(),
  },
  (table) => [
    unique('delivery_reports_key').on(table.organizationId, table.modemId, table.pdu),
    tenantReference(
      'delivery_reports_part',
      { organizationId: table.organizationId, column: table.partId },
      { organizationId: messageParts.organizationId, column: messageParts.id },
      'cascade',
    ),
    index('delivery_reports_orphans')
      .on(table.organizationId, table.modemId, table.reference)
      .where(sql`${table.partId} is null`),
  ],
);
