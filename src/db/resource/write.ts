import { and, eq, type SQL } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { uuidv7 } from '../../core/ids.ts';
import type { Context } from '../context.ts';
import { deleteSecrets, readSecrets } from '../secret-store.ts';
import { writeChildren } from './children.ts';
import type { Dto, Form, Resource, Row } from './definition.ts';
import { columnsOf, mergePatch, parseForm, toDtos, toForms } from './forms.ts';
import { findRow } from './read.ts';
import { attempt, inUse, invalid, missing } from './refusals.ts';
import { openSecrets, sealSecrets, secretIdsOf } from './secret-fields.ts';
import { type ExpectedVersion, requireVersion } from './version.ts';

/** Rows of one statement: Postgres takes at most 65,535 parameters in it, and a group may have a hundred members. */
const AT_ONCE = 100;

/** Creates objects from what somebody sent. Throws `validation.failed` or `<noun>.exists`. */
export async function createResources(
  context: Context,
  resource: Resource,
  inputs: readonly unknown[],
): Promise<readonly Dto[]> {
  context.require(`${resource.permission}.write`);
  const forms = inputs.map((input) => parseForm(resource, input));
  return context.transaction(async (inner) => {
    const dtos: Dto[] = [];
    for (let start = 0; start < forms.length; start += AT_ONCE)
      dtos.push(...(await insertForms(inner, resource, forms.slice(start, start + AT_ONCE))));
    resource.changed?.(inner);
    return dtos;
  });
}

async function insertForms(context: Context, resource: Resource, forms: readonly Form[]): Promise<readonly Dto[]> {
  const now = context.clock.now();
  const values: Record<string, unknown>[] = [];
  for (const form of forms) {
    const secretIds = await sealSecrets(context, resource, form);
    values.push({
      id: uuidv7(),
      organizationId: context.organizationId,
      ...columnsOf(resource, form),
      ...secretIds,
      createdAt: now,
      updatedAt: now,
    });
  }
  const rows = (await attempt(resource, () =>
    context.db
      .insert(resource.table as PgTable)
      .values(values)
      .returning(),
  )) as unknown as Row[];
  await writeChildren(context, resource, rows, forms);
  const dtos = await toDtos(context, resource, rows);
  for (const dto of dtos) await auditChange(context, resource, 'create', dto.id, undefined, dto);
  return dtos;
}

/** Creates one object. */
export async function createResource(context: Context, resource: Resource, input: unknown): Promise<Dto> {
  const [dto] = await createResources(context, resource, [input]);
  if (dto === undefined) throw new Error('a created object was not returned');
  return dto;
}

/** Changes the fields that `patch` names (RFC 7396: null removes). The result is validated as a whole. Throws `<noun>.changed`. */
export async function patchResource(
  context: Context,
  resource: Resource,
  idOrKey: string,
  patch: unknown,
  expected?: ExpectedVersion,
): Promise<Dto> {
  context.require(`${resource.permission}.write`);
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch))
    throw invalid([{ path: '', message: 'send a JSON object' }]);
  return context.transaction(async (inner) => {
    const row = await findRow(inner, resource, idOrKey, true);
    const [current] = await toForms(inner, resource, [row]);
    const secrets = await readSecrets(inner, secretIdsOf(resource, [row]));
    const before = { ...current, ...openSecrets(resource, row, secrets) };
    return replaceRow(inner, resource, row, parseForm(resource, mergePatch(before, patch as Form)), expected);
  });
}

/** Makes an object equal to `input`: fields it does not name go back to their defaults. */
export async function putResource(
  context: Context,
  resource: Resource,
  idOrKey: string,
  input: unknown,
  expected?: ExpectedVersion,
): Promise<Dto> {
  context.require(`${resource.permission}.write`);
  const form = parseForm(resource, input);
  return context.transaction(async (inner) => {
    const row = await findRow(inner, resource, idOrKey, true);
    return replaceRow(inner, resource, row, form, expected);
  });
}

/** Deletes an object. Throws `<noun>.in_use` and names what points at it. */
export async function deleteResource(
  context: Context,
  resource: Resource,
  idOrKey: string,
  expected?: ExpectedVersion,
): Promise<void> {
  context.require(`${resource.permission}.write`);
  await context.transaction(async (inner) => {
    const row = await findRow(inner, resource, idOrKey, true);
    const [before] = await toDtos(inner, resource, [row]);
    if (before === undefined) throw missing(resource, idOrKey);
    requireVersion(resource, before, expected);
    const users = (await resource.usedBy?.(inner, before)) ?? [];
    if (users.length > 0) throw inUse(resource, users);
    await attempt(resource, () => inner.db.delete(resource.table as PgTable).where(rowIs(inner, resource, row.id)));
    await deleteSecrets(inner, secretIdsOf(resource, [row]));
    await auditChange(inner, resource, 'delete', row.id, before, undefined);
    resource.changed?.(inner);
  });
}

async function replaceRow(
  context: Context,
  resource: Resource,
  row: Row,
  form: Form,
  expected: ExpectedVersion | undefined,
): Promise<Dto> {
  const [before] = await toDtos(context, resource, [row]);
  if (before === undefined) throw missing(resource, row.id);
  requireVersion(resource, before, expected);
  const formerSecrets = secretIdsOf(resource, [row]);
  const secretIds = await sealSecrets(context, resource, form);
  const [updated] = (await attempt(resource, () =>
    context.db
      .update(resource.table as PgTable)
      .set({ ...columnsOf(resource, form), ...secretIds, updatedAt: context.clock.now() })
      .where(rowIs(context, resource, row.id))
      .returning(),
  )) as unknown as Row[];
  if (updated === undefined) throw missing(resource, row.id);
  await deleteSecrets(context, formerSecrets);
  await writeChildren(context, resource, [updated], [form]);
  const [dto] = await toDtos(context, resource, [updated]);
  if (dto === undefined) throw missing(resource, row.id);
  await auditChange(context, resource, 'change', row.id, before, dto);
  resource.changed?.(context);
  return dto;
}

function rowIs(context: Context, resource: Resource, id: string): SQL | undefined {
  return and(eq(resource.table.organizationId, context.organizationId), eq(resource.table.id, id));
}

async function auditChange(
  context: Context,
  resource: Resource,
  verb: 'create' | 'change' | 'delete',
  id: string,
  before: unknown,
  after: unknown,
): Promise<void> {
  await context.audit({
    action: `${resource.permission}.${verb}`,
    entityType: resource.noun,
    entityId: id,
    before,
    after,
  });
  context.announce({ resource: resource.permission, id, change: verb });
}
