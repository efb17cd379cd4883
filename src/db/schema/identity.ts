import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { bytea, createdAt, id, instant, tenant, tenantKey, tenantReference, updatedAt } from './columns.ts';

export const identity = pgSchema('identity');

export const organizationStatus = identity.enum('organization_status', ['active', 'suspended', 'closed']);

export const organizations = identity.table(
  'organizations',
  {
    id: id(),
    slug: text('slug').notNull().unique(),
    name: text('name').notNull(),
    timezone: text('timezone').notNull().default('UTC'),
    status: organizationStatus('status').notNull().default('active'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [check('organizations_slug_form', sql`${table.slug} ~ '^[a-z0-9][a-z0-9-]{0,62}$'`)],
);

export const users = identity.table(
  'users',
  {
    id: id(),
    email: text('email'),
    firstName: text('first_name').notNull().default(''),
    lastName: text('last_name').notNull().default(''),
    isActive: boolean('is_active').notNull().default(true),
    isPlatformAdmin: boolean('is_platform_admin').notNull().default(false),
    /** Sign-in by code and approval by text message know a person by this number. */
    phone: text('phone_e164'),
    locale: text('locale'),
    deletedAt: instant('deleted_at'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex('users_email_key').on(sql`lower(${table.email})`).where(sql`${table.deletedAt} is null`),
    uniqueIndex('users_phone_key').on(table.phone).where(sql`${table.deletedAt} is null`),
    check('users_phone_form', sql`${table.phone} ~ '^\\+[1-9][0-9]{6,14}$'`),
  ],
);

export const membershipStatus = identity.enum('membership_status', ['invited', 'active', 'suspended', 'revoked']);

/** A person in an organization. Revoked ones stay, so that history keeps its names. */
export const memberships = identity.table(
  'memberships',
  {
    id: id(),
    organizationId: tenant().references(() => organizations.id, { onDelete: 'cascade' }),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** What the person is called here, and what they may sign in with beside the organization's slug. */
    callsign: text('callsign').notNull(),
    status: membershipStatus('status').notNull().default('active'),
    lastSeenAt: instant('last_seen_at'),
    lastLoginAt: instant('last_login_at'),
    lastLogoutAt: instant('last_logout_at'),
    revokedAt: instant('revoked_at'),
    revokedBy: text('revoked_by'),
    revokeReason: text('revoke_reason'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('memberships_tenant_key', table),
    uniqueIndex('memberships_user_key').on(table.organizationId, table.userId),
    uniqueIndex('memberships_callsign_key')
      .on(table.organizationId, sql`lower(${table.callsign})`)
      .where(sql`${table.status} <> 'revoked'`),
    index('memberships_list').on(table.organizationId, table.createdAt, table.id),
    index('memberships_of_user').on(table.userId),
  ],
);

const membershipReference = (
  name: string,
  table: { organizationId: AnyPgColumn; membershipId: AnyPgColumn },
  onDelete: 'cascade' | 'no action' = 'cascade',
) =>
  tenantReference(
    name,
    { organizationId: table.organizationId, column: table.membershipId },
    { organizationId: memberships.organizationId, column: memberships.id },
    onDelete,
  );

export const permissionScope = identity.enum('permission_scope', ['all', 'team', 'own']);

/** Roles an organization made for itself, beside the templates that every version brings (identity/role/templates.ts). */
export const roles = identity.table(
  'roles',
  {
    id: id(),
    organizationId: tenant().references(() => organizations.id, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    name: text('name').notNull(),
    description: text('description').notNull().default(''),
    color: text('color'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('roles_tenant_key', table),
    uniqueIndex('roles_key_key').on(table.organizationId, table.key),
    check('roles_key_form', sql`${table.key} ~ '^[a-z][a-z0-9_]{0,62}$'`),
  ],
);

/** `permission` is a key `area.object.verb` or a pattern with `*`. */
export const rolePermissions = identity.table(
  'role_permissions',
  {
    organizationId: tenant(),
    roleId: uuid('role_id').notNull(),
    permission: text('permission').notNull(),
    scope: permissionScope('scope').notNull().default('all'),
  },
  (table) => [
    primaryKey({ name: 'role_permissions_pkey', columns: [table.roleId, table.permission] }),
    tenantReference(
      'role_permissions_role',
      { organizationId: table.organizationId, column: table.roleId },
      { organizationId: roles.organizationId, column: roles.id },
      'cascade',
    ),
  ],
);

/** Which roles a person holds, by the role's key: a template's or one of the organization's own. */
export const membershipRoles = identity.table(
  'membership_roles',
  {
    organizationId: tenant(),
    membershipId: uuid('membership_id').notNull(),
    roleKey: text('role_key').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ name: 'membership_roles_pkey', columns: [table.membershipId, table.roleKey] }),
    index('membership_roles_of_role').on(table.organizationId, table.roleKey),
    membershipReference('membership_roles_membership', table),
  ],
);

export const teams = identity.table(
  'teams',
  {
    id: id(),
    organizationId: tenant().references(() => organizations.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    description: text('description').notNull().default(''),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('teams_tenant_key', table),
    uniqueIndex('teams_name_key').on(table.organizationId, sql`lower(${table.name})`),
  ],
);

export const teamRole = identity.enum('team_role', ['guest', 'developer', 'maintainer', 'owner']);

export const teamMembers = identity.table(
  'team_members',
  {
    organizationId: tenant(),
    teamId: uuid('team_id').notNull(),
    membershipId: uuid('membership_id').notNull(),
    role: teamRole('role').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ name: 'team_members_pkey', columns: [table.teamId, table.membershipId] }),
    uniqueIndex('team_members_one_owner').on(table.teamId).where(sql`${table.role} = 'owner'`),
    index('team_members_of_membership').on(table.organizationId, table.membershipId),
    tenantReference(
      'team_members_team',
      { organizationId: table.organizationId, column: table.teamId },
      { organizationId: teams.organizationId, column: teams.id },
      'cascade',
    ),
    membershipReference('team_members_membership', table),
  ],
);

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

/** Programs and devices that act in an organization under their own name. */
export const serviceAccounts = identity.table(
  'service_accounts',
  {
    id: id(),
    organizationId: tenant().references(() => organizations.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    description: text('description').notNull().default(''),
    permissions: text('permissions').array().notNull().default([]),
    isActive: boolean('is_active').notNull().default(true),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('service_accounts_tenant_key', table),
    uniqueIndex('service_accounts_name_key').on(table.organizationId, sql`lower(${table.name})`),
  ],
);

export const apiKeys = identity.table(
  'api_keys',
  {
    id: id(),
    organizationId: tenant().references(() => organizations.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    /** The first characters, shown in lists so that a person can tell keys apart. */
    prefix: text('prefix').notNull(),
    /** SHA-256 of the key. Keys carry 256 random bits, so a slow hash would add cost and no safety. */
    keyHash: text('key_hash').notNull().unique(),
    role: text('role').notNull().default('owner'),
    /** Permission patterns that narrow the role; null: all of it. */
    scopes: text('scopes').array(),
    /** CIDR blocks it may be used from; null: anywhere. */
    allowedAddresses: text('allowed_addresses').array(),
    /** The program it belongs to, whose permissions count then instead of the role's. */
    serviceAccountId: uuid('service_account_id'),
    /** The person who made it; it ends with their membership. */
    membershipId: uuid('membership_id'),
    expiresAt: instant('expires_at'),
    lastUsedAt: instant('last_used_at'),
    lastUsedIp: text('last_used_ip'),
    revokedAt: instant('revoked_at'),
    createdAt: createdAt(),
  },
  (table) => [
    tenantKey('api_keys_tenant_key', table),
    tenantReference(
      'api_keys_service_account',
      { organizationId: table.organizationId, column: table.serviceAccountId },
      { organizationId: serviceAccounts.organizationId, column: serviceAccounts.id },
      'cascade',
    ),
    membershipReference('api_keys_membership', table),
    index('api_keys_list').on(table.organizationId, table.createdAt, table.id),
  ],
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

/** Console sessions: an opaque cookie whose hash is the key. */
export const sessions = identity.table(
  'sessions',
  {
    id: id(),
    organizationId: tenant().references(() => organizations.id, { onDelete: 'cascade' }),
    tokenHash: text('token_hash').notNull().unique(),
    userId: uuid('user_id').references(() => users.id, { onDelete: 'cascade' }),
    role: text('role').notNull().default('owner'),
    method: text('method').notNull().default('link'),
    ip: text('ip'),
    userAgent: text('user_agent'),
    lastSeenAt: instant('last_seen_at'),
    /** A platform administrator at work in another organization: where they came from, and why. */
    homeOrganizationId: uuid('home_organization_id').references(() => organizations.id, { onDelete: 'cascade' }),
    operateReason: text('operate_reason'),
    expiresAt: instant('expires_at').notNull(),
    revokedAt: instant('revoked_at'),
    createdAt: createdAt(),
  },
  (table) => [
    index('sessions_of_user').on(table.userId),
    index('sessions_list').on(table.organizationId, table.createdAt, table.id),
  ],
);

/** A way in: whoever knows the code may ask to join. Only its hash is kept. */
export const invites = identity.table(
  'invites',
  {
    id: id(),
    organizationId: tenant().references(() => organizations.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    codeHash: text('code_hash').notNull().unique(),
    ownerId: uuid('owner_id'),
    ownerName: text('owner_name').notNull(),
    isActive: boolean('is_active').notNull().default(true),
    /** Joins at once, without anybody's approval. */
    isOpen: boolean('is_open').notNull().default(false),
    expiresAt: instant('expires_at'),
    maxUses: integer('max_uses'),
    usedCount: integer('used_count').notNull().default(0),
    grants: jsonb('grants').notNull().default({}),
    deletedAt: instant('deleted_at'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('invites_tenant_key', table),
    index('invites_list').on(table.organizationId, table.createdAt, table.id),
    check('invites_uses', sql`${table.maxUses} is null or ${table.usedCount} <= ${table.maxUses}`),
  ],
);

export const enrollmentState = identity.enum('enrollment_state', ['pending', 'approved', 'rejected', 'expired']);

/** Somebody asks to join. Rows only ever move forward and are never deleted. */
export const enrollments = identity.table(
  'enrollments',
  {
    id: id(),
    organizationId: tenant().references(() => organizations.id, { onDelete: 'cascade' }),
    requestedName: text('requested_name').notNull(),
    phone: text('phone_e164'),
    email: text('email'),
    approveCodeHash: text('approve_code_hash').notNull(),
    /** With this the applicant, and nobody else, asks how it stands. */
    ticketHash: text('ticket_hash').notNull().unique(),
    state: enrollmentState('state').notNull().default('pending'),
    decidedBy: text('decided_by'),
    decidedById: text('decided_by_id'),
    decidedAt: instant('decided_at'),
    reason: text('reason'),
    channel: text('channel', { enum: ['console', 'desk', 'sms', 'invite', 'system'] }),
    evidence: jsonb('evidence'),
    membershipId: uuid('membership_id'),
    inviteId: uuid('invite_id'),
    grants: jsonb('grants').notNull().default({}),
    csr: text('csr'),
    /** The name may be asked for again: the person it was given to is gone. */
    releasedAt: instant('released_at'),
    collectedAt: instant('collected_at'),
    expiresAt: instant('expires_at').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    tenantKey('enrollments_tenant_key', table),
    uniqueIndex('enrollments_live_name_key')
      .on(table.organizationId, sql`lower(${table.requestedName})`)
      .where(sql`${table.state} in ('pending', 'approved') and ${table.releasedAt} is null`),
    uniqueIndex('enrollments_code_key')
      .on(table.organizationId, table.approveCodeHash)
      .where(sql`${table.state} = 'pending'`),
    index('enrollments_list').on(table.organizationId, table.createdAt, table.id),
    membershipReference('enrollments_membership', table, 'no action'),
    tenantReference(
      'enrollments_invite',
      { organizationId: table.organizationId, column: table.inviteId },
      { organizationId: invites.organizationId, column: invites.id },
      'no action',
    ),
  ],
);

/** One per organization; its key is sealed among the secrets. */
export const certificateAuthorities = identity.table('certificate_authorities', {
  id: id(),
  organizationId: tenant()
    .unique()
    .references(() => organizations.id, { onDelete: 'cascade' }),
  certificate: text('certificate').notNull(),
  keySecretId: uuid('key_secret_id').notNull(),
  crlNumber: integer('crl_number').notNull().default(0),
  createdAt: createdAt(),
});

export const clientCertificates = identity.table(
  'client_certificates',
  {
    id: id(),
    organizationId: tenant().references(() => organizations.id, { onDelete: 'cascade' }),
    serialNumber: text('serial_number').notNull(),
    /** SHA-256 of the certificate: how a TLS connection is recognised. */
    fingerprint: text('fingerprint').notNull().unique(),
    subject: text('subject').notNull(),
    certificate: text('certificate').notNull(),
    membershipId: uuid('membership_id'),
    serviceAccountId: uuid('service_account_id'),
    /** The PKCS#12 or PEM bundle with its key, until it is fetched: once. */
    bundleSecretId: uuid('bundle_secret_id'),
    notBefore: instant('not_before').notNull(),
    notAfter: instant('not_after').notNull(),
    revokedAt: instant('revoked_at'),
    revokeReason: text('revoke_reason'),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex('client_certificates_serial_key').on(table.organizationId, table.serialNumber),
    index('client_certificates_list').on(table.organizationId, table.createdAt, table.id),
    membershipReference('client_certificates_membership', table),
    tenantReference(
      'client_certificates_service_account',
      { organizationId: table.organizationId, column: table.serviceAccountId },
      { organizationId: serviceAccounts.organizationId, column: serviceAccounts.id },
      'cascade',
    ),
  ],
);

/** Where an organization's people may sign in from: an OpenID Connect issuer or an LDAP directory. */
export const identityProviders = identity.table(
  'identity_providers',
  {
    id: id(),
    organizationId: tenant().references(() => organizations.id, { onDelete: 'cascade' }),
    kind: text('kind', { enum: ['oidc', 'ldap'] }).notNull(),
    name: text('name').notNull(),
    config: jsonb('config').notNull(),
    secretId: uuid('secret_id'),
    isActive: boolean('is_active').notNull().default(true),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('identity_providers_tenant_key', table),
    uniqueIndex('identity_providers_name_key').on(table.organizationId, sql`lower(${table.name})`),
  ],
);
