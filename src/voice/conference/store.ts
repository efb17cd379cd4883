import { sql } from 'drizzle-orm';
import { uuidv7 } from '../../core/ids.ts';
import type { Db } from '../../db/open.ts';
import {
  type CallRecord,
  type ConferenceChange,
  conferenceChangeOf,
  isSpeechChange,
  type SessionRecord,
  type SpeechChange,
} from '../../webhooks/index.ts';
import { roomOf } from './room.ts';
import { recordSpeech } from './speech.ts';

/**
 * Stores what a batch of records says about who is in a conference room. The end of a call ends its presence and gives its
 * seat back, so a `leave` that never came does no harm. A repeat changes nothing. Runs after the calls are stored.
 */
export async function recordConferences(db: Db, records: readonly CallRecord[]): Promise<void> {
  for (const record of records) {
    if (record.kind !== 'session' || record.conferenceEvent === null) continue;
    const room = roomOf(record);
    const change = conferenceChangeOf(record.conferenceEvent);
    if (room !== undefined && change !== undefined && !isSpeechChange(change)) await store(db, record, room, change);
  }
  await recordSpeech(db, records);
  await leaveWithTheCall(db, records);
}

async function store(
  db: Db,
  record: SessionRecord,
  room: string,
  change: Exclude<ConferenceChange, SpeechChange>,
): Promise<void> {
  const { organizationId, callToken, at } = record;
  const when = sql`${at}::timestamptz`;
  const isHere = sql`organization_id = ${organizationId} and room = ${room} and call_token = ${callToken}
    and left_at is null`;
  switch (change) {
    case 'join':
      await db.execute(sql`
        insert into voice.conference_participants
          (id, organization_id, room, call_token, from_number, joined_at, left_at)
        select ${uuidv7(Date.parse(at))}, ${organizationId}, ${room}, ${callToken}, call.from_number, ${when},
          case when call.ended_at is not null then ${when} end
        from voice.calls as call where call.organization_id = ${organizationId} and call.token = ${callToken}
          and not exists (select from voice.conference_participants where ${isHere})
        on conflict (organization_id, room, call_token, joined_at) do nothing`);
      return;
    case 'leave':
      await db.execute(sql`update voice.conference_participants set left_at = ${when} where ${isHere}`);
      await releaseSeats(db, [{ organization_id: organizationId, call_token: callToken }]);
      return;
    case 'end':
      await db.execute(sql`
        update voice.conference_participants set left_at = ${when}
        where organization_id = ${organizationId} and room = ${room} and left_at is null and joined_at <= ${when}`);
      return;
    case 'mute':
    case 'unmute':
      await db.execute(sql`update voice.conference_participants set is_muted = ${change === 'mute'} where ${isHere}`);
      return;
    case 'hold':
    case 'unhold':
      await db.execute(sql`update voice.conference_participants set is_on_hold = ${change === 'hold'} where ${isHere}`);
      return;
  }
}

async function leaveWithTheCall(db: Db, records: readonly CallRecord[]): Promise<void> {
  const ended = records.flatMap((record) =>
    record.callToken !== null && endsCall(record)
      ? [{ organization_id: record.organizationId, call_token: record.callToken, at: record.at }]
      : [],
  );
  if (ended.length === 0) return;
  await db.execute(sql`
    update voice.conference_participants as participant set left_at = row.at
    from (select organization_id, call_token, min(at) as at
      from jsonb_to_recordset(${JSON.stringify(ended)}::jsonb)
        as told (organization_id uuid, call_token text, at timestamptz) group by 1, 2) as row
    where participant.organization_id = row.organization_id and participant.call_token = row.call_token
      and participant.left_at is null`);
  await releaseSeats(db, ended);
}

function endsCall(record: CallRecord): boolean {
  return record.kind === 'cdr' || (record.kind === 'session' && record.isFinal && record.conferenceEvent === null);
}

/** Rooms are few and a seat is one key of their row, so this looks at the rooms of the organizations concerned. */
async function releaseSeats(
  db: Db,
  calls: readonly { readonly organization_id: string; readonly call_token: string }[],
): Promise<void> {
  await db.execute(sql`
    update voice.conference_seats as seats set tokens = seats.tokens - row.calls
    from (select organization_id, array_agg(call_token) as calls
      from jsonb_to_recordset(${JSON.stringify(calls)}::jsonb) as told (organization_id uuid, call_token text)
      group by 1) as row
    where seats.organization_id = row.organization_id and jsonb_exists_any(seats.tokens, row.calls)`);
}
