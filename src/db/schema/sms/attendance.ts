import { sql } from 'drizzle-orm';
import { type AnyPgColumn, doublePrecision, index, integer, jsonb, text, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, instant, tenantKey, tenantReference, updatedAt } from '../columns.ts';
import { organization, sms } from './base.ts';
import { modems } from './modems.ts';

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
