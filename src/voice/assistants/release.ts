import { sql } from 'drizzle-orm';
import { executeKept } from '../../db/execute-kept.ts';
import type { Db } from '../../db/open.ts';
import type { CallRecord } from '../../webhooks/index.ts';

/** A call that no longer needs the places it took before this instant; null: any. */
interface Release {
  readonly organization_id: string;
  readonly call_token: string;
  readonly before: string | null;
}

/**
 * Gives back the places of calls that went on or ended, as a batch of records tells. A document of a call ends the places
 * its earlier documents took; a final session update or a CDR ends them all, also one that came before the place was taken:
 * Cloudonix may tell the end of a call and the end of its last Dial at once. Doing it twice changes nothing.
 */
export async function releaseAssistants(db: Db, records: readonly CallRecord[]): Promise<void> {
  const releases = releasesOf(records);
  if (releases.length === 0) return;
  // Rows of assistants are locked before their slots and in one order, as in `engage`: two of these cannot deadlock.
  await executeKept(
    db,
    sql`
    with ended as (
      select organization_id, call_token, coalesce(before, 'infinity'::timestamptz) as before
      from jsonb_to_recordset(${JSON.stringify(releases)}::jsonb)
        as row (organization_id uuid, call_token text, before timestamptz)),
    over as materialized (
      select slot.organization_id, slot.assistant, slot.call_token from voice.ai_slots as slot
      join ended using (organization_id, call_token)
      where slot.taken_at < ended.before or exists (
        select from voice.calls as call
        where call.organization_id = slot.organization_id and call.token = slot.call_token
          and call.ended_at is not null)),
    locked as materialized (
      select organization_id, assistant from voice.ai_assistant_states
      where (organization_id, assistant) in (select organization_id, assistant from over)
      order by organization_id, assistant for update),
    gone as (
      delete from voice.ai_slots as slot using over join locked using (organization_id, assistant)
      where slot.organization_id = over.organization_id and slot.assistant = over.assistant
        and slot.call_token = over.call_token
      returning slot.organization_id, slot.assistant)
    ${countDown(sql`gone`)}`,
  );
}

/** Gives back places whose call never told its end. How many there were. */
export async function giveUpExpired(db: Db, now: Date, organizationId?: string): Promise<number> {
  const [row] = await executeKept<{ released: number }>(
    db,
    sql`
    with over as materialized (
      select organization_id, assistant, call_token from voice.ai_slots
      where expires_at <= ${now.toISOString()}::timestamptz
        ${organizationId === undefined ? sql`` : sql`and organization_id = ${organizationId}`}),
    locked as materialized (
      select organization_id, assistant from voice.ai_assistant_states
      where (organization_id, assistant) in (select organization_id, assistant from over)
      order by organization_id, assistant for update),
    gone as (
      delete from voice.ai_slots as slot using over join locked using (organization_id, assistant)
      where slot.organization_id = over.organization_id and slot.assistant = over.assistant
        and slot.call_token = over.call_token and slot.expires_at <= ${now.toISOString()}::timestamptz
      returning slot.organization_id, slot.assistant),
    counted as (${countDown(sql`gone`)} returning state.assistant)
    select (select count(*)::int from gone) as released, (select count(*) from counted) as assistants`,
  );
  return row?.released ?? 0;
}

function countDown(gone: ReturnType<typeof sql>) {
  return sql`
    update voice.ai_assistant_states as state set active = greatest(state.active - freed.places, 0)
    from (select organization_id, assistant, count(*)::int as places from ${gone} group by 1, 2) as freed
    where state.organization_id = freed.organization_id and state.assistant = freed.assistant`;
}

/** One line a call: the latest of what its records say. */
function releasesOf(records: readonly CallRecord[]): Release[] {
  const releases = new Map<string, Release>();
  for (const record of records) {
    const { organizationId, callToken } = record;
    const before = endOf(record);
    if (callToken === null || before === undefined) continue;
    const key = `${organizationId} ${callToken}`;
    const known = releases.get(key);
    if (known !== undefined && (known.before === null || (before !== null && before <= known.before))) continue;
    releases.set(key, { organization_id: organizationId, call_token: callToken, before });
  }
  return [...releases.values()];
}

/** Before when a record ends a call's places; null: all of them, undefined: none. */
function endOf(record: CallRecord): string | null | undefined {
  switch (record.kind) {
    case 'voice':
      // The first document can only have taken places, and nothing is on hold for a call that ended with it.
      return record.document === 1 ? undefined : record.at;
    case 'session':
      return record.isFinal && record.conferenceEvent === null ? null : undefined;
    case 'cdr':
      return null;
    default:
      return undefined;
  }
}
