import { asc, sql } from 'drizzle-orm';
import { uuidv7 } from '../../core/ids.ts';
import { asStored, toJsonb } from '../../db/json.ts';
import { CHANNEL, type Db } from '../../db/open.ts';
import { callDetailRecords, callEvents, calls } from '../../db/schema/index.ts';
import type { CallRecord, CdrRecord } from '../../webhooks/index.ts';
import { type CallFacts, foldCall, unknownCall } from '../rules/call-state.ts';

/** The session token of a record; a CDR that came without one gets a name of its own. */
const tokenOf = (record: CallRecord): string => record.callToken ?? `cdr:${record.key}`;
const eventKeyOf = (record: CallRecord): string => `${record.kind}:${record.key}`;
const callKeyOf = (record: CallRecord): string => `${record.organizationId}/${tokenOf(record)}`;

interface OpenCall {
  readonly id: string;
  readonly organizationId: string;
  facts: CallFacts;
  changed: boolean;
  /** Made by this transaction: nothing can be known of it yet. */
  readonly isNew: boolean;
}

/**
 * Stores a batch of what the webhooks saw: calls, their events, CDRs. One transaction; natural keys make a repeat change
 * nothing, so the journal may hand the same batch in again. Statements are per batch, not per record, and take their rows
 * as one JSON value: that is what keeps the drain ahead of the webhooks.
 */
export async function recordCalls(db: Db, given: readonly CallRecord[]): Promise<void> {
  // Keys must read as the database will store them, or a call would not be found under its own token.
  const records = asStored(given);
  await db.transaction(async (transaction) => {
    const open = await lockCalls(transaction as unknown as Db, records);
    const repeatable = records.filter((record) => open.get(callKeyOf(record))?.isNew === false);
    const known = await knownEvents(transaction as unknown as Db, repeatable);
    const fresh = records.filter((record) => {
      const key = `${record.organizationId}/${eventKeyOf(record)}`;
      return known.has(key) ? false : known.add(key);
    });
    const events = fresh.map((record) => {
      const call = open.get(callKeyOf(record));
      if (call === undefined) throw new Error('a call that was just locked is gone');
      call.facts = foldCall(call.facts, record);
      call.changed = true;
      return eventRow(record, call.id);
    });
    const changed = [...open.values()].filter((call) => call.changed);
    if (changed.length === 0) return;
    await transaction.execute(updateCalls(changed));
    await transaction.execute(insertEvents(events));
    const cdrs = fresh.filter((record) => record.kind === 'cdr');
    if (cdrs.length > 0) {
      await transaction
        .insert(callDetailRecords)
        .values(cdrs.map((record) => cdrRow(record, open.get(callKeyOf(record))?.id ?? '')))
        .onConflictDoNothing();
    }
    await transaction.execute(notifyCalls(changed));
  });
}

/** Makes sure each call has a row, and locks the rows in one order so that two drains cannot deadlock. */
async function lockCalls(db: Db, records: readonly CallRecord[]): Promise<Map<string, OpenCall>> {
  const first = new Map<string, CallRecord>();
  for (const record of records) if (!first.has(callKeyOf(record))) first.set(callKeyOf(record), record);
  const bare = [...first.values()].map((record) => ({
    id: uuidv7(Date.parse(record.at)),
    organization_id: record.organizationId,
    token: tokenOf(record),
    started_at: record.at,
  }));
  const inserted = await db.execute<{ organization_id: string; token: string }>(sql`
    insert into voice.calls (id, organization_id, token, direction, from_number, to_number, status, started_at)
    select id, organization_id, token, 'unknown', '', '', 'initiated', started_at
    from jsonb_to_recordset(${toJsonb(bare)}::jsonb)
      as row (id uuid, organization_id uuid, token text, started_at timestamptz)
    order by organization_id, token
    on conflict (organization_id, token) do nothing
    returning organization_id, token`);
  const isNew = new Set(inserted.map((row) => `${row.organization_id}/${row.token}`));
  const open = new Map<string, OpenCall>();
  for (const { id, organization_id: organizationId, token, started_at } of bare) {
    const key = `${organizationId}/${token}`;
    if (isNew.has(key))
      open.set(key, { id, organizationId, facts: unknownCall(started_at), changed: false, isNew: true });
  }
  const older = bare.filter((row) => !isNew.has(`${row.organization_id}/${row.token}`));
  for (const [key, call] of older.length === 0 ? [] : await lockOlderCalls(db, older)) open.set(key, call);
  return open;
}

async function lockOlderCalls(
  db: Db,
  keys: readonly { readonly organization_id: string; readonly token: string }[],
): Promise<Map<string, OpenCall>> {
  const rows = await db
    .select()
    .from(calls)
    .where(
      sql`(${calls.organizationId}, ${calls.token}) in (select organization_id, token
        from jsonb_to_recordset(${toJsonb(keys)}::jsonb) as row (organization_id uuid, token text))`,
    )
    .orderBy(asc(calls.organizationId), asc(calls.token))
    .for('update');
  return new Map(
    rows.map((row) => {
      const { id, organizationId, fromNumber, toNumber, token } = row;
      const bareCall = unknownCall(row.startedAt.toISOString());
      const facts: CallFacts = {
        ...bareCall,
        direction: row.direction,
        from: fromNumber,
        to: toNumber,
        callerName: row.callerName,
        status: row.status,
        planVersion: row.planVersion,
        trace: row.trace,
        answeredAt: row.answeredAt?.toISOString() ?? null,
        endedAt: row.endedAt?.toISOString() ?? null,
        billableSeconds: row.billableSeconds,
        recordingUrl: row.recordingUrl,
      };
      return [`${organizationId}/${token}`, { id, organizationId, facts, changed: false, isNew: false }];
    }),
  );
}

async function knownEvents(db: Db, records: readonly CallRecord[]): Promise<Set<string>> {
  if (records.length === 0) return new Set();
  const keys = records.map((record) => ({ organization_id: record.organizationId, event_key: eventKeyOf(record) }));
  const rows = await db
    .select({ organizationId: callEvents.organizationId, eventKey: callEvents.eventKey })
    .from(callEvents)
    .where(
      sql`(${callEvents.organizationId}, ${callEvents.eventKey}) in (select organization_id, event_key
        from jsonb_to_recordset(${toJsonb(keys)}::jsonb) as row (organization_id uuid, event_key text))`,
    );
  return new Set(rows.map((row) => `${row.organizationId}/${row.eventKey}`));
}

function updateCalls(changed: readonly OpenCall[]) {
  const rows = changed.map(({ id, organizationId, facts }) => ({
    id,
    organization_id: organizationId,
    direction: facts.direction,
    from_number: facts.from,
    to_number: facts.to,
    caller_name: facts.callerName,
    status: facts.status,
    plan_version: facts.planVersion,
    trace: facts.trace,
    started_at: facts.startedAt,
    answered_at: facts.answeredAt,
    ended_at: facts.endedAt,
    billable_seconds: facts.billableSeconds,
    recording_url: facts.recordingUrl,
  }));
  return sql`
    update voice.calls as call set
      direction = row.direction, from_number = row.from_number, to_number = row.to_number,
      caller_name = row.caller_name, status = row.status, plan_version = row.plan_version, trace = row.trace,
      started_at = row.started_at, answered_at = row.answered_at, ended_at = row.ended_at,
      billable_seconds = row.billable_seconds, recording_url = row.recording_url, updated_at = now()
    from jsonb_to_recordset(${toJsonb(rows)}::jsonb) as row (
      id uuid, organization_id uuid, direction text, from_number text, to_number text, caller_name text,
      status voice.call_status, plan_version int, trace jsonb, started_at timestamptz, answered_at timestamptz,
      ended_at timestamptz, billable_seconds int, recording_url text)
    where call.organization_id = row.organization_id and call.id = row.id`;
}

function insertEvents(rows: readonly ReturnType<typeof eventRow>[]) {
  return sql`
    insert into voice.call_events (id, organization_id, call_id, kind, event_key, status, data, at)
    select id, organization_id, call_id, kind, event_key, status, data, at
    from jsonb_to_recordset(${toJsonb(rows)}::jsonb) as row (
      id uuid, organization_id uuid, call_id uuid, kind text, event_key text, status text, data jsonb, at timestamptz)
    on conflict (organization_id, event_key) do nothing`;
}

/** A batch that touches more calls of an organization than this says so once, without ids: readers load the list anew. */
const MOST_SINGLE_NOTIFICATIONS = 20;

function notifyCalls(changed: readonly OpenCall[]) {
  const ids = new Map<string, string[]>();
  for (const { id, organizationId } of changed) ids.set(organizationId, [...(ids.get(organizationId) ?? []), id]);
  const payloads = [...ids].flatMap(([organizationId, list]) =>
    list.length > MOST_SINGLE_NOTIFICATIONS
      ? [JSON.stringify({ topic: 'call', organizationId })]
      : list.map((id) => JSON.stringify({ topic: 'call', organizationId, id })),
  );
  return sql`select pg_notify(${CHANNEL}, payload) from jsonb_array_elements_text(${JSON.stringify(payloads)}::jsonb) as payload`;
}

function eventRow(record: CallRecord, callId: string) {
  const { kind, key, at, organizationId, callToken, ...data } = record;
  return {
    id: uuidv7(Date.parse(at)),
    organization_id: organizationId,
    call_id: callId,
    kind,
    event_key: eventKeyOf(record),
    status: 'status' in data ? data.status : 'disposition' in data ? data.disposition : null,
    data,
    at,
  };
}

function cdrRow(record: CdrRecord, callId: string): typeof callDetailRecords.$inferInsert {
  const instantOf = (text: string | null) => (text === null ? null : new Date(text));
  return {
    organizationId: record.organizationId,
    callId,
    eventKey: eventKeyOf(record),
    token: tokenOf(record),
    sipCallId: record.callId,
    fromNumber: record.from ?? '',
    toNumber: record.to ?? '',
    disposition: record.disposition,
    rawDisposition: record.rawDisposition,
    durationSeconds: record.durationSeconds ?? 0,
    billableSeconds: record.billedSeconds ?? 0,
    startedAt: instantOf(record.startedAt),
    answeredAt: instantOf(record.answeredAt),
    endedAt: instantOf(record.endedAt),
    recordingUrl: record.recordingUrl,
    cost: record.cost.rated ?? record.cost.approximate,
    raw: record.raw ?? {},
    recordedAt: new Date(record.recordedAt ?? record.at),
  };
}
