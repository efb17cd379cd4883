import { and, desc, eq, type SQL } from 'drizzle-orm';
import { encodeCursor } from '../../core/cursor.ts';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import type { Db } from '../../db/open.ts';
import { afterCursor, type ListQuery, type Page } from '../../db/resource.ts';
import { media, mediaContents } from '../../db/schema/index.ts';
import { promptsOf } from '../../routing/index.ts';
import { readDocument } from '../plan/document.ts';
import { publishPlan } from '../plan/publish.ts';
import { type Media, mediaKindSchema, toMedia } from './upload.ts';

export const mediaFilters = { kind: mediaKindSchema };

/** A page of sounds, newest first. An organization has some dozens. */
export async function listMedia(context: Context, query: ListQuery): Promise<Page<Media>> {
  context.require('voice.media.read');
  const kind = mediaKindSchema.optional().parse(query.filter?.kind);
  const limit = query.limit ?? 100;
  const conditions: (SQL | undefined)[] = [
    eq(media.organizationId, context.organizationId),
    kind === undefined ? undefined : eq(media.kind, kind),
    afterCursor(query.cursor, media.createdAt, media.id, true),
  ];
  const rows = await context.db
    .select()
    .from(media)
    .where(and(...conditions))
    .orderBy(desc(media.createdAt), desc(media.id))
    .limit(limit + 1);
  const items = rows.slice(0, limit).map(toMedia);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, nextCursor: more ? encodeCursor({ value: last.createdAt, id: last.id }) : null };
}

/** One sound by its id or its name. Throws `media.missing`. */
export async function getMedia(context: Context, idOrName: string): Promise<Media> {
  context.require('voice.media.read');
  return toMedia(await find(context, idOrName));
}

/** Deletes a sound. Throws `media.in_use` and names what plays it. */
export async function deleteMedia(context: Context, idOrName: string): Promise<void> {
  context.require('voice.media.write');
  await context.transaction(async (inner) => {
    const row = await find(inner, idOrName);
    const users = promptsOf(await readDocument(inner))
      .filter(({ media: name }) => name === row.name)
      .map(({ owner }) => owner);
    if (users.length > 0) throw inUse([...new Set(users)]);
    await inner.db.delete(media).where(and(eq(media.organizationId, inner.organizationId), eq(media.id, row.id)));
    await inner.audit({
      action: 'voice.media.delete',
      entityType: 'media',
      entityId: row.id,
      before: { name: row.name },
    });
    inner.beforeCommit('voice.plan', publishPlan);
  });
}

/** A sound as it is served. */
export interface MediaContent {
  readonly mediaType: string;
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

/** What kind of sound a token stands for, without its bytes; undefined for a token of nobody. */
export async function findMediaByToken(
  db: Db,
  token: string,
): Promise<{ readonly id: string; readonly organizationId: string; mediaType: string; sha256: string } | undefined> {
  const [row] = await db
    .select({
      id: media.id,
      organizationId: media.organizationId,
      mediaType: media.mediaType,
      sha256: media.sha256,
    })
    .from(media)
    .where(eq(media.token, token));
  return row;
}

/** The bytes of a sound. */
export async function readMediaBytes(db: Db, organizationId: string, id: string): Promise<Uint8Array | undefined> {
  const [row] = await db
    .select({ content: mediaContents.content })
    .from(mediaContents)
    .where(and(eq(mediaContents.organizationId, organizationId), eq(mediaContents.mediaId, id)));
  return row?.content;
}

async function find(context: Context, idOrName: string): Promise<typeof media.$inferSelect> {
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(idOrName);
  const [row] = await context.db
    .select()
    .from(media)
    .where(and(eq(media.organizationId, context.organizationId), eq(isId ? media.id : media.name, idOrName)));
  if (row !== undefined) return row;
  throw new AppError({
    code: 'media.missing',
    kind: 'missing',
    detail: `There is no sound ${idOrName} in this organization.`,
  });
}

function inUse(users: readonly string[]): AppError {
  return new AppError({
    code: 'media.in_use',
    kind: 'conflict',
    detail: `This sound is played by ${users.slice(0, 5).join(', ')}. Give them another one first.`,
    problems: users.map((user) => ({ path: user, message: 'plays it' })),
  });
}
