import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { constraintOf } from '../../db/postgres-error.ts';
import { apiKeys, clientCertificates, serviceAccounts } from '../../db/schema/index.ts';
import { isUuid } from '../is-uuid.ts';
import { PERMISSION_PATTERN, refuseEscalation } from '../permissions.ts';
import { parseInput } from '../validation.ts';

export const serviceAccountInputSchema = z.strictObject({
  name: z
    .string()
    .trim()
    .regex(/^[\p{L}\p{N}](?:[\p{L}\p{N}._ -]{0,62}[\p{L}\p{N}])?$/u, 'use letters, digits, dots or dashes'),
  description: z.string().max(1000).default(''),
  permissions: z.array(z.string().max(200).regex(PERMISSION_PATTERN, 'use a permission or a pattern')).max(200),
  isActive: z.boolean().default(true),
});

export const serviceAccountSchema = serviceAccountInputSchema.extend({ id: z.guid(), createdAt: z.iso.datetime() });

export type ServiceAccountView = z.output<typeof serviceAccountSchema>;

function toView(row: typeof serviceAccounts.$inferSelect): ServiceAccountView {
  const { id, name, description, permissions, isActive } = row;
  return { id, name, description, permissions, isActive, createdAt: row.createdAt.toISOString() };
}

const asGrants = (permissions: readonly string[]) =>
  permissions.map((permission) => ({ permission, scope: 'all' as const }));

/** The programs and devices of the organization, by name. */
export async function listServiceAccounts(context: Context): Promise<readonly ServiceAccountView[]> {
  context.require('identity.service_account.read');
  const rows = await context.db
    .select()
    .from(serviceAccounts)
    .where(eq(serviceAccounts.organizationId, context.organizationId))
    .orderBy(asc(sql`lower(${serviceAccounts.name})`));
  return rows.map(toView);
}

/** Makes a program or device known. Throws `access.escalation` and `service_account.exists`. */
export async function createServiceAccount(context: Context, input: unknown): Promise<ServiceAccountView> {
  context.require('identity.service_account.write');
  const wish = parseInput(serviceAccountInputSchema, input);
  return context.transaction(async (inner) => {
    refuseEscalation(inner, wish.name, asGrants(wish.permissions));
    const [row] = await attempt(() =>
      inner.db
        .insert(serviceAccounts)
        .values({ organizationId: inner.organizationId, ...wish, createdAt: inner.clock.now() })
        .returning(),
    );
    if (row === undefined) throw new Error('a created service account was not returned');
    await audit(inner, 'create', row.id, undefined, toView(row));
    return toView(row);
  });
}

/** Changes what it may do; switching it off stops its keys and certificates at once. */
export async function putServiceAccount(context: Context, id: string, input: unknown): Promise<ServiceAccountView> {
  context.require('identity.service_account.write');
  const wish = parseInput(serviceAccountInputSchema, input);
  return context.transaction(async (inner) => {
    const before = await find(inner, id);
    refuseEscalation(inner, wish.name, asGrants([...wish.permissions, ...before.permissions]));
    const [row] = await attempt(() =>
      inner.db.update(serviceAccounts).set(wish).where(eq(serviceAccounts.id, id)).returning(),
    );
    if (row === undefined) throw missing();
    await audit(inner, 'change', id, toView(before), toView(row));
    return toView(row);
  });
}

/** Removes it with its keys; its certificates are revoked first, so that their list goes on naming them. */
export async function deleteServiceAccount(context: Context, id: string): Promise<void> {
  context.require('identity.service_account.write');
  await context.transaction(async (inner) => {
    const before = await find(inner, id);
    refuseEscalation(inner, before.name, asGrants(before.permissions));
    const now = inner.clock.now();
    await inner.db
      .update(clientCertificates)
      .set({ revokedAt: now, revokeReason: 'cessationOfOperation', serviceAccountId: null })
      .where(and(eq(clientCertificates.serviceAccountId, id), isNull(clientCertificates.revokedAt)));
    await inner.db.delete(apiKeys).where(eq(apiKeys.serviceAccountId, id));
    await inner.db.delete(serviceAccounts).where(eq(serviceAccounts.id, id));
    await audit(inner, 'delete', id, toView(before), undefined);
  });
}

async function find(context: Context, id: string) {
  const [row] = isUuid(id)
    ? await context.db
        .select()
        .from(serviceAccounts)
        .where(and(eq(serviceAccounts.organizationId, context.organizationId), eq(serviceAccounts.id, id)))
        .for('update')
    : [];
  if (row === undefined) throw missing();
  return row;
}

function audit(context: Context, verb: string, id: string, before: unknown, after: unknown): Promise<void> {
  return context.audit({
    action: `identity.service_account.${verb}`,
    entityType: 'service account',
    entityId: id,
    before,
    after,
  });
}

async function attempt<T>(query: () => PromiseLike<T>): Promise<T> {
  try {
    return await query();
  } catch (error) {
    if (constraintOf(error)?.kind !== 'unique') throw error;
    throw new AppError({
      code: 'service_account.exists',
      kind: 'conflict',
      detail: 'There is already a service account of this name.',
      cause: error,
    });
  }
}

function missing(): AppError {
  return new AppError({
    code: 'service_account.missing',
    kind: 'missing',
    detail: 'There is no such service account in this organization.',
  });
}
