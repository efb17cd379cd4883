import { boolean, index, integer, jsonb, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, instant, target, tenantKey, tenantReference, updatedAt } from '../columns.ts';
import { secrets } from '../platform.ts';
import { active, organization, ownersOrganization, voice } from './base.ts';

export const aiAssistants = voice.table(
  'ai_assistants',
  {
    id: id(),
    organizationId: organization(),
    name: text('name').notNull(),
    status: active(),
    protocol: text('protocol').notNull(),
    provider: text('provider'),
    phoneNumber: text('phone_e164'),
    username: text('username'),
    passwordSecretId: uuid('password_secret_id'),
    url: text('url'),
    parameters: jsonb('parameters'),
    maxConcurrentCalls: integer('max_concurrent_calls'),
    maxCallDurationSeconds: integer('max_call_duration_seconds'),
    fallback: target('fallback'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('ai_assistants_tenant_key', table),
    unique('ai_assistants_name_key').on(table.organizationId, table.name),
    tenantReference(
      'ai_assistants_password',
      { organizationId: table.organizationId, column: table.passwordSecretId },
      { organizationId: secrets.organizationId, column: secrets.id },
    ),
  ],
);

export const aiLoadBalancers = voice.table(
  'ai_load_balancers',
  {
    id: id(),
    organizationId: organization(),
    name: text('name').notNull(),
    status: active(),
    strategy: text('strategy').notNull(),
    followThrough: boolean('follow_through').notNull(),
    restAfterFailures: integer('rest_after_failures').notNull().default(3),
    restSeconds: integer('rest_seconds').notNull().default(60),
    fallback: target('fallback'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('ai_load_balancers_tenant_key', table),
    unique('ai_load_balancers_name_key').on(table.organizationId, table.name),
  ],
);

export const aiLoadBalancerMembers = voice.table(
  'ai_load_balancer_members',
  {
    organizationId: organization(),
    aiLoadBalancerId: uuid('ai_load_balancer_id').notNull(),
    listIndex: integer('list_index').notNull(),
    assistant: text('assistant').notNull(),
    position: integer('position').notNull(),
    weight: integer('weight').notNull(),
    status: active(),
  },
  (table) => [
    primaryKey({ name: 'ai_load_balancer_members_pkey', columns: [table.aiLoadBalancerId, table.listIndex] }),
    tenantReference(
      'ai_load_balancer_members_balancer',
      { organizationId: table.organizationId, column: table.aiLoadBalancerId },
      { organizationId: aiLoadBalancers.organizationId, column: aiLoadBalancers.id },
      'cascade',
    ),
    tenantReference(
      'ai_load_balancer_members_assistant',
      { organizationId: table.organizationId, column: table.assistant },
      { organizationId: aiAssistants.organizationId, column: aiAssistants.name },
      'no action',
    ),
  ],
);

/** What all processes know of an AI assistant: calls now, failures in a row, and until when it rests. */
export const aiAssistantStates = voice.table(
  'ai_assistant_states',
  {
    organizationId: organization(),
    assistant: text('assistant').notNull(),
    /** As many as it has slots; every statement that changes slots changes this. */
    active: integer('active').notNull().default(0),
    failures: integer('failures').notNull().default(0),
    restUntil: instant('rest_until'),
  },
  (table) => [
    primaryKey({ name: 'ai_assistant_states_pkey', columns: [table.organizationId, table.assistant] }),
    tenantReference(
      'ai_assistant_states_assistant',
      { organizationId: table.organizationId, column: table.assistant },
      { organizationId: aiAssistants.organizationId, column: aiAssistants.name },
      'cascade',
    ),
  ],
);

/** A call that an AI assistant has now. */
export const aiSlots = voice.table(
  'ai_slots',
  {
    organizationId: ownersOrganization(),
    assistant: text('assistant').notNull(),
    callToken: text('call_token').notNull(),
    takenAt: instant('taken_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [
    primaryKey({ name: 'ai_slots_pkey', columns: [table.organizationId, table.callToken, table.assistant] }),
    tenantReference(
      'ai_slots_assistant',
      { organizationId: table.organizationId, column: table.assistant },
      { organizationId: aiAssistantStates.organizationId, column: aiAssistantStates.assistant },
      'cascade',
    ),
    index('ai_slots_expiry').on(table.expiresAt),
  ],
);
