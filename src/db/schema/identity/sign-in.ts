import { boolean, index, integer, jsonb, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { bytea, createdAt, id, instant, tenant, updatedAt } from '../columns.ts';
import { identity } from './base.ts';
import { organizations } from './organizations.ts';
import { users } from './people.ts';

/** How a person proves who they are. `secret` is a password hash or a public key; what must be read back is sealed. */
export const userCredentials = identity.table(
  'user_credentials',
  {
    id: id(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    kind: text('kind', { enum: ['password', 'totp', 'passkey', 'oidc', 'ldap'] }).notNull(),
    /** Who they are at the provider; the user's own id for what exists once per person. */
    subject: text('subject').notNull(),
    name: text('name').notNull().default(''),
    secret: text('secret'),
    sealed: bytea('sealed'),
    sealedKeyId: text('sealed_key_id'),
    data: jsonb('data').notNull().default({}),
    /** A second factor counts only after its first code was shown. */
    confirmedAt: instant('confirmed_at'),
    mustChange: boolean('must_change').notNull().default(false),
    lastUsedAt: instant('last_used_at'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex('user_credentials_subject_key').on(table.kind, table.subject),
    index('user_credentials_of_user').on(table.userId, table.kind),
  ],
);

/** Failures by what they were tried against (a hash); moved by one statement, so that parallel attempts are all counted. */
export const attemptCounters = identity.table(
  'attempt_counters',
  {
    key: text('key').primaryKey(),
    count: integer('count').notNull().default(0),
    windowEndsAt: instant('window_ends_at').notNull(),
    lockedUntil: instant('locked_until'),
  },
  (table) => [index('attempt_counters_age').on(table.windowEndsAt)],
);

/** Anything that may be used once, by namespace; the primary key is the lock. */
export const seenTokens = identity.table(
  'seen_tokens',
  {
    namespace: text('namespace').notNull(),
    tokenHash: text('token_hash').notNull(),
    seenAt: instant('seen_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    auditMeta: jsonb('audit_meta').notNull().default({}),
  },
  (table) => [
    primaryKey({ name: 'seen_tokens_pkey', columns: [table.namespace, table.tokenHash] }),
    index('seen_tokens_age').on(table.expiresAt),
  ],
);

/** A sign-in that is half done: a second factor, a passkey's challenge, the way to an identity provider and back. */
export const signInSteps = identity.table(
  'sign_in_steps',
  {
    id: id(),
    tokenHash: text('token_hash').notNull().unique(),
    organizationId: uuid('organization_id').references(() => organizations.id, { onDelete: 'cascade' }),
    userId: uuid('user_id').references(() => users.id, { onDelete: 'cascade' }),
    kind: text('kind').notNull(),
    data: jsonb('data').notNull().default({}),
    expiresAt: instant('expires_at').notNull(),
    usedAt: instant('used_at'),
    createdAt: createdAt(),
  },
  (table) => [index('sign_in_steps_age').on(table.expiresAt)],
);

/** Single-use codes: the sign-in link, a login code on a screen or by text message, the first owner's code. Only hashes. */
export const loginCodes = identity.table(
  'login_codes',
  {
    id: id(),
    organizationId: tenant().references(() => organizations.id, { onDelete: 'cascade' }),
    codeHash: text('code_hash').notNull().unique(),
    role: text('role').notNull().default('owner'),
    purpose: text('purpose', { enum: ['link', 'login', 'number'] })
      .notNull()
      .default('link'),
    userId: uuid('user_id').references(() => users.id, { onDelete: 'cascade' }),
    /** What the session may do; only allow-listed fields get in here. */
    claims: jsonb('claims').notNull().default({}),
    channel: text('channel', { enum: ['screen', 'sms', 'email', 'cli', 'link'] })
      .notNull()
      .default('link'),
    attempts: integer('attempts').notNull().default(0),
    auditMeta: jsonb('audit_meta').notNull().default({}),
    expiresAt: instant('expires_at').notNull(),
    usedAt: instant('used_at'),
    createdAt: createdAt(),
  },
  (table) => [index('login_codes_list').on(table.organizationId, table.createdAt)],
);

/** The code that makes the first owner, of an organization or of a new one. */
export const bootstrapCodes = identity.table('bootstrap_codes', {
  id: id(),
  organizationId: uuid('organization_id').references(() => organizations.id, { onDelete: 'cascade' }),
  codeHash: text('code_hash').notNull().unique(),
  expiresAt: instant('expires_at').notNull(),
  usedAt: instant('used_at'),
  createdAt: createdAt(),
});
