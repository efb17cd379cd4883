import { and, asc, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { apiKeys, membershipRoles, rolePermissions, roles } from '../../db/schema/index.ts';
import { isRole, PERMISSION_PATTERN, refuseEscalation } from '../permissions.ts';
import { roleKeySchema } from '../person/person.ts';
import { parseInput } from '../validation.ts';
import { ROLE_TEMPLATES } from './templates.ts';

const permission = z
  .string()
  .max(200)
  .regex(PERMISSION_PATTERN, 'use a permission such as voice.extension.read, or a pattern such as voice.*');

export const permissionLineSchema = z.strictObject({
  permission,
  scope: z.enum(['all', 'team', 'own']).default('all'),
});

export const roleInputSchema = z.strictObject({
  key: roleKeySchema,
  name: z.string().trim().min(1, 'name the role').max(100),
  description: z.string().max(1000).default(''),
  color: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, 'use a colour such as #1f77b4')
    .nullable()
    .default(null),
  permissions: z
    .array(permissionLineSchema)
    .max(200)
    .refine((list) => new Set(list.map((line) => line.permission)).size === list.length, 'name each permission once'),
});

export type RoleInput = z.output<typeof roleInputSchema>;

export const roleSchema = z.object({
  key: z.string(),
  name: z.string(),
  description: z.string(),
  color: z.string().nullable(),
  isSystem: z.boolean().meta({ description: 'A template of this version; cannot be changed, only copied.' }),
  permissions: z.array(z.object({ permission: z.string(), scope: z.enum(['all', 'team', 'own']) })),
});

export type RoleView = z.output<typeof roleSchema>;

/** The templates and the organization's own roles, by key. */
export async function listRoles(context: Context): Promise<readonly RoleView[]> {
  context.require('identity.role.read');
  const rows = await context.db
    .select({ role: roles, permission: rolePermissions.permission, scope: rolePermissions.scope })
    .from(roles)
    .leftJoin(rolePermissions, eq(rolePermissions.roleId, roles.id))
    .where(eq(roles.organizationId, context.organizationId))
    .orderBy(asc(roles.key), asc(rolePermissions.permission));
  const own = new Map<string, RoleView>();
  for (const { role, permission, scope } of rows) {
    const view = own.get(role.key) ?? { ...viewOf(role), permissions: [] };
    if (permission !== null && scope !== null) view.permissions.push({ permission, scope });
    own.set(role.key, view);
  }
  const templates = Object.entries(ROLE_TEMPLATES).map(([key, { name, description, grants }]) => ({
    key,
    name,
    description,
    color: null,
    isSystem: true,
    permissions: grants.map(({ permission, scope }) => ({ permission, scope })),
  }));
  return [...templates, ...own.values()];
}

/**
 * Creates a role of the organization's own, or makes it what the input says, by its key. Throws `role.system` for a
 * template's key and `access.escalation` for what the actor does not hold, before or after.
 */
export async function putRole(context: Context, input: unknown): Promise<RoleView> {
  context.require('identity.role.write');
  const { permissions, ...wish } = parseInput(roleInputSchema, input);
  if (isRole(wish.key)) throw isSystem(wish.key);
  return context.transaction(async (inner) => {
    refuseEscalation(inner, wish.key, permissions);
    const before = await find(inner, wish.key);
    if (before !== undefined) refuseEscalation(inner, wish.key, before.permissions);
    const [row] = await inner.db
      .insert(roles)
      .values({ organizationId: inner.organizationId, ...wish, createdAt: inner.clock.now() })
      .onConflictDoUpdate({
        target: [roles.organizationId, roles.key],
        set: { name: wish.name, description: wish.description, color: wish.color, updatedAt: inner.clock.now() },
      })
      .returning();
    if (row === undefined) throw new Error('a stored role was not returned');
    await inner.db.delete(rolePermissions).where(eq(rolePermissions.roleId, row.id));
    if (permissions.length > 0) {
      await inner.db
        .insert(rolePermissions)
        .values(permissions.map((line) => ({ organizationId: inner.organizationId, roleId: row.id, ...line })));
    }
    const view = { ...viewOf(row), permissions };
    await inner.audit({
      action: `identity.role.${before === undefined ? 'create' : 'change'}`,
      entityType: 'role',
      entityId: row.id,
      before,
      after: view,
    });
    return view;
  });
}

/** Deletes a role that nobody holds. Throws `role.in_use`, `role.system` and `role.missing`. */
export async function deleteRole(context: Context, key: string): Promise<void> {
  context.require('identity.role.write');
  if (isRole(key)) throw isSystem(key);
  await context.transaction(async (inner) => {
    const before = await find(inner, key);
    if (before === undefined) throw missing(key);
    refuseEscalation(inner, key, before.permissions);
    const people = await inner.db.$count(
      membershipRoles,
      and(eq(membershipRoles.organizationId, inner.organizationId), eq(membershipRoles.roleKey, key)),
    );
    const keys = await inner.db.$count(
      apiKeys,
      and(eq(apiKeys.organizationId, inner.organizationId), eq(apiKeys.role, key), sql`${apiKeys.revokedAt} is null`),
    );
    if (people + keys > 0) throw inUse(key, people, keys);
    await inner.db.delete(roles).where(and(eq(roles.organizationId, inner.organizationId), eq(roles.key, key)));
    await inner.audit({ action: 'identity.role.delete', entityType: 'role', entityId: key, before });
  });
}

async function find(context: Context, key: string): Promise<RoleView | undefined> {
  const rows = await context.db
    .select({ role: roles, permission: rolePermissions.permission, scope: rolePermissions.scope })
    .from(roles)
    .leftJoin(rolePermissions, eq(rolePermissions.roleId, roles.id))
    .where(and(eq(roles.organizationId, context.organizationId), eq(roles.key, key)));
  const [first] = rows;
  if (first === undefined) return undefined;
  const permissions = rows.flatMap(({ permission, scope }) =>
    permission === null || scope === null ? [] : [{ permission, scope }],
  );
  return { ...viewOf(first.role), permissions };
}

function viewOf(row: typeof roles.$inferSelect): Omit<RoleView, 'permissions'> {
  return { key: row.key, name: row.name, description: row.description, color: row.color, isSystem: false };
}

function isSystem(key: string): AppError {
  return new AppError({
    code: 'role.system',
    kind: 'conflict',
    detail: `The role ${key} comes with the program and cannot be changed. Make a role of your own with another key.`,
  });
}

function missing(key: string): AppError {
  return new AppError({
    code: 'role.missing',
    kind: 'missing',
    detail: `There is no role ${key} in this organization.`,
  });
}

function inUse(key: string, people: number, keys: number): AppError {
  return new AppError({
    code: 'role.in_use',
    kind: 'conflict',
    detail: `The role ${key} is held by ${people} people and ${keys} API keys. Give them another one first.`,
  });
}
