import { and, desc, eq, isNotNull, isNull, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import { encodeCursor } from '../../core/cursor.ts';
import type { Context } from '../../db/context.ts';
import { afterCursor, type ListQuery, type Page } from '../../db/resource.ts';
import { conferenceParticipants } from '../../db/schema/index.ts';

/** One stay of one caller in a conference room. */
export const participantSchema = z.object({
  id: z.uuid(),
  room: z.string(),
  callToken: z.string(),
  from: z.string(),
  joinedAt: z.iso.datetime(),
  /** Null while they are there. */
  leftAt: z.iso.datetime().nullable(),
  isMuted: z.boolean(),
  isOnHold: z.boolean(),
  /** Whether they speak at this moment; told of rooms with talk detection. */
  isSpeaking: z.boolean(),
});

export type Participant = z.output<typeof participantSchema>;

export const participantFilters = {
  room: z.string().max(100, 'use the name of a room'),
  presence: z.enum(['present', 'left'], 'use present or left'),
};

/** A page of stays, newest first. Walks the index (organization, joined_at, id). */
export async function listParticipants(context: Context, query: ListQuery): Promise<Page<Participant>> {
  context.require('voice.conference_room.read');
  const { room, presence } = query.filter ?? {};
  const table = conferenceParticipants;
  const conditions: (SQL | undefined)[] = [
    eq(table.organizationId, context.organizationId),
    room === undefined ? undefined : eq(table.room, room),
    presence === undefined ? undefined : presence === 'present' ? isNull(table.leftAt) : isNotNull(table.leftAt),
    afterCursor(query.cursor, table.joinedAt, table.id, true),
  ];
  const limit = query.limit ?? 100;
  const now = context.clock.now();
  const rows = await context.db
    .select()
    .from(table)
    .where(and(...conditions))
    .orderBy(desc(table.joinedAt), desc(table.id))
    .limit(limit + 1);
  const items = rows.slice(0, limit).map((row) => toParticipant(row, now));
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, nextCursor: more ? encodeCursor({ value: last.joinedAt, id: last.id }) : null };
}

function toParticipant(row: typeof conferenceParticipants.$inferSelect, now: Date): Participant {
  return {
    id: row.id,
    room: row.room,
    callToken: row.callToken,
    from: row.fromNumber,
    joinedAt: row.joinedAt.toISOString(),
    leftAt: row.leftAt?.toISOString() ?? null,
    isMuted: row.isMuted,
    isOnHold: row.isOnHold,
    isSpeaking: row.leftAt === null && row.speaksUntil !== null && row.speaksUntil > now,
  };
}
