import { and, asc, desc, eq, getTableColumns, gt, inArray, lt, or, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { z } from 'zod';
import { decodeCursor, encodeCursor } from '../core/cursor.ts';
import { AppError, type FieldProblem } from '../core/errors.ts';
import { uuidv7 } from '../core/ids.ts';
import type { Context } from './context.ts';
import { constraintOf } from './postgres-error.ts';
import { deleteSecrets, readSecrets, storeSecret } from './secret-store.ts';

/** An object as people write it: natural keys, no ids, absent instead of null. */
export type Form = Readonly<Record<string, unknown>>;

/** A form as the API answers it. */
export type Dto = Form & { readonly id: string; readonly createdAt: string; readonly updatedAt: string };

/** A list inside a form that has a table of its own; rows keep their order by `listIndex`. */
export interface ChildList {
  readonly table: PgTable & { organizationId: PgColumn; listIndex: PgColumn };
  /** The column, by its name in the table object, that holds the parent's id. */
  readonly parent: string;
  /** For a list of plain values: the column that holds the value. Otherwise columns are named as the item's fields. */
  readonly value?: string;
}

type ResourceTable = PgTable & { id: PgColumn; organizationId: PgColumn; createdAt: PgColumn; updatedAt: PgColumn };

/**
 * One kind of object, said once: the API, the configuration file, the audit and the permission checks are made of it.
 * Every field of `schema` is a column of the same name, a child list, or a secret (column `<field>SecretId`).
 */
export interface Resource {
  /** Plural, in the URL: `ring-groups`. */
  readonly path: string;
  /** Plural, in the configuration file: `ringGroups`. */
  readonly section: string;
  /** Singular, for people: `ring group`. */
  readonly noun: string;
  /** `area.object`; `.read` and `.write` are what an actor needs. */
  readonly permission: string;
  readonly table: ResourceTable;
  readonly schema: z.ZodType<Form>;
  /** The field people name it by. */
  readonly key: string;
  readonly children?: Readonly<Record<string, ChildList>>;
  readonly secrets?: readonly string[];
  /** Columns that a list may be filtered by, for equality. Each needs to be selective or the table small. */
  readonly filters?: readonly string[];
  /** Columns that a list may be sorted by, besides `createdAt`. */
  readonly sorts?: readonly string[];
  /** What points at the object, in words for the refusal to delete it. */
  readonly usedBy?: (context: Context, form: Form) => Promise<readonly string[]>;
  /** Called in the transaction of every change. */
  readonly changed?: (context: Context) => void;
}

export interface ListQuery {
  readonly filter?: Readonly<Record<string, string>>;
  /** A field, or `-field` for the other way round. Default: `-createdAt`, newest first. */
  readonly sort?: string;
  /** 1 to 1000, default 100. */
  readonly limit?: number;
  readonly cursor?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

const SYSTEM_COLUMNS = new Set(['id', 'organizationId', 'createdAt', 'updatedAt']);

type Row = Record<string, unknown> & { id: string; createdAt: Date; updatedAt: Date };

/** One page of an organization's objects. Keyset paging: walks an index, stays correct while rows come and go. */
export async function listResource(context: Context, resource: Resource, query: ListQuery = {}): Promise<Page<Dto>> {
  context.require(`${resource.permission}.read`);
  const limit = query.limit ?? 100;
  const { column, descending } = sortOf(resource, query.sort);
  const { table } = resource;
  const conditions: (SQL | undefined)[] = [eq(table.organizationId, context.organizationId)];
  for (const [field, value] of Object.entries(query.filter ?? {}))
    conditions.push(eq(filterOf(resource, field), value));
  conditions.push(afterCursor(query.cursor, column, table.id, descending));
  const direction = descending ? desc : asc;
  const rows = (await context.db
    .select()
    .from(table as PgTable)
    .where(and(...conditions))
    .orderBy(direction(column), direction(table.id))
    .limit(limit + 1)) as Row[];
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const sortKey = keyOfColumn(table, column);
  return {
    items: await toDtos(context, resource, page),
    nextCursor:
      rows.length > limit && last !== undefined
        ? encodeCursor({ value: cursorValue(last[sortKey]), id: last.id })
        : null,
  };
}

/** One object by its id or its natural key. Throws `<noun>.missing`. */
export async function getResource(context: Context, resource: Resource, idOrKey: string): Promise<Dto> {
  context.require(`${resource.permission}.read`);
  const row = await findRow(context, resource, idOrKey);
  const [dto] = await toDtos(context, resource, [row]);
  if (dto === undefined) throw missing(resource, idOrKey);
  return dto;
}

/** Every object of a kind in natural-key order, secrets included: what `export` writes and plans are made of. */
export async function readForms(context: Context, resource: Resource): Promise<Form[]> {
  context.require(`${resource.permission}.read`);
  const rows = (await context.db
    .select()
    .from(resource.table as PgTable)
    .where(eq(resource.table.organizationId, context.organizationId))
    .orderBy(asc(columnOf(resource, resource.key)))) as Row[];
  const secrets = await readSecrets(context, secretIdsOf(resource, rows));
  const forms = await toForms(context, resource, rows);
  return forms.map((form, index) => ({ ...form, ...openSecrets(resource, rows[index], secrets) }));
}

/** Creates objects from what somebody sent. Throws `validation.failed` or `<noun>.exists`. */
export async function createResources(
  context: Context,
  resource: Resource,
  inputs: readonly unknown[],
): Promise<readonly Dto[]> {
  context.require(`${resource.permission}.write`);
  const forms = inputs.map((input) => parseForm(resource, input));
  return context.transaction(async (inner) => {
    const now = context.clock.now();
    const values: Record<string, unknown>[] = [];
    for (const form of forms) {
      const secretIds = await sealSecrets(inner, resource, form);
      values.push({
        id: uuidv7(),
        organizationId: inner.organizationId,
        ...columnsOf(resource, form),
        ...secretIds,
        createdAt: now,
        updatedAt: now,
      });
    }
    const rows = (await attempt(resource, () =>
      inner.db
        .insert(resource.table as PgTable)
        .values(values)
        .returning(),
    )) as unknown as Row[];
    await writeChildren(inner, resource, rows, forms);
    const dtos = await toDtos(inner, resource, rows);
    for (const dto of dtos) await auditChange(inner, resource, 'create', dto.id, undefined, dto);
    resource.changed?.(inner);
    return dtos;
  });
}

/** Creates one object. */
export async function createResource(context: Context, resource: Resource, input: unknown): Promise<Dto> {
  const [dto] = await createResources(context, resource, [input]);
  if (dto === undefined) throw new Error('a created object was not returned');
  return dto;
}

/** Changes the fields that `patch` names (RFC 7396: null removes). The result is validated as a whole. */
export async function patchResource(
  context: Context,
  resource: Resource,
  idOrKey: string,
  patch: unknown,
): Promise<Dto> {
  context.require(`${resource.permission}.write`);
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch))
    throw invalid([{ path: '', message: 'send a JSON object' }]);
  return context.transaction(async (inner) => {
    const row = await findRow(inner, resource, idOrKey, true);
    const [current] = await toForms(inner, resource, [row]);
    const secrets = await readSecrets(inner, secretIdsOf(resource, [row]));
    const before = { ...current, ...openSecrets(resource, row, secrets) };
    return replaceRow(inner, resource, row, before, parseForm(resource, mergePatch(before, patch as Form)));
  });
}

/** Makes an object equal to `input`: fields it does not name go back to their defaults. */
export async function putResource(context: Context, resource: Resource, idOrKey: string, input: unknown): Promise<Dto> {
  context.require(`${resource.permission}.write`);
  const form = parseForm(resource, input);
  return context.transaction(async (inner) => {
    const row = await findRow(inner, resource, idOrKey, true);
    const [current] = await toForms(inner, resource, [row]);
    return replaceRow(inner, resource, row, current ?? {}, form);
  });
}

/** Deletes an object. Throws `<noun>.in_use` and names what points at it. */
export async function deleteResource(context: Context, resource: Resource, idOrKey: string): Promise<void> {
  context.require(`${resource.permission}.write`);
  await context.transaction(async (inner) => {
    const row = await findRow(inner, resource, idOrKey, true);
    const [form] = await toForms(inner, resource, [row]);
    const users = (await resource.usedBy?.(inner, form ?? {})) ?? [];
    if (users.length > 0) throw inUse(resource, users);
    const [before] = await toDtos(inner, resource, [row]);
    await attempt(resource, () => inner.db.delete(resource.table as PgTable).where(rowIs(inner, resource, row.id)));
    await deleteSecrets(inner, secretIdsOf(resource, [row]));
    await auditChange(inner, resource, 'delete', row.id, before, undefined);
    resource.changed?.(inner);
  });
}

/** The form of untrusted input. Throws `validation.failed` with every problem, by field. */
export function parseForm(resource: Resource, input: unknown): Form {
  const parsed = resource.schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })));
}

function invalid(problems: readonly FieldProblem[]): AppError {
  const [first] = problems;
  const where = first === undefined || first.path === '' ? '' : `${first.path}: `;
  return new AppError({
    code: 'validation.failed',
    kind: 'invalid',
    detail: problems.length === 1 ? `${where}${first?.message ?? ''}` : `${problems.length} fields need attention.`,
    problems,
  });
}

async function replaceRow(context: Context, resource: Resource, row: Row, before: Form, form: Form): Promise<Dto> {
  const [beforeDto] = await toDtos(context, resource, [row]);
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
  await auditChange(context, resource, 'change', row.id, beforeDto ?? before, dto);
  resource.changed?.(context);
  return dto;
}

async function findRow(context: Context, resource: Resource, idOrKey: string, lock = false): Promise<Row> {
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(idOrKey);
  const column = isId ? resource.table.id : columnOf(resource, resource.key);
  const query = context.db
    .select()
    .from(resource.table as PgTable)
    .where(and(eq(resource.table.organizationId, context.organizationId), eq(column, idOrKey)))
    .limit(1);
  const [row] = (await (lock ? query.for('update') : query)) as Row[];
  if (row === undefined) throw missing(resource, idOrKey);
  return row;
}

function rowIs(context: Context, resource: Resource, id: string): SQL | undefined {
  return and(eq(resource.table.organizationId, context.organizationId), eq(resource.table.id, id));
}

function fieldsOf(resource: Resource): string[] {
  return Object.keys(getTableColumns(resource.table)).filter(
    (name) => !SYSTEM_COLUMNS.has(name) && !(resource.secrets ?? []).some((secret) => name === `${secret}SecretId`),
  );
}

/** Only what the form's schema knows: a table may carry more (a modem's last snapshot). */
function columnsOf(resource: Resource, form: Form): Record<string, unknown> {
  const known = shapeOf(resource);
  return Object.fromEntries(
    fieldsOf(resource)
      .filter((field) => known.has(field))
      .map((field) => [field, form[field] ?? null]),
  );
}

function shapeOf(resource: Resource): ReadonlySet<string> {
  return new Set(Object.keys((resource.schema as unknown as { shape: object }).shape));
}

async function toForms(context: Context, resource: Resource, rows: readonly Row[]): Promise<Form[]> {
  const known = shapeOf(resource);
  const forms = rows.map((row) =>
    Object.fromEntries(
      fieldsOf(resource)
        .filter((field) => known.has(field) && row[field] !== null)
        .map((field) => [field, row[field]]),
    ),
  );
  for (const [field, child] of Object.entries(resource.children ?? {})) {
    const lists = await readChildren(context, child, rows);
    forms.forEach((form, index) => {
      form[field] = lists.get(rows[index]?.id ?? '') ?? [];
    });
  }
  return forms;
}

async function toDtos(context: Context, resource: Resource, rows: readonly Row[]): Promise<Dto[]> {
  const forms = await toForms(context, resource, rows);
  return rows.map((row, index) => ({
    id: row.id,
    ...forms[index],
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }));
}

async function readChildren(context: Context, child: ChildList, rows: readonly Row[]): Promise<Map<string, unknown[]>> {
  const lists = new Map<string, unknown[]>();
  if (rows.length === 0) return lists;
  const columns = getTableColumns(child.table) as Record<string, PgColumn>;
  const parent = columns[child.parent];
  if (parent === undefined) throw new Error(`no column ${child.parent} in the child table`);
  const items = (await context.db
    .select()
    .from(child.table as PgTable)
    .where(
      and(
        eq(child.table.organizationId, context.organizationId),
        inArray(
          parent,
          rows.map((row) => row.id),
        ),
      ),
    )
    .orderBy(asc(child.table.listIndex))) as Record<string, unknown>[];
  const hidden = new Set(['organizationId', 'listIndex', child.parent]);
  for (const item of items) {
    const owner = String(item[child.parent]);
    const value =
      child.value === undefined
        ? Object.fromEntries(Object.entries(item).filter(([name, cell]) => !hidden.has(name) && cell !== null))
        : item[child.value];
    lists.set(owner, [...(lists.get(owner) ?? []), value]);
  }
  return lists;
}

async function writeChildren(
  context: Context,
  resource: Resource,
  rows: readonly Row[],
  forms: readonly Form[],
): Promise<void> {
  for (const [field, child] of Object.entries(resource.children ?? {})) {
    const columns = getTableColumns(child.table) as Record<string, PgColumn>;
    const parent = columns[child.parent];
    if (parent === undefined) throw new Error(`no column ${child.parent} in the child table`);
    await context.db.delete(child.table as PgTable).where(
      and(
        eq(child.table.organizationId, context.organizationId),
        inArray(
          parent,
          rows.map((row) => row.id),
        ),
      ),
    );
    const values = rows.flatMap((row, index) =>
      ((forms[index]?.[field] as readonly unknown[] | undefined) ?? []).map((item, listIndex) => ({
        organizationId: context.organizationId,
        [child.parent]: row.id,
        listIndex,
        ...(child.value === undefined ? (item as object) : { [child.value]: item }),
      })),
    );
    if (values.length > 0) await attempt(resource, () => context.db.insert(child.table as PgTable).values(values));
  }
}

async function sealSecrets(context: Context, resource: Resource, form: Form): Promise<Record<string, string | null>> {
  const ids: Record<string, string | null> = {};
  for (const field of resource.secrets ?? []) {
    const value = form[field];
    ids[`${field}SecretId`] =
      typeof value === 'string' ? await storeSecret(context, `${resource.permission}.${field}`, value) : null;
  }
  return ids;
}

function secretIdsOf(resource: Resource, rows: readonly Row[]): string[] {
  return rows
    .flatMap((row) => (resource.secrets ?? []).map((field) => row[`${field}SecretId`]))
    .filter((id): id is string => typeof id === 'string');
}

function openSecrets(resource: Resource, row: Row | undefined, plaintexts: ReadonlyMap<string, string>): Form {
  const entries = (resource.secrets ?? []).map(
    (field) => [field, plaintexts.get(String(row?.[`${field}SecretId`]))] as const,
  );
  return Object.fromEntries(entries.filter(([, plaintext]) => plaintext !== undefined));
}

function sortOf(resource: Resource, sort = '-createdAt'): { column: PgColumn; descending: boolean } {
  const descending = sort.startsWith('-');
  const field = descending ? sort.slice(1) : sort;
  const allowed = ['createdAt', ...(resource.sorts ?? [])];
  if (allowed.includes(field)) return { column: columnOf(resource, field), descending };
  throw invalid([{ path: 'sort', message: `sort by one of ${allowed.join(', ')}, with - for descending` }]);
}

function filterOf(resource: Resource, field: string): PgColumn {
  const allowed = resource.filters ?? [];
  if (allowed.includes(field)) return columnOf(resource, field);
  throw invalid([
    { path: field, message: `this list cannot be filtered by ${field}; filters: ${allowed.join(', ') || 'none'}` },
  ]);
}

function columnOf(resource: Resource, field: string): PgColumn {
  const column = (getTableColumns(resource.table) as Record<string, PgColumn>)[field];
  if (column === undefined) throw new Error(`${resource.path} has no column ${field}`);
  return column;
}

function keyOfColumn(table: PgTable, column: PgColumn): string {
  return Object.entries(getTableColumns(table)).find(([, candidate]) => candidate === column)?.[0] ?? 'createdAt';
}

function cursorValue(value: unknown): string | number | null {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'number' || value === null ? value : String(value);
}

/** Rows after the cursor in sort order; the id decides between equal values. */
export function afterCursor(
  text: string | undefined,
  column: PgColumn,
  id: PgColumn,
  descending: boolean,
): SQL | undefined {
  if (text === undefined) return undefined;
  const cursor = decodeCursor(text);
  if (cursor === undefined) throw invalid([{ path: 'cursor', message: 'use the nextCursor of an earlier answer' }]);
  const beyond = descending ? lt : gt;
  const value = column.dataType === 'date' ? new Date(String(cursor.value)) : cursor.value;
  return or(beyond(column, value), and(eq(column, value), beyond(id, cursor.id)));
}

function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const base: Record<string, unknown> =
    typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...target } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete base[field];
    else base[field] = mergePatch(base[field], value);
  }
  return base;
}

async function auditChange(
  context: Context,
  resource: Resource,
  verb: string,
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
}

/** Turns what the database refuses into the words of the object it refused. */
async function attempt<T>(resource: Resource, query: () => Promise<T>): Promise<T> {
  try {
    return await query();
  } catch (error) {
    const violated = constraintOf(error);
    if (violated?.kind === 'unique') {
      throw new AppError({
        code: `${codeOf(resource)}.exists`,
        kind: 'conflict',
        detail: `There is already a ${resource.noun} with this ${resource.key}.`,
        cause: error,
      });
    }
    if (violated?.kind === 'foreign_key') {
      throw new AppError({
        code: `${codeOf(resource)}.reference`,
        kind: 'conflict',
        detail: `This ${resource.noun} points at something that does not exist, or is still used by something that does.`,
        cause: error,
      });
    }
    if (violated?.kind === 'check') {
      throw new AppError({
        code: 'validation.failed',
        kind: 'invalid',
        detail: `A field of the ${resource.noun} is out of its range (${violated.name}).`,
        cause: error,
      });
    }
    throw error;
  }
}

function inUse(resource: Resource, users: readonly string[]): AppError {
  const shown = users.slice(0, 5).join(', ');
  const more = users.length > 5 ? ` and ${users.length - 5} more` : '';
  return new AppError({
    code: `${codeOf(resource)}.in_use`,
    kind: 'conflict',
    detail: `This ${resource.noun} is in use by ${shown}${more}. Point them elsewhere first.`,
    problems: users.map((user) => ({ path: user, message: 'uses it' })),
  });
}

function missing(resource: Resource, idOrKey: string): AppError {
  return new AppError({
    code: `${codeOf(resource)}.missing`,
    kind: 'missing',
    detail: `There is no ${resource.noun} ${idOrKey} in this organization.`,
  });
}

function codeOf(resource: Resource): string {
  return resource.noun.replaceAll(' ', '_').toLowerCase();
}
