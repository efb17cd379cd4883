import { sql } from 'drizzle-orm';
import { executeKept } from '../../db/execute-kept.ts';
import type { Db } from '../../db/open.ts';
import type { EngageQuestion } from '../../routing/index.ts';
import type { Asker } from '../../webhooks/index.ts';
import { WRAP } from '../turns.ts';
import { giveUpExpired } from './release.ts';

interface Engaged extends Record<string, unknown> {
  /** Of the candidates, those that have a row. */
  readonly known: number;
  readonly busy: number;
  readonly place: number | null;
}

/**
 * Takes a place for the call at one of the candidates, or answers -1. One statement: it locks the candidates' rows in one
 * order, so that calls of all processes choose one after the other and a limit truly holds, chooses, and counts.
 */
export async function engage(db: Db, asker: Asker, question: EngageQuestion): Promise<number> {
  const first = await attempt(db, asker, question, false);
  if (first.place !== null) return first.place;
  // A row is made when its assistant gets its first call; places of calls that ended untold are found out about here.
  if (first.known < question.among.length) await makeRows(db, asker.organizationId, question);
  else if (first.busy === 0 || (await giveUpExpired(db, asker.at, asker.organizationId)) === 0) return -1;
  return (await attempt(db, asker, question, true)).place ?? -1;
}

/** The last attempt makes do with the candidates there are; one before leaves all as it is when some have no row yet. */
async function attempt(db: Db, asker: Asker, question: EngageQuestion, isLast: boolean): Promise<Engaged> {
  const { organizationId, callToken } = asker;
  const now = sql`${asker.at.toISOString()}::timestamptz`;
  const { key, choose, among, restSeconds } = question;
  const wanted = JSON.stringify(
    among.map(({ assistant, limit, holdSeconds }, place) => ({ assistant, place, most: limit, hold: holdSeconds })),
  );
  const isComplete = isLast ? sql`true` : sql`(select count(*) from locked) = ${among.length}`;
  const turn = sql`turn as (
    insert into voice.rotation_counters as counter (organization_id, key, value)
    select ${organizationId}::uuid, ${key}, 0 where ${isComplete}
    on conflict (organization_id, key) do update set value = (counter.value + 1) % ${WRAP}
    returning value),`;
  const inTurn = sql`(wanted.place - (select value from turn) % ${among.length} + ${among.length}) % ${among.length}`;
  const order =
    choose === 'in_turn' ? inTurn : choose === 'least_active' ? sql`locked.active, wanted.place` : sql`wanted.place`;
  const statement = sql`
    with wanted as (
      select * from jsonb_to_recordset(${wanted}::jsonb) as row (assistant text, place int, most int, hold int)),
    locked as materialized (
      select assistant, active, rest_until from voice.ai_assistant_states
      where organization_id = ${organizationId} and assistant in (select assistant from wanted)
      order by assistant for update),
    ${choose === 'in_turn' ? turn : sql``}
    chosen as (
      select locked.assistant, wanted.place, wanted.hold from locked join wanted using (assistant)
      where ${isComplete} and (locked.rest_until is null or locked.rest_until <= ${now})
        and (wanted.most is null or locked.active < wanted.most or exists (
          select from voice.ai_slots as own where own.organization_id = ${organizationId}
            and own.call_token = ${callToken} and own.assistant = locked.assistant))
      order by ${order} limit 1),
    taken as (
      insert into voice.ai_slots (organization_id, assistant, call_token, taken_at, expires_at)
      select ${organizationId}::uuid, assistant, ${callToken}, ${now}, ${now} + make_interval(secs => hold) from chosen
      on conflict (organization_id, call_token, assistant)
        do update set taken_at = excluded.taken_at, expires_at = excluded.expires_at
      returning assistant, (xmax = 0)::int as is_new),
    counted as (
      update voice.ai_assistant_states as state set active = state.active + taken.is_new,
        rest_until = case when state.rest_until is null then null
          else ${now} + make_interval(secs => ${restSeconds}) end
      from taken where state.organization_id = ${organizationId} and state.assistant = taken.assistant
      returning state.assistant)
    select (select count(*)::int from locked) as known,
      (select count(*)::int from locked join wanted using (assistant) where locked.active >= wanted.most) as busy,
      (select place from chosen where (select count(*) from counted) > 0) as place`;
  const [row] = await executeKept<Engaged>(db, statement);
  if (row === undefined) throw new Error('an engagement came back without its row');
  return row;
}

/** Rows for assistants that never had a call. */
async function makeRows(db: Db, organizationId: string, { among }: EngageQuestion): Promise<void> {
  const names = JSON.stringify(among.map(({ assistant }) => assistant));
  await db.execute(sql`
    insert into voice.ai_assistant_states (organization_id, assistant)
    select organization_id, name from voice.ai_assistants
    where organization_id = ${organizationId}
      and name in (select jsonb_array_elements_text(${names}::jsonb))
    order by name
    on conflict do nothing`);
}
