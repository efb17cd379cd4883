import { integer, text, unique, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, target, tenantKey, tenantReference, updatedAt } from '../columns.ts';
import { secrets } from '../platform.ts';
import { active, organization, voice } from './base.ts';

/** Endpoints of the customer that decide where calls go. The secret signs what they are sent. */
export const customLogic = voice.table(
  'custom_logic',
  {
    id: id(),
    organizationId: organization(),
    name: text('name').notNull(),
    status: active(),
    url: text('url').notNull(),
    secretSecretId: uuid('secret_secret_id').notNull(),
    timeoutMs: integer('timeout_ms').notNull(),
    fallback: target('fallback').notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('custom_logic_tenant_key', table),
    unique('custom_logic_name_key').on(table.organizationId, table.name),
    tenantReference(
      'custom_logic_secret',
      { organizationId: table.organizationId, column: table.secretSecretId },
      { organizationId: secrets.organizationId, column: secrets.id },
    ),
  ],
);
