import { z } from 'zod';
import type { Context } from '../../db/context.ts';
import { deleteRole, listRoles, permissionLineSchema, putRole, type RoleInput, roleInputSchema } from './roles.ts';

/** A role as the organization's file writes it: a permission that reaches all rows may stand as plain text. */
export const roleFileSchema = roleInputSchema.extend({
  permissions: z
    .array(
      z.union([
        permissionLineSchema.shape.permission.transform((permission) => ({ permission, scope: 'all' as const })),
        permissionLineSchema,
      ]),
    )
    .max(200)
    .refine((list) => new Set(list.map((line) => line.permission)).size === list.length, 'name each permission once'),
});

/** The organization's own roles, by key, in the form of `roleFileSchema` after reading. */
export async function readRoles(context: Context): Promise<readonly RoleInput[]> {
  const all = await listRoles(context);
  return all
    .filter(({ isSystem }) => !isSystem)
    .map(({ isSystem: _, ...role }) => ({ ...role, permissions: byPermission(role.permissions) }));
}

/** The same as people write it. */
export function roleToFile({ permissions, description, color, ...role }: RoleInput) {
  return {
    ...role,
    ...(description === '' ? {} : { description }),
    ...(color === null ? {} : { color }),
    permissions: permissions.map((line) => (line.scope === 'all' ? line.permission : line)),
  };
}

/** One line of what was done. */
export interface RoleChange {
  readonly action: 'create' | 'change' | 'delete';
  readonly key: string;
}

/**
 * Makes the organization's own roles these, in the open transaction, by the verbs the API uses: nobody grants by a file what
 * they do not hold, and a role that somebody has stays. Throws `access.escalation`, `role.system` and `role.in_use`.
 */
export async function applyRoles(context: Context, wanted: readonly RoleInput[]): Promise<readonly RoleChange[]> {
  const before = new Map((await readRoles(context)).map((role) => [role.key, role]));
  const changes: RoleChange[] = [];
  for (const role of wanted) {
    const known = before.get(role.key);
    before.delete(role.key);
    const sorted = { ...role, permissions: byPermission(role.permissions) };
    if (known !== undefined && isSame(known, sorted)) continue;
    await putRole(context, role);
    changes.push({ action: known === undefined ? 'create' : 'change', key: role.key });
  }
  for (const key of before.keys()) {
    await deleteRole(context, key);
    changes.push({ action: 'delete', key });
  }
  return changes;
}

function byPermission<Line extends { readonly permission: string }>(lines: readonly Line[]): Line[] {
  return [...lines].sort((left, right) => (left.permission < right.permission ? -1 : 1));
}

function isSame(left: RoleInput, right: RoleInput): boolean {
  const textOf = ({ key, name, description, color, permissions }: RoleInput) =>
    JSON.stringify([key, name, description, color, permissions.map(({ permission, scope }) => [permission, scope])]);
  return textOf(left) === textOf(right);
}
