import { integer, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { bytea, createdAt, id, tenantKey, tenantReference, updatedAt } from '../columns.ts';
import { organization, voice } from './base.ts';

/** Sounds for callers: announcements, greetings, music. The bytes are in `media_contents` (ADR 0012). */
export const media = voice.table(
  'media',
  {
    id: id(),
    organizationId: organization(),
    name: text('name').notNull(),
    kind: text('kind', { enum: ['announcement', 'music'] }).notNull(),
    /** The unguessable part of its public address; stays when the sound is replaced. */
    token: text('token').notNull().unique(),
    mediaType: text('media_type').notNull(),
    sizeBytes: integer('size_bytes').notNull(),
    durationMs: integer('duration_ms').notNull(),
    sha256: text('sha256').notNull(),
    originalName: text('original_name'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [tenantKey('media_tenant_key', table), unique('media_name_key').on(table.organizationId, table.name)],
);

export const mediaContents = voice.table(
  'media_contents',
  {
    organizationId: organization(),
    mediaId: uuid('media_id').notNull(),
    content: bytea('content').notNull(),
  },
  (table) => [
    primaryKey({ name: 'media_contents_pkey', columns: [table.organizationId, table.mediaId] }),
    tenantReference(
      'media_contents_media',
      { organizationId: table.organizationId, column: table.mediaId },
      { organizationId: media.organizationId, column: media.id },
      'cascade',
    ),
  ],
);
