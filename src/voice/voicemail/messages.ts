import { and, asc, desc, eq, isNotNull, isNull, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import { encodeCursor } from '../../core/cursor.ts';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import type { Db } from '../../db/open.ts';
import { afterCursor, type ListQuery, type Page } from '../../db/resource.ts';
import { voicemailMessages } from '../../db/schema/index.ts';
import type { MailboxMessage } from '../../routing/index.ts';

/** A message somebody left. */
export const voicemailMessageSchema = z.object({
  id: z.uuid(),
  box: z.string(),
  from: z.string(),
  callerName: z.string().nullable(),
  /** Session token of the call that left it. */
  callToken: z.string(),
  /** Where the sound is, at Cloudonix. */
  recordingUrl: z.string(),
  durationSeconds: z.int().nullable(),
  receivedAt: z.iso.datetime(),
  /** Null while it waits to be heard. */
  readAt: z.iso.datetime().nullable(),
});

export type VoicemailMessage = z.output<typeof voicemailMessageSchema>;

export const voicemailFilters = {
  box: z.string().max(10, 'use the number of a box'),
  status: z.enum(['new', 'read'], 'use new or read'),
};

export const voicemailPatchSchema = z.strictObject({ isRead: z.boolean('use true or false') });

/** Most messages an owner hears about in one call. */
const MOST_IN_A_CALL = 100;

/** A page of messages, newest first. Walks the index (organization, box, received_at) of those not deleted. */
export async function listVoicemail(context: Context, query: ListQuery): Promise<Page<VoicemailMessage>> {
  context.require('voice.voicemail_message.read');
  const { box, status } = query.filter ?? {};
  const conditions: (SQL | undefined)[] = [
    eq(voicemailMessages.organizationId, context.organizationId),
    isNull(voicemailMessages.deletedAt),
    box === undefined ? undefined : eq(voicemailMessages.box, box),
    status === undefined
      ? undefined
      : status === 'new'
        ? isNull(voicemailMessages.readAt)
        : isNotNull(voicemailMessages.readAt),
    afterCursor(query.cursor, voicemailMessages.receivedAt, voicemailMessages.id, true),
  ];
  const limit = query.limit ?? 100;
  const rows = await context.db
    .select()
    .from(voicemailMessages)
    .where(and(...conditions))
    .orderBy(desc(voicemailMessages.receivedAt), desc(voicemailMessages.id))
    .limit(limit + 1);
  const items = rows.slice(0, limit).map(toMessage);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, nextCursor: more ? encodeCursor({ value: last.receivedAt, id: last.id }) : null };
}

/** One message. Throws `voicemail_message.missing`. */
export async function getVoicemail(context: Context, id: string): Promise<VoicemailMessage> {
  context.require('voice.voicemail_message.read');
  const [row] = await context.db.select().from(voicemailMessages).where(messageIs(context, id));
  if (row === undefined) throw missing(id);
  return toMessage(row);
}

/** Marks a message heard, or not heard. Throws `voicemail_message.missing`. */
export async function markVoicemail(context: Context, id: string, isRead: boolean): Promise<VoicemailMessage> {
  context.require('voice.voicemail_message.write');
  const readAt = isRead ? context.clock.now() : null;
  const [row] = await context.db.update(voicemailMessages).set({ readAt }).where(messageIs(context, id)).returning();
  if (row === undefined) throw missing(id);
  return toMessage(row);
}

/** Deletes a message; the recording itself is Cloudonix's. Throws `voicemail_message.missing`. */
export async function deleteVoicemail(context: Context, id: string): Promise<void> {
  context.require('voice.voicemail_message.write');
  await context.transaction(async (inner) => {
    const [row] = await inner.db
      .update(voicemailMessages)
      .set({ deletedAt: inner.clock.now() })
      .where(messageIs(inner, id))
      .returning({ id: voicemailMessages.id, box: voicemailMessages.box });
    if (row === undefined) throw missing(id);
    await inner.audit({
      action: 'voice.voicemail_message.delete',
      entityType: 'voicemail message',
      entityId: id,
      before: { box: row.box },
    });
  });
}

/** The newest messages of a box, the oldest of them first, for the owner on the telephone. */
export async function readMailbox(db: Db, organizationId: string, box: string): Promise<readonly MailboxMessage[]> {
  const newest = db
    .select()
    .from(voicemailMessages)
    .where(
      and(
        eq(voicemailMessages.organizationId, organizationId),
        eq(voicemailMessages.box, box),
        isNull(voicemailMessages.deletedAt),
      ),
    )
    .orderBy(desc(voicemailMessages.receivedAt), desc(voicemailMessages.id))
    .limit(MOST_IN_A_CALL)
    .as('newest');
  const rows = await db.select().from(newest).orderBy(asc(newest.id));
  return rows.map((row) => ({
    id: row.id,
    url: row.recordingUrl,
    from: row.fromNumber,
    receivedAt: row.receivedAt.toISOString(),
    isRead: row.readAt !== null,
  }));
}

function messageIs(context: Context, id: string): SQL | undefined {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw missing(id);
  return and(
    eq(voicemailMessages.organizationId, context.organizationId),
    eq(voicemailMessages.id, id),
    isNull(voicemailMessages.deletedAt),
  );
}

function toMessage(row: typeof voicemailMessages.$inferSelect): VoicemailMessage {
  return {
    id: row.id,
    box: row.box,
    from: row.fromNumber,
    callerName: row.callerName,
    callToken: row.callToken,
    recordingUrl: row.recordingUrl,
    durationSeconds: row.durationSeconds,
    receivedAt: row.receivedAt.toISOString(),
    readAt: row.readAt?.toISOString() ?? null,
  };
}

function missing(id: string): AppError {
  return new AppError({
    code: 'voicemail_message.missing',
    kind: 'missing',
    detail: `There is no voicemail message ${id} in this organization.`,
  });
}
