import { sql } from 'drizzle-orm';
import { check, integer, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { createdAt, tenantReference, updatedAt } from '../columns.ts';
import { secrets } from '../platform.ts';
import { organization, voice } from './base.ts';

/** One Cloudonix domain per organization. Secrets live in platform.secrets; their hashes answer webhooks quickly. */
export const cloudonixSettings = voice.table(
  'cloudonix_settings',
  {
    organizationId: organization().primaryKey(),
    domain: text('domain').notNull(),
    requestsApiKeySecretId: uuid('requests_api_key_secret_id').notNull(),
    requestsKeyHash: text('requests_key_hash').notNull(),
    webhookTokenSecretId: uuid('webhook_token_secret_id').notNull(),
    webhookTokenHash: text('webhook_token_hash').notNull().unique(),
    apiKeySecretId: uuid('api_key_secret_id'),
    noAnswerTimeoutSeconds: integer('no_answer_timeout_seconds').notNull().default(60),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex('cloudonix_settings_domain_key').on(sql`lower(${table.domain})`),
    tenantReference(
      'cloudonix_settings_requests_api_key',
      { organizationId: table.organizationId, column: table.requestsApiKeySecretId },
      { organizationId: secrets.organizationId, column: secrets.id },
    ),
    tenantReference(
      'cloudonix_settings_webhook_token',
      { organizationId: table.organizationId, column: table.webhookTokenSecretId },
      { organizationId: secrets.organizationId, column: secrets.id },
    ),
    check('cloudonix_settings_timeout', sql`${table.noAnswerTimeoutSeconds} between 1 and 600`),
  ],
);

/** SIP passwords of subscribers that were made at Cloudonix from here; generated once, and what a phone registers with. */
export const cloudonixSubscribers = voice.table(
  'cloudonix_subscribers',
  {
    organizationId: organization(),
    /** `msisdn` at Cloudonix, the extension's number here. */
    number: text('number').notNull(),
    passwordSecretId: uuid('password_secret_id').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ name: 'cloudonix_subscribers_pkey', columns: [table.organizationId, table.number] }),
    tenantReference(
      'cloudonix_subscribers_password',
      { organizationId: table.organizationId, column: table.passwordSecretId },
      { organizationId: secrets.organizationId, column: secrets.id },
    ),
  ],
);
