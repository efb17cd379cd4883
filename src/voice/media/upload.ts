import { createHash, randomBytes } from 'node:crypto';
import { and, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { uuidv7 } from '../../core/ids.ts';
import type { Context } from '../../db/context.ts';
import { media, mediaContents, organizations } from '../../db/schema/index.ts';
import { mediaNameSchema } from '../../routing/index.ts';
import { publishPlan } from '../plan/publish.ts';
import { readSoundFile } from '../rules/sound-file.ts';
import { mediaPath } from './paths.ts';

/** Enough for half an hour of speech as MP3, or eight minutes of 8 kHz WAV. */
export const LARGEST_SOUND_BYTES = 8 * 1024 * 1024;

export const mediaKindSchema = z.enum(['announcement', 'music'], 'use announcement or music');

/** An uploaded sound. */
export const mediaSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  kind: mediaKindSchema,
  mediaType: z.string(),
  sizeBytes: z.int(),
  durationMs: z.int(),
  sha256: z.string(),
  originalName: z.string().nullable(),
  /** Where it is served to anybody who knows the address. It stays when the sound is replaced. */
  path: z.string(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export type Media = z.output<typeof mediaSchema>;

export interface SoundUpload {
  readonly name: string;
  readonly kind: z.output<typeof mediaKindSchema>;
  /** As the uploader calls the file; kept for people, never trusted. */
  readonly originalName?: string | undefined;
  readonly bytes: Uint8Array;
}

/**
 * Stores a sound under its name, or replaces the one there is; calls hear it at once. What it is, its bytes say. Throws
 * `validation.failed` with what to do instead.
 */
export async function putMedia(context: Context, upload: SoundUpload): Promise<Media> {
  context.require('voice.media.write');
  const name = mediaNameSchema.safeParse(upload.name);
  if (!name.success) throw refused('name', name.error.issues[0]?.message ?? 'is not a name');
  if (upload.bytes.length > LARGEST_SOUND_BYTES) throw refused('file', 'use at most 8 MiB');
  const sound = readSoundFile(upload.bytes);
  if (typeof sound === 'string') throw refused('file', sound);
  return context.transaction(async (inner) => {
    // As publishing does at the end: two uploads of one name become one sound and its replacement.
    await inner.db.execute(
      sql`select 1 from ${organizations} where ${eq(organizations.id, inner.organizationId)} for update`,
    );
    const [known] = await inner.db
      .select({ id: media.id, createdAt: media.createdAt, token: media.token })
      .from(media)
      .where(and(eq(media.organizationId, inner.organizationId), eq(media.name, name.data)));
    const now = inner.clock.now();
    const row = {
      id: known?.id ?? uuidv7(),
      organizationId: inner.organizationId,
      name: name.data,
      kind: upload.kind,
      token: known?.token ?? randomBytes(16).toString('base64url'),
      ...sound,
      sizeBytes: upload.bytes.length,
      sha256: createHash('sha256').update(upload.bytes).digest('hex'),
      originalName: upload.originalName?.slice(0, 255) ?? null,
      createdAt: known?.createdAt ?? now,
      updatedAt: now,
    };
    await inner.db.insert(media).values(row).onConflictDoUpdate({ target: media.id, set: row });
    const content = { organizationId: inner.organizationId, mediaId: row.id, content: upload.bytes };
    await inner.db
      .insert(mediaContents)
      .values(content)
      .onConflictDoUpdate({
        target: [mediaContents.organizationId, mediaContents.mediaId],
        set: { content: upload.bytes },
      });
    const { token: _, ...told } = row;
    await inner.audit({
      action: known === undefined ? 'voice.media.create' : 'voice.media.change',
      entityType: 'media',
      entityId: row.id,
      after: told,
    });
    inner.beforeCommit('voice.plan', publishPlan);
    return toMedia(row);
  });
}

/** A row as the API shows it. */
export function toMedia(row: typeof media.$inferSelect): Media {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    mediaType: row.mediaType,
    sizeBytes: row.sizeBytes,
    durationMs: row.durationMs,
    sha256: row.sha256,
    originalName: row.originalName,
    path: mediaPath(row),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

function refused(path: string, message: string): AppError {
  return new AppError({
    code: 'validation.failed',
    kind: 'invalid',
    detail: `${path}: ${message}.`,
    problems: [{ path, message }],
  });
}
