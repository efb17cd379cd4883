import { z } from 'zod';
import type { invites } from '../../db/schema/index.ts';
import { roleKeySchema } from '../person/person.ts';

export const grantsSchema = z.strictObject({
  roles: z.array(roleKeySchema).max(20).default(['member']),
  team: z.guid().optional().meta({ description: 'Id of a team they join as guest.' }),
});

export type Grants = z.output<typeof grantsSchema>;

export const newInviteSchema = z.strictObject({
  name: z.string('name the invite after who it is for').trim().min(1).max(100),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
  maxUses: z.int().min(1).max(100_000).optional(),
  isOpen: z.boolean().default(false).meta({ description: 'Whoever has the link joins at once, without approval.' }),
  grants: grantsSchema.prefault({}),
});

const instant = z.iso.datetime();

export const inviteSchema = z.object({
  id: z.guid(),
  name: z.string(),
  owner: z.string(),
  isActive: z.boolean(),
  isOpen: z.boolean(),
  expiresAt: instant.nullable(),
  maxUses: z.int().nullable(),
  usedCount: z.int(),
  grants: z.object({ roles: z.array(z.string()), team: z.string().optional() }),
  deletedAt: instant.nullable(),
  createdAt: instant,
});

export type InviteView = z.output<typeof inviteSchema>;

/** With the code, which is shown when it is made and never again. */
export interface NewInvite extends InviteView {
  readonly code: string;
}

export type InviteRow = typeof invites.$inferSelect;

export function toInviteView(row: InviteRow): InviteView {
  return {
    id: row.id,
    name: row.name,
    owner: row.ownerName,
    isActive: row.isActive,
    isOpen: row.isOpen,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    maxUses: row.maxUses,
    usedCount: row.usedCount,
    grants: row.grants as Grants as InviteView['grants'],
    deletedAt: row.deletedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
