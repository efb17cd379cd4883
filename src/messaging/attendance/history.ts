import { and, asc, desc, eq, gte } from 'drizzle-orm';
import { z } from 'zod';
import { encodeCursor } from '../../core/cursor.ts';
import type { Context } from '../../db/context.ts';
import { afterCursor } from '../../db/resource.ts';
import { modemEvents, modemSamples } from '../../db/schema/index.ts';
import { findModem } from '../modems/find-modem.ts';

export const modemEventSchema = z.object({
  id: z.uuid(),
  at: z.iso.datetime(),
  kind: z.string().meta({ description: 'ready, lost, restarted, reset, missed-call, broadcast, balance-low…' }),
  detail: z.string(),
  data: z.record(z.string(), z.unknown()).nullable(),
});

export const modemSampleSchema = z.object({
  at: z.iso.datetime(),
  state: z.string(),
  signal: z.int().nullable().meta({ description: 'dBm' }),
  registration: z.string().nullable(),
  operator: z.string().nullable(),
  temperature: z.number().nullable().meta({ description: 'degrees Celsius' }),
  voltage: z.number().nullable(),
  storageUsed: z.int().nullable(),
  storageTotal: z.int().nullable(),
  errors: z.int().meta({ description: 'Failures since the process began to run the modem.' }),
});

export const eventQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().optional(),
});

export const sampleQuerySchema = z.object({
  hours: z.coerce.number().min(0.01).max(720).default(24),
});

/** A page of what happened to a modem, newest first. Needs `sms.modem.read`. Walks modem_events_by_time. */
export async function listModemEvents(context: Context, modem: string, query: z.output<typeof eventQuerySchema>) {
  context.require('sms.modem.read');
  const { id } = await findModem(context, modem);
  const rows = await context.db
    .select()
    .from(modemEvents)
    .where(
      and(
        eq(modemEvents.organizationId, context.organizationId),
        eq(modemEvents.modemId, id),
        afterCursor(query.cursor, modemEvents.at, modemEvents.id, true),
      ),
    )
    .orderBy(desc(modemEvents.at), desc(modemEvents.id))
    .limit(query.limit + 1);
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return {
    items: page.map((row) => ({
      id: row.id,
      at: row.at.toISOString(),
      kind: row.kind,
      detail: row.detail,
      data: row.data as Record<string, unknown> | null,
    })),
    nextCursor:
      rows.length > query.limit && last !== undefined
        ? encodeCursor({ value: last.at.toISOString(), id: last.id })
        : null,
  };
}

/** How a modem was in the last hours, oldest first. Needs `sms.modem.read`. Walks modem_samples_by_time. */
export async function listModemSamples(context: Context, modem: string, { hours }: z.output<typeof sampleQuerySchema>) {
  context.require('sms.modem.read');
  const { id } = await findModem(context, modem);
  const since = new Date(context.clock.now().getTime() - hours * 3_600_000);
  const rows = await context.db
    .select()
    .from(modemSamples)
    .where(
      and(
        eq(modemSamples.organizationId, context.organizationId),
        eq(modemSamples.modemId, id),
        gte(modemSamples.at, since),
      ),
    )
    .orderBy(asc(modemSamples.at));
  return {
    items: rows.map((row) => ({
      at: row.at.toISOString(),
      state: row.state,
      signal: row.signalDbm,
      registration: row.registration,
      operator: row.operator,
      temperature: row.temperatureCelsius,
      voltage: row.voltage,
      storageUsed: row.storageUsed,
      storageTotal: row.storageTotal,
      errors: row.errors,
    })),
  };
}
