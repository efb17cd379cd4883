import { and, asc, eq, sql } from 'drizzle-orm';
import { uuidv7 } from '../../core/ids.ts';
import { findByKeys } from '../../db/at-once.ts';
import { executeKept } from '../../db/execute-kept.ts';
import type { Notification } from '../../db/notify.ts';
import { CHANNEL, type Db } from '../../db/open.ts';
import { blockedCalls, callDetailRecords, callEvents, calls } from '../../db/schema/index.ts';
import type { CallRecord, CdrRecord } from '../../webhooks/index.ts';
import { noteAssistantResults } from '../assistants/health.ts';
import { releaseAssistants } from '../assistants/release.ts';
import { blockedRow } from '../blocking/blocked-row.ts';
import { isSpeech } from '../conference/speech.ts';
import { recordConferences } from '../conference/store.ts';
import { chargeOutbound } from '../outbound-usage.ts';
import { type CallChange, callChanges } from '../rules/call-changes.ts';
import type { CallLedger } from '../rules/call-ledger.ts';
import { type CallAccount, type CallFacts, factsOf, foldCall, NOTHING_HEARD } from '../rules/call-state.ts';
import { withoutSecrets } from '../rules/public-document.ts';
import { recordVoicemail } from '../voicemail/store.ts';
import { recordOf } from './stored-record.ts';

/** The session token of a record; a CDR that came without one gets a name of its own. */
const tokenOf = (record: CallRecord): string => record.callToken ?? `cdr:${record.key}`;
const eventKeyOf = (record: CallRecord): string => `${record.kind}:${record.key}`;
const callKeyOf = (record: CallRecord): string => `${record.organizationId}/${tokenOf(record)}`;

interface OpenCall {
  readonly id: string;
  readonly organizationId: string;
  readonly token: string;
  /** What was known before this batch; undefined when nothing was. */
  readonly before: CallFacts | undefined;
  account: CallAccount;
  changed: boolean;
  /** This transaction will make its row: nothing can be known of it yet. */
  readonly isNew: boolean;
}

/**
 * Stores a batch of what the webhooks saw, read by `parseStorable`: calls, their events, CDRs. One transaction; natural
 * keys make a repeat change nothing, so the journal may hand the same batch in again. Statements are per batch, not per
 * record, and take their rows as one JSON value: that is what keeps the drain ahead of the webhooks. Who speaks in a
 * conference is not kept with the calls: it would be most of what they hold, and is worth nothing a minute later.
 */
export async function recordCalls(db: Db, records: readonly CallRecord[]): Promise<void> {
  const lasting = records.filter((record) => !isSpeech(record));
  while (lasting.length > 0 && !(await recordOnce(db, lasting)));
  // Of their own, because they lock other rows; doing them again changes nothing or next to nothing.
  await releaseAssistants(db, lasting);
  await noteAssistantResults(db, lasting);
  await recordVoicemail(db, lasting);
  await recordConferences(db, records);
  await chargeOutbound(db, lasting);
}

/** False, and nothing done, when another process made a call's row a moment ago: the next try finds it there. */
async function recordOnce(db: Db, records: readonly CallRecord[]): Promise<boolean> {
  try {
    await db.transaction((transaction) => recordIn(transaction as unknown as Db, records));
    return true;
  } catch (error) {
    if (error === MADE_MEANWHILE) return false;
    throw error;
  }
}

const MADE_MEANWHILE = new Error('another process made the row of a call meanwhile');

async function recordIn(transaction: Db, records: readonly CallRecord[]): Promise<void> {
  await findByKeys(transaction);
  const open = await openCalls(transaction, records);
  const repeatable = records.filter((record) => open.get(callKeyOf(record))?.isNew === false);
  const known = await knownEvents(transaction, repeatable);
  const fresh = records.filter((record) => {
    const key = `${record.organizationId}/${eventKeyOf(record)}`;
    return known.has(key) ? false : known.add(key);
  });
  const events = fresh.map((record) => {
    const call = open.get(callKeyOf(record));
    if (call === undefined) throw new Error('a call that was just looked up is gone');
    call.account = foldCall(call.account, record);
    call.changed = true;
    return eventRow(record, call.id);
  });
  const changed = [...open.values()].filter((call) => call.changed).map(settled);
  if (changed.length === 0) return;
  await insertCalls(
    transaction,
    changed.filter(({ isNew }) => isNew),
  );
  const older = changed.filter(({ isNew }) => !isNew);
  if (older.length > 0) await executeKept(transaction, updateCalls(older));
  await executeKept(transaction, insertEvents(events));
  const blocked = fresh.flatMap((record) => blockedRow(record, open.get(callKeyOf(record))?.id ?? '') ?? []);
  if (blocked.length > 0) await transaction.insert(blockedCalls).values(blocked).onConflictDoNothing();
  const cdrs = fresh.filter((record) => record.kind === 'cdr');
  if (cdrs.length > 0) {
    await transaction
      .insert(callDetailRecords)
      .values(cdrs.map((record) => cdrRow(record, open.get(callKeyOf(record))?.id ?? '')))
      .onConflictDoNothing();
  }
  await executeKept(transaction, notifyCalls(changed));
}

interface ChangedCall extends OpenCall {
  readonly facts: CallFacts;
  readonly changes: readonly CallChange[];
}

function settled(call: OpenCall): ChangedCall {
  const facts = factsOf(call.account);
  return { ...call, facts, changes: callChanges(call.before, facts) };
}

/** The calls of the records: those that have a row are locked, in one order so that two drains cannot deadlock. */
async function openCalls(db: Db, records: readonly CallRecord[]): Promise<Map<string, OpenCall>> {
  const first = new Map<string, CallRecord>();
  for (const record of records) if (!first.has(callKeyOf(record))) first.set(callKeyOf(record), record);
  const named = [...first.values()].map((record) => ({ ...record, token: tokenOf(record) }));
  const open = await lockOlderCalls(
    db,
    named.map(({ organizationId, token }) => ({ organization_id: organizationId, token })),
  );
  for (const { organizationId, token, at } of named) {
    const key = `${organizationId}/${token}`;
    if (open.has(key)) continue;
    const id = uuidv7(Date.parse(at));
    open.set(key, {
      id,
      organizationId,
      token,
      before: undefined,
      account: NOTHING_HEARD,
      changed: false,
      isNew: true,
    });
  }
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
        from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as row (organization_id uuid, token text))`,
    )
    .orderBy(asc(calls.organizationId), asc(calls.token))
    .for('update');
  const open = new Map<string, OpenCall>();
  for (const { id, organizationId, token, ledger, trace } of rows) {
    // Rows of the first release have no ledger; what happened on the call is all there to make one of.
    const account =
      ledger === null
        ? (await eventsOf(db, organizationId, id, token)).reduce(foldCall, NOTHING_HEARD)
        : { ledger: ledger as CallLedger, trace };
    const key = `${organizationId}/${token}`;
    open.set(key, { id, organizationId, token, before: factsOf(account), account, changed: false, isNew: false });
  }
  return open;
}

async function eventsOf(db: Db, organizationId: string, callId: string, token: string): Promise<CallRecord[]> {
  const rows = await db
    .select()
    .from(callEvents)
    .where(and(eq(callEvents.organizationId, organizationId), eq(callEvents.callId, callId)));
  return rows.map((row) => recordOf(row, token));
}

async function knownEvents(db: Db, records: readonly CallRecord[]): Promise<Set<string>> {
  if (records.length === 0) return new Set();
  const keys = records.map((record) => ({ organization_id: record.organizationId, event_key: eventKeyOf(record) }));
  const rows = await db
    .select({ organizationId: callEvents.organizationId, eventKey: callEvents.eventKey })
    .from(callEvents)
    .where(
      sql`(${callEvents.organizationId}, ${callEvents.eventKey}) in (select organization_id, event_key
        from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as row (organization_id uuid, event_key text))`,
    );
  return new Set(rows.map((row) => `${row.organizationId}/${row.eventKey}`));
}

function callRow({ id, organizationId, token, account, facts }: ChangedCall) {
  return {
    id,
    organization_id: organizationId,
    token,
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
    did: facts.did,
    extension: facts.extension,
    place: facts.place,
    assistant: facts.assistant,
    ledger: account.ledger,
  };
}

/** The rows of some calls as a source of a statement. */
function callRows(calls: readonly ChangedCall[]) {
  return sql`jsonb_to_recordset(${JSON.stringify(calls.map(callRow))}::jsonb) as row (
      id uuid, organization_id uuid, token text, direction text, from_number text, to_number text, caller_name text,
      status voice.call_status, plan_version int, trace jsonb, started_at timestamptz, answered_at timestamptz,
      ended_at timestamptz, billable_seconds int, recording_url text, did text, extension text, place text, assistant text,
      ledger jsonb)`;
}

/** Rows are made complete: eight indexes are written once. Throws MADE_MEANWHILE when one is there already. */
async function insertCalls(db: Db, made: readonly ChangedCall[]): Promise<void> {
  if (made.length === 0) return;
  const statement = sql`
    insert into voice.calls (
      id, organization_id, token, direction, from_number, to_number, caller_name, status, plan_version, trace, started_at,
      answered_at, ended_at, billable_seconds, recording_url, did, extension, place, assistant, ledger)
    select
      id, organization_id, token, direction, from_number, to_number, caller_name, status, plan_version, trace, started_at,
      answered_at, ended_at, billable_seconds, recording_url, did, extension, place, assistant, ledger
    from ${callRows(made)}
    order by organization_id, token
    on conflict (organization_id, token) do nothing
    returning 1`;
  const inserted = await executeKept(db, statement);
  if (inserted.length < made.length) throw MADE_MEANWHILE;
}

function updateCalls(changed: readonly ChangedCall[]) {
  return sql`
    update voice.calls as call set
      direction = row.direction, from_number = row.from_number, to_number = row.to_number,
      caller_name = row.caller_name, status = row.status, plan_version = row.plan_version, trace = row.trace,
      started_at = row.started_at, answered_at = row.answered_at, ended_at = row.ended_at,
      billable_seconds = row.billable_seconds, recording_url = row.recording_url,
      did = row.did, extension = row.extension, place = row.place, assistant = row.assistant,
      ledger = row.ledger, updated_at = now()
    from ${callRows(changed)}
    where call.organization_id = row.organization_id and call.id = row.id`;
}

function insertEvents(rows: readonly ReturnType<typeof eventRow>[]) {
  return sql`
    insert into voice.call_events (id, organization_id, call_id, kind, event_key, status, data, at)
    select id, organization_id, call_id, kind, event_key, status, data, at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
      id uuid, organization_id uuid, call_id uuid, kind text, event_key text, status text, data jsonb, at timestamptz)
    on conflict (organization_id, event_key) do nothing`;
}

/** A batch that touches more calls of an organization than this says so once, without ids: readers load the list anew. */
const MOST_SINGLE_NOTIFICATIONS = 20;

function notifyCalls(changed: readonly ChangedCall[]) {
  const byOrganization = new Map<string, ChangedCall[]>();
  for (const call of changed) {
    const known = byOrganization.get(call.organizationId);
    if (known === undefined) byOrganization.set(call.organizationId, [call]);
    else known.push(call);
  }
  const notifications = [...byOrganization].flatMap(([organizationId, calls]): Notification[] =>
    calls.length > MOST_SINGLE_NOTIFICATIONS
      ? [{ topic: 'call', organizationId }]
      : calls.map(({ id, changes }) => ({ topic: 'call', organizationId, id, changes })),
  );
  const payloads = notifications.map((notification) => JSON.stringify(notification));
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
    data: 'cxml' in data ? { ...data, cxml: withoutSecrets(data.cxml) } : data,
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
