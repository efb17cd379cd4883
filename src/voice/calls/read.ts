import { and, asc, desc, eq, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import { encodeCursor } from '../../core/cursor.ts';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { afterCursor, type ListQuery, type Page } from '../../db/resource.ts';
import { callDetailRecords, callEvents, calls } from '../../db/schema/index.ts';

const instant = z.iso.datetime().nullable();

/** A call as lists show it. */
export const callSchema = z.object({
  id: z.uuid(),
  token: z.string(),
  direction: z.string(),
  from: z.string(),
  to: z.string(),
  callerName: z.string().nullable(),
  status: z.enum(calls.status.enumValues),
  startedAt: z.iso.datetime(),
  answeredAt: instant,
  endedAt: instant,
  billableSeconds: z.int().nullable(),
  recordingUrl: z.string().nullable(),
  planVersion: z.int().nullable(),
  /** Why the call went where it went, one sentence a step. */
  trace: z.array(z.string()),
});

/** A call with everything that happened on it, in order. */
export const callDetailSchema = callSchema.extend({
  events: z.array(
    z.object({
      kind: z.enum(callEvents.kind.enumValues),
      status: z.string().nullable(),
      at: z.iso.datetime(),
      data: z.unknown(),
    }),
  ),
});

/** A CDR: the provider's final word on one leg of a call. */
export const cdrSchema = z.object({
  id: z.uuid(),
  callId: z.uuid(),
  token: z.string(),
  sipCallId: z.string().nullable(),
  from: z.string(),
  to: z.string(),
  disposition: z.string(),
  rawDisposition: z.string().nullable(),
  durationSeconds: z.int(),
  billableSeconds: z.int(),
  startedAt: instant,
  answeredAt: instant,
  endedAt: instant,
  recordingUrl: z.string().nullable(),
  cost: z.string().nullable(),
  recordedAt: z.iso.datetime(),
});

export const callFilters = {
  status: z.enum(calls.status.enumValues),
  direction: z.string(),
  from: z.string(),
  to: z.string(),
};
export const cdrFilters = { disposition: z.string(), token: z.string(), from: z.string(), to: z.string() };

type CallDto = z.output<typeof callSchema>;

/** A page of the organization's calls, newest first. Walks the index (organization, started_at, id). */
export async function listCalls(context: Context, query: ListQuery): Promise<Page<CallDto>> {
  context.require('voice.call.read');
  const filter = query.filter ?? {};
  const conditions: (SQL | undefined)[] = [
    eq(calls.organizationId, context.organizationId),
    filter.status === undefined ? undefined : eq(calls.status, filter.status as CallDto['status']),
    filter.direction === undefined ? undefined : eq(calls.direction, filter.direction),
    filter.from === undefined ? undefined : eq(calls.fromNumber, filter.from),
    filter.to === undefined ? undefined : eq(calls.toNumber, filter.to),
    afterCursor(query.cursor, calls.startedAt, calls.id, true),
  ];
  const limit = query.limit ?? 100;
  const rows = await context.db
    .select()
    .from(calls)
    .where(and(...conditions))
    .orderBy(desc(calls.startedAt), desc(calls.id))
    .limit(limit + 1);
  const items = rows.slice(0, limit).map(toCall);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, nextCursor: more ? encodeCursor({ value: last.startedAt, id: last.id }) : null };
}

/** One call by id or by its session token, with its events. */
export async function getCall(context: Context, idOrToken: string): Promise<z.output<typeof callDetailSchema>> {
  context.require('voice.call.read');
  const column = isUuid(idOrToken) ? calls.id : calls.token;
  const [row] = await context.db
    .select()
    .from(calls)
    .where(and(eq(calls.organizationId, context.organizationId), eq(column, idOrToken)));
  if (row === undefined) throw missing('call', idOrToken);
  const events = await context.db
    .select()
    .from(callEvents)
    .where(and(eq(callEvents.organizationId, context.organizationId), eq(callEvents.callId, row.id)))
    .orderBy(asc(callEvents.at), asc(callEvents.id));
  return {
    ...toCall(row),
    events: events.map(({ kind, status, at, data }) => ({ kind, status, at: at.toISOString(), data })),
  };
}

/** A page of the organization's CDRs, newest first. Walks the index (organization, recorded_at, id). */
export async function listCdrs(context: Context, query: ListQuery): Promise<Page<z.output<typeof cdrSchema>>> {
  context.require('voice.cdr.read');
  const filter = query.filter ?? {};
  const table = callDetailRecords;
  const limit = query.limit ?? 100;
  const rows = await context.db
    .select()
    .from(table)
    .where(
      and(
        eq(table.organizationId, context.organizationId),
        filter.disposition === undefined ? undefined : eq(table.disposition, filter.disposition),
        filter.token === undefined ? undefined : eq(table.token, filter.token),
        filter.from === undefined ? undefined : eq(table.fromNumber, filter.from),
        filter.to === undefined ? undefined : eq(table.toNumber, filter.to),
        afterCursor(query.cursor, table.recordedAt, table.id, true),
      ),
    )
    .orderBy(desc(table.recordedAt), desc(table.id))
    .limit(limit + 1);
  const items = rows.slice(0, limit).map(toCdr);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, nextCursor: more ? encodeCursor({ value: last.recordedAt, id: last.id }) : null };
}

/** One CDR by id. */
export async function getCdr(context: Context, id: string): Promise<z.output<typeof cdrSchema>> {
  context.require('voice.cdr.read');
  if (!isUuid(id)) throw missing('CDR', id);
  const [row] = await context.db
    .select()
    .from(callDetailRecords)
    .where(and(eq(callDetailRecords.organizationId, context.organizationId), eq(callDetailRecords.id, id)));
  if (row === undefined) throw missing('CDR', id);
  return toCdr(row);
}

function toCall(row: typeof calls.$inferSelect): CallDto {
  return {
    id: row.id,
    token: row.token,
    direction: row.direction,
    from: row.fromNumber,
    to: row.toNumber,
    callerName: row.callerName,
    status: row.status,
    startedAt: row.startedAt.toISOString(),
    answeredAt: row.answeredAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    billableSeconds: row.billableSeconds,
    recordingUrl: row.recordingUrl,
    planVersion: row.planVersion,
    trace: [...row.trace],
  };
}

function toCdr(row: typeof callDetailRecords.$inferSelect): z.output<typeof cdrSchema> {
  return {
    id: row.id,
    callId: row.callId,
    token: row.token,
    sipCallId: row.sipCallId,
    from: row.fromNumber,
    to: row.toNumber,
    disposition: row.disposition,
    rawDisposition: row.rawDisposition,
    durationSeconds: row.durationSeconds,
    billableSeconds: row.billableSeconds,
    startedAt: row.startedAt?.toISOString() ?? null,
    answeredAt: row.answeredAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    recordingUrl: row.recordingUrl,
    cost: row.cost,
    recordedAt: row.recordedAt.toISOString(),
  };
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

function missing(noun: string, id: string): AppError {
  return new AppError({
    code: `${noun.toLowerCase()}.missing`,
    kind: 'missing',
    detail: `There is no ${noun} ${id} in this organization.`,
  });
}
