import { boolean, doublePrecision, integer, jsonb, text, unique, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, instant, tenantKey, tenantReference, updatedAt } from '../columns.ts';
import { secrets } from '../platform.ts';
import { organization, sms } from './base.ts';

/** A configured modem and what it last said of itself. One process at a time owns it, by a lease. */
export const modems = sms.table(
  'modems',
  {
    id: id(),
    organizationId: organization(),
    name: text('name').notNull(),
    path: text('path').notNull(),
    baudRate: integer('baud_rate').notNull().default(115200),
    /** RTS and CTS are wired. */
    flowControl: boolean('flow_control').notNull().default(false),
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
