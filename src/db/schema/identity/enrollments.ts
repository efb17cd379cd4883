import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, jsonb, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, instant, tenant, tenantKey, tenantReference, updatedAt } from '../columns.ts';
import { identity } from './base.ts';
import { membershipReference } from './membership-reference.ts';
import { organizations } from './organizations.ts';

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
