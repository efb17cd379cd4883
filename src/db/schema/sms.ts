import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
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
    /** Vendor profile by name; null: chosen by what the modem says of itself. */
    profile: text('profile'),
    /** How the credit of its SIM is asked for and when it is too low. */
    balance: jsonb('balance'),
    status: text('status', { enum: ['active', 'inactive'] })
      .notNull()
      .default('active'),
    /** Country of its SIM, for national spellings; absent: that of the organization. */
    region: text('region'),
    /** Share of new messages among modems that may all take them; 0: only what is sent to it by name or route. */
    weight: integer('weight').notNull().default(1),
    maxPerMinute: integer('max_per_minute'),
    maxPerHour: integer('max_per_hour'),
    maxPerDay: integer('max_per_day'),
    /** Different numbers a day: many networks block SIM cards that write to too many. */
    maxRecipientsPerDay: integer('max_recipients_per_day'),
    /** Up to this long a random pause before each slice. */
    jitterSeconds: integer('jitter_seconds'),
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
    /** Credit as the operator last told it, in the operator's own unit. */
    balance: doublePrecision('balance'),
    balanceAt: instant('balance_at'),
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

const ofModem = (name: string, table: { organizationId: AnyPgColumn; modemId: AnyPgColumn }) =>
  tenantReference(
    name,
    { organizationId: table.organizationId, column: table.modemId },
    { organizationId: modems.organizationId, column: modems.id },
    'cascade',
  );

/** How a modem was, once a minute. */
export const modemSamples = sms.table(
  'modem_samples',
  {
    id: id(),
    organizationId: organization(),
    modemId: uuid('modem_id').notNull(),
    at: instant('at').notNull(),
    state: text('state').notNull(),
    signalDbm: integer('signal_dbm'),
    registration: text('registration'),
    operator: text('operator'),
    temperatureCelsius: doublePrecision('temperature_celsius'),
    voltage: doublePrecision('voltage'),
    storageUsed: integer('storage_used'),
    storageTotal: integer('storage_total'),
    /** Failures since the process began to run it. */
    errors: integer('errors').notNull(),
  },
  (table) => [
    ofModem('modem_samples_modem', table),
    index('modem_samples_by_time').on(table.organizationId, table.modemId, table.at),
  ],
);

/** What happened to a modem, in words: lost, ready, restarted, reset, missed call, broadcast, low balance… */
export const modemEvents = sms.table(
  'modem_events',
  {
    id: id(),
    organizationId: organization(),
    modemId: uuid('modem_id').notNull(),
    at: instant('at').notNull(),
    kind: text('kind').notNull(),
    detail: text('detail').notNull(),
    data: jsonb('data'),
  },
  (table) => [
    ofModem('modem_events_modem', table),
    index('modem_events_by_time').on(table.organizationId, table.modemId, table.at),
  ],
);

export const USSD_STATUSES = ['queued', 'running', 'waiting', 'done', 'failed', 'cancelled'] as const;

/** A dialogue with the network (`*100#`), done by the process that runs the modem. */
export const ussdSessions = sms.table(
  'ussd_sessions',
  {
    id: id(),
    organizationId: organization(),
    modemId: uuid('modem_id').notNull(),
    /** What is to be sent next: the code, then each answer. */
    request: text('request').notNull(),
    purpose: text('purpose', { enum: ['manual', 'balance'] }).notNull(),
    /** `waiting`: the network expects an answer. */
    status: text('status', { enum: USSD_STATUSES }).notNull(),
    /** Everything said so far: `[{from: 'us' | 'network', text, at}]`. */
    exchange: jsonb('exchange').notNull(),
    error: text('error'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
    finishedAt: instant('finished_at'),
  },
  (table) => [
    tenantKey('ussd_sessions_tenant_key', table),
    ofModem('ussd_sessions_modem', table),
    index('ussd_sessions_list').on(table.organizationId, table.modemId, table.createdAt),
    index('ussd_sessions_open').on(table.modemId).where(sql`${table.status} in ('queued', 'running', 'waiting')`),
  ],
);

/** A recording of the line between us and a modem, made on demand by the process that runs it; PINs left out. */
export const modemTraces = sms.table(
  'modem_traces',
  {
    id: id(),
    organizationId: organization(),
    modemId: uuid('modem_id').notNull(),
    seconds: integer('seconds').notNull(),
    status: text('status', { enum: ['queued', 'running', 'done'] }).notNull(),
    transcript: text('transcript').notNull().default(''),
    createdAt: createdAt(),
    finishedAt: instant('finished_at'),
  },
  (table) => [
    tenantKey('modem_traces_tenant_key', table),
    ofModem('modem_traces_modem', table),
    index('modem_traces_open').on(table.modemId).where(sql`${table.status} <> 'done'`),
  ],
);

/** Where messages to numbers with a prefix go; the longest prefix decides. */
export const smsRoutes = sms.table(
  'routes',
  {
    id: id(),
    organizationId: organization(),
    prefix: text('prefix').notNull(),
    /** Names of modems. */
    modems: text('modems').array().notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('routes_tenant_key', table),
    unique('routes_prefix_key').on(table.organizationId, table.prefix),
  ],
);

/** Rules for what is sent: of the whole organization, or of one sender (an API key or a person by name). */
export const smsPolicies = sms.table(
  'policies',
  {
    id: id(),
    organizationId: organization(),
    name: text('name').notNull(),
    /** Name of the API key it holds for. */
    apiKey: text('api_key'),
    /** Callsign or e-mail of the person it holds for; null with `api_key` null: the whole organization. */
    person: text('person'),
    quotaLimit: integer('quota_limit'),
    quotaUnit: text('quota_unit', { enum: ['day', 'week', 'month', 'year'] }),
    restrictToContacts: boolean('restrict_to_contacts').notNull().default(false),
    allowedPrefixes: text('allowed_prefixes').array(),
    encoding: text('encoding', { enum: ['auto', 'gsm7', 'transliterate', 'national', 'ucs2'] }),
    quietFrom: text('quiet_from'),
    quietUntil: text('quiet_until'),
    timezone: text('timezone'),
    unknownSlices: text('unknown_slices', { enum: ['hold', 'resend'] }),
    partialAfterMinutes: integer('partial_after_minutes'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('policies_tenant_key', table),
    unique('policies_name_key').on(table.organizationId, table.name),
    unique('policies_api_key_key').on(table.organizationId, table.apiKey),
    unique('policies_person_key').on(table.organizationId, table.person),
    uniqueIndex('policies_organization_key')
      .on(table.organizationId)
      .where(sql`${table.apiKey} is null and ${table.person} is null`),
  ],
);

/** Parts reserved in a window of a quota. One atomic statement reserves, so that no two processes overdraw it. */
export const quotaUsage = sms.table(
  'quota_usage',
  {
    organizationId: organization(),
    policyId: uuid('policy_id').notNull(),
    /** First day of the window in the owner's zone, with its unit, e.g. `month/2026-11-01`. */
    window: text('window').notNull(),
    used: integer('used').notNull(),
  },
  (table) => [
    primaryKey({ name: 'quota_usage_pkey', columns: [table.organizationId, table.policyId, table.window] }),
    tenantReference(
      'quota_usage_policy',
      { organizationId: table.organizationId, column: table.policyId },
      { organizationId: smsPolicies.organizationId, column: smsPolicies.id },
      'cascade',
    ),
  ],
);

/** Numbers that get no messages: opt-outs, complaints, mistakes. */
export const smsSuppressions = sms.table(
  'suppressions',
  {
    id: id(),
    organizationId: organization(),
    number: text('phone_e164').notNull(),
    reason: text('reason', { enum: ['opt_out', 'complaint', 'manual', 'import'] })
      .notNull()
      .default('manual'),
    note: text('note'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('suppressions_tenant_key', table),
    unique('suppressions_number_key').on(table.organizationId, table.number),
  ],
);

/** One text to many numbers; each gets a message of its own. */
export const broadcasts = sms.table(
  'broadcasts',
  {
    id: id(),
    organizationId: organization(),
    body: text('body').notNull(),
    /** `accepting` while its recipients are read; a broadcast that stays so was interrupted and sends nothing more. */
    status: text('status', { enum: ['accepting', 'accepted', 'interrupted', 'cancelled'] }).notNull(),
    received: integer('received').notNull().default(0),
    accepted: integer('accepted').notNull().default(0),
    /** Numbers that came more than once, and lines that were refused with their reason; the first thousand of each. */
    duplicates: jsonb('duplicates').notNull().default([]),
    duplicateCount: integer('duplicate_count').notNull().default(0),
    refused: jsonb('refused').notNull().default([]),
    refusedCount: integer('refused_count').notNull().default(0),
    options: jsonb('options').notNull().default({}),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('broadcasts_tenant_key', table),
    index('broadcasts_list').on(table.organizationId, table.createdAt, table.id),
  ],
);
