import { sql } from 'drizzle-orm';
import { executeKept } from '../../db/execute-kept.ts';
import type { Db } from '../../db/open.ts';
import { type CallRecord, conferenceChangeOf, isSpeechChange, type SessionRecord } from '../../webhooks/index.ts';
import { roomOf } from './room.ts';

/** A start is believed this long: nobody speaks on without a breath, and the stop may be lost. */
const LONGEST_SPEECH_MS = 120_000;

/** Whether a record tells that somebody began or ended to speak: true for a moment only, and of no interest to the call. */
export function isSpeech(record: CallRecord): record is SessionRecord {
  return (
    record.kind === 'session' &&
    record.conferenceEvent !== null &&
    isSpeechChange(conferenceChangeOf(record.conferenceEvent))
  );
}

interface Speech {
  readonly organization_id: string;
  readonly room: string;
  readonly call_token: string;
  /** When it happened, as told, or else when we heard of it. */
  readonly at: string;
  readonly heard_at: string;
  /** Null when it ended. */
  readonly until: string | null;
}

/**
 * Keeps who speaks now. Of a batch only the last word on each participant is written, all in one statement, and nothing
 * but their row: speech comes by the second. What is older than what is known changes nothing, and of two of the same time the
 * silence holds.
 */
export async function recordSpeech(db: Db, records: readonly CallRecord[]): Promise<void> {
  const latest = new Map<string, Speech>();
  for (const record of records) {
    const speech = isSpeech(record) ? speechOf(record) : undefined;
    if (speech === undefined) continue;
    const key = JSON.stringify([speech.organization_id, speech.room, speech.call_token]);
    const known = latest.get(key);
    if (known === undefined || known.at < speech.at || (known.at === speech.at && speech.until === null))
      latest.set(key, speech);
  }
  if (latest.size === 0) return;
  await executeKept(
    db,
    sql`
    update voice.conference_participants as participant set speech_at = row.at, speaks_until = row.until
    from jsonb_to_recordset(${JSON.stringify([...latest.values()])}::jsonb) as row (
      organization_id uuid, room text, call_token text, at timestamptz, heard_at timestamptz, until timestamptz)
    where participant.organization_id = row.organization_id and participant.room = row.room
      and participant.call_token = row.call_token and participant.left_at is null and participant.joined_at <= row.heard_at
      and (participant.speech_at is null or participant.speech_at < row.at
        or (participant.speech_at = row.at and row.until is null))`,
  );
}

function speechOf(record: SessionRecord): Speech | undefined {
  const room = roomOf(record);
  if (room === undefined || record.conferenceEvent === null) return undefined;
  const { organizationId, callToken, at: heardAt, modifiedAt } = record;
  const hasEnded = conferenceChangeOf(record.conferenceEvent) === 'speech-stop';
  return {
    organization_id: organizationId,
    room,
    call_token: callToken,
    // A clock that is ahead must not keep out what follows.
    at: modifiedAt !== null && modifiedAt < heardAt ? modifiedAt : heardAt,
    heard_at: heardAt,
    until: hasEnded ? null : new Date(Date.parse(heardAt) + LONGEST_SPEECH_MS).toISOString(),
  };
}
