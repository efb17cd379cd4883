import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { executeKept } from '../db/execute-kept.ts';
import { notifyAll } from '../db/notify.ts';
import type { Db } from '../db/open.ts';
import { messageParts, messages } from '../db/schema/index.ts';
import { foldSlices, type MessageStatus } from './rules/status.ts';

export interface RefoldOptions {
  readonly organizationId: string;
  readonly now: Date;
  /** These messages go through this modem from now on, unless they already have one. */
  readonly bind?: { readonly modemId: string; readonly messageIds: ReadonlySet<string> };
}

/**
 * Brings the status of messages in line with their slices, in the transaction that changed some, and tells the screens.
 * The message rows are locked first, so that two slices changing at once cannot each fold what the other has not shown
 * yet. As many statements for a hundred messages as for one.
 */
export async function refoldMessages(
  transaction: Db,
  ids: Iterable<string>,
  { organizationId, now, bind }: RefoldOptions,
): Promise<void> {
  const concerned = [...new Set(ids)].sort();
  if (concerned.length === 0) return;
  const single = await followOnlySlices(transaction, concerned, { organizationId, now, ...(bind && { bind }) });
  const long = concerned.filter((id) => !single.has(id));
  if (long.length > 0) await foldLong(transaction, long, { organizationId, now, ...(bind && { bind }) });
  await notifyAll(
    transaction,
    concerned.map((id) => ({ topic: 'message', organizationId, id })),
  );
}

/** A message of one slice is what its slice is, which is nearly every message. Returns which those were. */
async function followOnlySlices(
  transaction: Db,
  ids: readonly string[],
  { organizationId, now, bind }: RefoldOptions,
): Promise<ReadonlySet<string>> {
  const bound =
    bind === undefined
      ? sql`message.modem_id`
      : sql`coalesce(message.modem_id, case when message.id in (select jsonb_array_elements_text(
          ${JSON.stringify([...bind.messageIds])}::jsonb)::uuid) then ${bind.modemId}::uuid end)`;
  const rows = await executeKept<{ id: string }>(
    transaction,
    sql`
    update ${messages} as message
    set status = part.status, error = part.error, updated_at = ${now.toISOString()}, modem_id = ${bound}
    from ${messageParts} as part
    where message.organization_id = ${organizationId} and message.part_count = 1 and part.message_id = message.id
      and message.id in (select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)::uuid)
    returning message.id`,
  );
  return new Set([...rows].map(({ id }) => id));
}

async function foldLong(
  transaction: Db,
  concerned: readonly string[],
  { organizationId, now, bind }: RefoldOptions,
): Promise<void> {
  const rows = await transaction
    .select({ id: messages.id, status: messages.status, error: messages.error, modemId: messages.modemId })
    .from(messages)
    .where(and(eq(messages.organizationId, organizationId), inArray(messages.id, [...concerned])))
    .orderBy(asc(messages.id))
    .for('update');
  const slices = await readSlices(transaction, organizationId, concerned);
  const changes = rows.flatMap((row) => {
    const folded = foldOf(slices.get(row.id) ?? []);
    const modemId = row.modemId ?? (bind?.messageIds.has(row.id) ? bind.modemId : null);
    const isSame = folded.status === row.status && folded.error === row.error && modemId === row.modemId;
    return isSame ? [] : [{ id: row.id, modem_id: modemId, ...folded }];
  });
  if (changes.length > 0) {
    await transaction.execute(sql`
      update ${messages} as message
      set status = change.status::sms.message_status, error = change.error, modem_id = change.modem_id,
        updated_at = ${now.toISOString()}
      from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb)
        as change(id uuid, status text, error text, modem_id uuid)
      where message.id = change.id and message.organization_id = ${organizationId}`);
  }
}

/** The same for one message. */
export function refoldMessage(transaction: Db, organizationId: string, messageId: string, now: Date): Promise<void> {
  return refoldMessages(transaction, [messageId], { organizationId, now });
}

interface Slice {
  readonly status: MessageStatus;
  readonly error: string | null;
}

async function readSlices(
  transaction: Db,
  organizationId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly Slice[]>> {
  const rows = await transaction
    .select({ messageId: messageParts.messageId, status: messageParts.status, error: messageParts.error })
    .from(messageParts)
    .where(and(eq(messageParts.organizationId, organizationId), inArray(messageParts.messageId, [...ids])))
    .orderBy(asc(messageParts.messageId), asc(messageParts.sequence));
  const slices = new Map<string, Slice[]>();
  for (const { messageId, ...slice } of rows) {
    if (messageId === null) continue;
    const known = slices.get(messageId);
    if (known === undefined) slices.set(messageId, [slice]);
    else known.push(slice);
  }
  return slices;
}

function foldOf(slices: readonly Slice[]): Slice {
  const status = foldSlices(slices.map((slice) => slice.status));
  return { status, error: slices.find((slice) => slice.status === status && slice.error !== null)?.error ?? null };
}
