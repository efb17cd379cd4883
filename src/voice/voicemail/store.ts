import { sql } from 'drizzle-orm';
import { uuidv7 } from '../../core/ids.ts';
import type { Db } from '../../db/open.ts';
import type { CallRecord } from '../../webhooks/index.ts';

/** A message as the way back from `<Record>`, or the callback about its recording, tells of it. */
interface LeftMessage {
  readonly id: string;
  readonly organization_id: string;
  readonly box: string;
  readonly message_key: string;
  readonly call_token: string;
  readonly recording_url: string;
  readonly duration_seconds: number | null;
  readonly received_at: string;
}

/** What an owner did with a message while hearing it. */
interface MessageChange {
  readonly organization_id: string;
  readonly id: string;
  readonly action: 'read' | 'delete';
  readonly at: string;
}

/**
 * Stores what a batch of records says about voicemail. Both tellers of a message make one row, whichever comes first, and
 * a repeat changes nothing; a message that was deleted stays deleted. Runs after the calls of the batch are stored.
 */
export async function recordVoicemail(db: Db, records: readonly CallRecord[]): Promise<void> {
  const left = leftMessages(records);
  if (left.length > 0) {
    await db.execute(sql`
      insert into voice.voicemail_messages as known (id, organization_id, box, message_key, call_token, from_number,
        caller_name, recording_url, duration_seconds, received_at)
      select row.id, row.organization_id, row.box, row.message_key, row.call_token, coalesce(call.from_number, ''),
        call.caller_name, row.recording_url, row.duration_seconds, row.received_at
      from jsonb_to_recordset(${JSON.stringify(left)}::jsonb) as row (id uuid, organization_id uuid, box text,
        message_key text, call_token text, recording_url text, duration_seconds int, received_at timestamptz)
      left join voice.calls as call on call.organization_id = row.organization_id and call.token = row.call_token
      on conflict (organization_id, message_key) do update set
        duration_seconds = coalesce(known.duration_seconds, excluded.duration_seconds),
        from_number = case known.from_number when '' then excluded.from_number else known.from_number end,
        caller_name = coalesce(known.caller_name, excluded.caller_name)`);
  }
  const changes = messageChanges(records);
  if (changes.length > 0) {
    await db.execute(sql`
      update voice.voicemail_messages as message set
        read_at = coalesce(message.read_at, row.at),
        deleted_at = coalesce(message.deleted_at, case row.action when 'delete' then row.at end)
      from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb)
        as row (organization_id uuid, id uuid, action text, at timestamptz)
      where message.organization_id = row.organization_id and message.id = row.id`);
  }
}

function leftMessages(records: readonly CallRecord[]): LeftMessage[] {
  const byKey = new Map<string, LeftMessage>();
  for (const record of records) {
    const told = toldBy(record);
    const box = told === undefined ? undefined : /^voicemail:([^/]+)\/\d+$/.exec(told.subject)?.[1];
    if (told === undefined || box === undefined || record.callToken === null) continue;
    const messageKey = `${record.callToken}|${told.subject}`;
    const key = `${record.organizationId} ${messageKey}`;
    const known = byKey.get(key);
    byKey.set(key, {
      id: uuidv7(Date.parse(record.at)),
      organization_id: record.organizationId,
      box,
      message_key: messageKey,
      call_token: record.callToken,
      recording_url: told.url,
      received_at: record.at,
      ...known,
      duration_seconds: known?.duration_seconds ?? told.seconds,
    });
  }
  return [...byKey.values()];
}

function toldBy(record: CallRecord): { subject: string; url: string; seconds: number | null } | undefined {
  if (record.kind === 'voice' && record.voicemail !== undefined) {
    const { subject, recording } = record.voicemail;
    return { subject, url: recording.url, seconds: recording.seconds ?? null };
  }
  if (record.kind !== 'recording' || record.subject === undefined || record.url === null) return undefined;
  if (record.status !== 'completed') return undefined;
  const { subject, url, durationSeconds } = record;
  return { subject, url, seconds: durationSeconds === null ? null : Math.round(durationSeconds) };
}

/** One line a message, as one statement must not change a row twice: deleting says more than reading. */
function messageChanges(records: readonly CallRecord[]): MessageChange[] {
  const byMessage = new Map<string, MessageChange>();
  for (const record of records) {
    if (record.kind !== 'voice' || record.mailbox === undefined) continue;
    const { message, action } = record.mailbox;
    const key = `${record.organizationId} ${message}`;
    if (byMessage.get(key)?.action === 'delete') continue;
    byMessage.set(key, { organization_id: record.organizationId, id: message, action, at: record.at });
  }
  return [...byMessage.values()];
}
