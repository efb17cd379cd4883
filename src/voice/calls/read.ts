import { and, asc, desc, eq, inArray, not, type SQL } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import { encodeCursor } from '../../core/cursor.ts';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { afterCursor, type ListQuery, type Page } from '../../db/resource.ts';
import { callDetailRecords, callEvents, calls } from '../../db/schema/index.ts';
import { within } from '../../db/time-range.ts';
import type { CdrDisposition } from '../../webhooks/index.ts';
import { withoutSecrets } from '../rules/public-document.ts';
import { anyNumberIs, isLive, numberIs, sharedFilters } from './filters.ts';

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
  /** The number of ours that was called. */
  did: z.string().nullable(),
  /** The extension that placed the call, or the one that was rung alone last. */
  extension: z.string().nullable(),
  /** Where the call is, or ended: `ring_group:sales`. */
  place: z.string().nullable(),
  /** The AI assistant that had the call last. */
  assistant: z.string().nullable(),
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
  direction: z.string(),
  did: z.string().nullable(),
  extension: z.string().nullable(),
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
  ...sharedFilters,
  status: z.enum(calls.status.enumValues),
  place: z.string(),
  assistant: z.string().meta({ description: 'The AI assistant that had the call last.' }),
  live: z.enum(['true', 'false'], 'use true or false').meta({ description: 'Calls that go on now, or only others.' }),
};
/** How a leg came out, in our words; the record keeps the provider's beside it. */
const DISPOSITIONS = [
  'answered',
  'no-answer',
  'busy',
  'canceled',
  'failed',
] as const satisfies readonly CdrDisposition[];

export const cdrFilters = {
  ...sharedFilters,
  disposition: z.enum(DISPOSITIONS, `use ${DISPOSITIONS.join(', ')}`),
  token: z.string(),
};

type Filter = Readonly<Record<string, string>>;
type CallDto = z.output<typeof callSchema>;
export type CdrDto = z.output<typeof cdrSchema>;

/** A page of the organization's calls, newest first. Walks the index calls_list, or those of the numbers. */
export async function listCalls(context: Context, query: ListQuery): Promise<Page<CallDto>> {
  context.require('voice.call.read');
  const limit = query.limit ?? 100;
  const { number, ...others } = query.filter ?? {};
  const cursor = afterCursor(query.cursor, calls.startedAt, calls.id, true);
  const newest = (condition: SQL | undefined) =>
    context.db
      .select({ id: calls.id })
      .from(calls)
      .where(and(callsThat(context, others), cursor, condition))
      .orderBy(desc(calls.startedAt), desc(calls.id))
      .limit(limit + 1);
  const rows = await context.db
    .select()
    .from(calls)
    .where(
      number === undefined
        ? and(callsThat(context, others), cursor)
        : and(
            eq(calls.organizationId, context.organizationId),
            // The newest by each side, each a walk of its index (calls_from, calls_to, calls_did): an `or` would sort them all.
            inArray(
              calls.id,
              unionAll(
                newest(numberIs(calls.fromNumber, number)),
                newest(numberIs(calls.toNumber, number)),
                newest(numberIs(calls.did, number)),
              ),
            ),
          ),
    )
    .orderBy(desc(calls.startedAt), desc(calls.id))
    .limit(limit + 1);
  const items = rows.slice(0, limit).map(toCall);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, nextCursor: more ? encodeCursor({ value: last.startedAt, id: last.id }) : null };
}

/** The condition of some filters on the context's calls. */
export function callsThat(context: Context, filter: Filter): SQL | undefined {
  const live = filter.live === undefined ? undefined : isLive(calls.endedAt, calls.startedAt, context.clock.now());
  return and(
    eq(calls.organizationId, context.organizationId),
    filter.status === undefined ? undefined : eq(calls.status, filter.status as CallDto['status']),
    filter.direction === undefined ? undefined : eq(calls.direction, filter.direction),
    filter.extension === undefined ? undefined : eq(calls.extension, filter.extension),
    filter.place === undefined ? undefined : eq(calls.place, filter.place),
    filter.assistant === undefined ? undefined : eq(calls.assistant, filter.assistant),
    numberIs(calls.fromNumber, filter.from),
    numberIs(calls.toNumber, filter.to),
    anyNumberIs([calls.fromNumber, calls.toNumber, calls.did], filter.number),
    within(calls.startedAt, context.organizationId, filter),
    live === undefined || filter.live === 'true' ? live : not(live),
  );
}

/** One call by its id, as lists show it; undefined when there is none. */
export async function findCall(context: Context, id: string): Promise<CallDto | undefined> {
  context.require('voice.call.read');
  const [row] = await context.db
    .select()
    .from(calls)
    .where(and(eq(calls.organizationId, context.organizationId), eq(calls.id, id)));
  return row === undefined ? undefined : toCall(row);
}

/** One call's row by id or by its session token. Throws `call.missing`. */
export async function findCallRow(context: Context, idOrToken: string): Promise<typeof calls.$inferSelect> {
  context.require('voice.call.read');
  const column = isUuid(idOrToken) ? calls.id : calls.token;
  const [row] = await context.db
    .select()
    .from(calls)
    .where(and(eq(calls.organizationId, context.organizationId), eq(column, idOrToken)));
  if (row === undefined) throw missing('call', idOrToken);
  return row;
}

/** One call by id or by its session token, with its events. */
export async function getCall(context: Context, idOrToken: string): Promise<z.output<typeof callDetailSchema>> {
  const row = await findCallRow(context, idOrToken);
  const events = await context.db
    .select()
    .from(callEvents)
    .where(and(eq(callEvents.organizationId, context.organizationId), eq(callEvents.callId, row.id)))
    .orderBy(asc(callEvents.at), asc(callEvents.id));
  return {
    ...toCall(row),
    events: events.map(({ kind, status, at, data }) => ({ kind, status, at: at.toISOString(), data: shown(data) })),
  };
}

/** A page of the organization's CDRs, newest first. Walks the index (organization, recorded_at, id). */
export async function listCdrs(context: Context, query: ListQuery): Promise<Page<CdrDto>> {
  context.require('voice.cdr.read');
  const limit = query.limit ?? 100;
  const table = callDetailRecords;
  const { number, ...others } = query.filter ?? {};
  const cursor = afterCursor(query.cursor, table.recordedAt, table.id, true);
  const newest = (condition: SQL | undefined) =>
    context.db
      .select({ id: table.id })
      .from(table)
      .innerJoin(calls, ofItsCall())
      .where(and(cdrsThat(context, others), cursor, condition))
      .orderBy(desc(table.recordedAt), desc(table.id))
      .limit(limit + 1);
  const rows = await selectCdrs(context)
    .where(
      number === undefined
        ? and(cdrsThat(context, others), cursor)
        : and(
            eq(table.organizationId, context.organizationId),
            // As with calls: call_detail_records_from and call_detail_records_to.
            inArray(
              table.id,
              unionAll(newest(numberIs(table.fromNumber, number)), newest(numberIs(table.toNumber, number))),
            ),
          ),
    )
    .orderBy(desc(callDetailRecords.recordedAt), desc(callDetailRecords.id))
    .limit(limit + 1);
  const items = rows.slice(0, limit).map(toCdr);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, nextCursor: more ? encodeCursor({ value: last.recordedAt, id: last.id }) : null };
}

/** CDRs with what only their call knows. */
function selectCdrs(context: Context) {
  return context.db
    .select({ cdr: callDetailRecords, direction: calls.direction, did: calls.did, extension: calls.extension })
    .from(callDetailRecords)
    .innerJoin(calls, ofItsCall());
}

function ofItsCall(): SQL | undefined {
  return and(eq(calls.organizationId, callDetailRecords.organizationId), eq(calls.id, callDetailRecords.callId));
}

function cdrsThat(context: Context, filter: Filter): SQL | undefined {
  const table = callDetailRecords;
  return and(
    eq(table.organizationId, context.organizationId),
    filter.disposition === undefined ? undefined : eq(table.disposition, filter.disposition),
    filter.token === undefined ? undefined : eq(table.token, filter.token),
    filter.direction === undefined ? undefined : eq(calls.direction, filter.direction),
    filter.extension === undefined ? undefined : eq(calls.extension, filter.extension),
    numberIs(table.fromNumber, filter.from),
    numberIs(table.toNumber, filter.to),
    anyNumberIs([table.fromNumber, table.toNumber], filter.number),
    within(table.recordedAt, context.organizationId, filter),
  );
}

/** One CDR by id. */
export async function getCdr(context: Context, id: string): Promise<CdrDto> {
  context.require('voice.cdr.read');
  if (!isUuid(id)) throw missing('CDR', id);
  const { organizationId, id: idColumn } = callDetailRecords;
  const [row] = await selectCdrs(context).where(and(eq(organizationId, context.organizationId), eq(idColumn, id)));
  if (row === undefined) throw missing('CDR', id);
  return toCdr(row);
}

/** What happened, without what opens a door: documents of the first release still hold it. */
function shown(data: unknown): unknown {
  if (typeof data !== 'object' || data === null || !('cxml' in data) || typeof data.cxml !== 'string') return data;
  return { ...data, cxml: withoutSecrets(data.cxml) };
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
    did: row.did,
    extension: row.extension,
    place: row.place,
    assistant: row.assistant,
    trace: [...row.trace],
  };
}

interface CdrRow extends Pick<typeof calls.$inferSelect, 'direction' | 'did' | 'extension'> {
  readonly cdr: typeof callDetailRecords.$inferSelect;
}

function toCdr({ cdr: row, direction, did, extension }: CdrRow): CdrDto {
  return {
    id: row.id,
    callId: row.callId,
    token: row.token,
    sipCallId: row.sipCallId,
    direction,
    did,
    extension,
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
