import { integer, jsonb, text, unique } from 'drizzle-orm/pg-core';
import { bytea, createdAt, id, updatedAt } from '../columns.ts';
import { organization, voice } from './base.ts';

/** The published plan: immutable. The newest version of an organization is what answers its calls (ADR 0005). */
export const planVersions = voice.table(
  'plan_versions',
  {
    id: id(),
    organizationId: organization(),
    version: integer('version').notNull(),
    /** The document without its secret fields, which `sealedSecrets` holds. */
    document: jsonb('document').notNull(),
    keyId: text('key_id').notNull(),
    sealedSecrets: bytea('sealed_secrets').notNull(),
    actorName: text('actor_name').notNull(),
    /** What brought it about; null for versions of the first release. */
    origin: text('origin', { enum: ['change', 'draft', 'rollback'] }),
    /** The version a rollback went back to. */
    restoredVersion: integer('restored_version'),
    note: text('note'),
    createdAt: createdAt(),
  },
  (table) => [unique('plan_versions_version_key').on(table.organizationId, table.version)],
);

/** The configuration somebody is preparing: one an organization. It holds secrets, so all of it is sealed. */
export const planDrafts = voice.table('plan_drafts', {
  organizationId: organization().primaryKey(),
  keyId: text('key_id').notNull(),
  sealedFile: bytea('sealed_file').notNull(),
  /** The newest version when the draft was begun: what it was made from. */
  baseVersion: integer('base_version'),
  actorName: text('actor_name').notNull(),
  updatedAt: updatedAt(),
});
