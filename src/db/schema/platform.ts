import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgSchema, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { bytea, createdAt, id, instant, tenant, tenantReference, updatedAt } from './columns.ts';
import { organizations } from './identity.ts';

export const platform = pgSchema('platform');

export const settingScope = platform.enum('setting_scope', ['platform', 'organization', 'team', 'user']);

/** Typed key/value settings. `scope_id` is the nil UUID at platform scope, so that the key stays unique. */
export const settings = platform.table(
  'settings',
  {
    id: id(),
    scope: settingScope('scope').notNull(),
    scopeId: uuid('scope_id').notNull(),
    key: text('key').notNull(),
    value: jsonb('value').notNull(),
    updatedAt: updatedAt(),
  },
  (table) => [unique('settings_key').on(table.scope, table.scopeId, table.key)],
);

/** Secrets at rest: AES-256-GCM, never in the owning row (data-model section 2). */
export const secrets = platform.table(
  'secrets',
  {
    id: id(),
    organizationId: tenant().references(() => organizations.id, { onDelete: 'cascade' }),
    /** What it is for; part of the authenticated data, so a ciphertext cannot be moved to another purpose. */
    purpose: text('purpose').notNull(),
    /** Which key sealed it; rotation looks for the others. */
    keyId: text('key_id').notNull(),
    ciphertext: bytea('ciphertext').notNull(),
    createdAt: createdAt(),
  },
  (table) => [unique('secrets_tenant_key').on(table.organizationId, table.id), index('secrets_by_key').on(table.keyId)],
);

export const auditOutcome = platform.enum('audit_outcome', ['done', 'refused', 'failed']);

/** Append-only: who changed what. Written in the transaction of the change itself. */
export const auditEvents = platform.table(
  'audit_events',
  {
    id: id(),
    organizationId: uuid('organization_id').references(() => organizations.id, { onDelete: 'cascade' }),
    actorKind: text('actor_kind').notNull(),
    actorId: text('actor_id'),
    actorName: text('actor_name').notNull(),
    action: text('action').notNull(),
    entityType: text('entity_type').notNull(),
    entityId: text('entity_id'),
    outcome: auditOutcome('outcome').notNull().default('done'),
    before: jsonb('before'),
    after: jsonb('after'),
    requestId: text('request_id'),
    ip: text('ip'),
    errorCode: text('error_code'),
    /** What else proves it: a call, a message, a certificate, the reason somebody gave. */
    meta: jsonb('meta'),
    at: instant('at').notNull().defaultNow(),
  },
  (table) => [
    index('audit_events_list').on(table.organizationId, table.at, table.id),
    index('audit_events_of_entity').on(table.organizationId, table.entityType, table.entityId),
    index('audit_events_of_actor').on(table.organizationId, table.actorId, table.at),
  ],
);

/** First answers of writes that carried an `Idempotency-Key`; the same key gets the same answer for a day. */
export const idempotencyKeys = platform.table(
  'idempotency_keys',
  {
    organizationId: tenant().references(() => organizations.id, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    /** SHA-256 of method, path and body: the same key with another request is refused. */
    fingerprint: text('fingerprint').notNull(),
    status: integer('status'),
    body: jsonb('body'),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ name: 'idempotency_keys_pkey', columns: [table.organizationId, table.key] }),
    index('idempotency_keys_age').on(table.createdAt),
  ],
);

export const emailStatus = platform.enum('email_status', ['pending', 'sent', 'failed']);

/** E-mails on their way out. Their text is a secret beside the row, which goes once it has left or never will. */
export const emailMessages = platform.table(
  'email_messages',
  {
    id: id(),
    organizationId: tenant().references(() => organizations.id, { onDelete: 'cascade' }),
    /** What it is about, in a word: `login_code`. */
    purpose: text('purpose').notNull(),
    toAddress: text('to_address').notNull(),
    subject: text('subject').notNull(),
    secretId: uuid('secret_id'),
    status: emailStatus('status').notNull().default('pending'),
    attempts: integer('attempts').notNull().default(0),
    /** While it is being sent: when another process may think the sender is gone. */
    nextAttemptAt: instant('next_attempt_at').notNull(),
    /** After this it is of no use to anybody. */
    expiresAt: instant('expires_at'),
    lastError: text('last_error'),
    createdAt: createdAt(),
    sentAt: instant('sent_at'),
  },
  (table) => [
    tenantReference(
      'email_messages_text',
      { organizationId: table.organizationId, column: table.secretId },
      { organizationId: secrets.organizationId, column: secrets.id },
    ),
    index('email_messages_list').on(table.organizationId, table.createdAt, table.id),
    index('email_messages_due').on(table.nextAttemptAt).where(sql`${table.status} = 'pending'`),
  ],
);
