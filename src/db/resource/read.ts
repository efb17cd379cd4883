import { and, asc, desc, eq, getTableColumns, gt, gte, ilike, lt, lte, or, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { decodeCursor, encodeCursor } from '../../core/cursor.ts';
import type { Context } from '../context.ts';
import { readSecrets } from '../secret-store.ts';
import { columnOf, type Dto, type Form, type Resource, type Row } from './definition.ts';
import { toDtos, toForms } from './forms.ts';
import { invalid, missing } from './refusals.ts';
import { openSecrets, secretIdsOf } from './secret-fields.ts';

export interface ListQuery {
  readonly filter?: Readonly<Record<string, string>>;
  /** A field, or `-field` for the other way round. Default: `-createdAt`, newest first. */
  readonly sort?: string;
  /** 1 to 1000, default 100. */
  readonly limit?: number;
  readonly cursor?: string;
  /** Text that the key or one of the searched columns holds, whatever the case. */
  readonly search?: string;
  /** Made at or after, and before, these instants. */
  readonly createdFrom?: Date;
  readonly createdBefore?: Date;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/** One page of an organization's objects. Keyset paging: walks an index, stays correct while rows come and go. */
export async function listResource(context: Context, resource: Resource, query: ListQuery = {}): Promise<Page<Dto>> {
  context.require(`${resource.permission}.read`);
  const limit = query.limit ?? 100;
  const { column, descending } = sortOf(resource, query.sort);
  const { table } = resource;
  const conditions: (SQL | undefined)[] = [eq(table.organizationId, context.organizationId)];
  for (const [field, value] of Object.entries(query.filter ?? {}))
    conditions.push(eq(filterOf(resource, field), value));
  if (query.search !== undefined) conditions.push(searchOf(resource, query.search));
  if (query.createdFrom !== undefined) conditions.push(gte(table.createdAt, query.createdFrom));
  if (query.createdBefore !== undefined) conditions.push(lt(table.createdAt, query.createdBefore));
  conditions.push(afterCursor(query.cursor, column, table.id, descending));
  const direction = descending ? desc : asc;
  const rows = (await context.db
    .select()
    .from(table as PgTable)
    .where(and(...conditions))
    .orderBy(direction(column), direction(table.id))
    .limit(limit + 1)
    // One text for each set of filters; the server keeps them planned.
    .prepare('page')
    .execute()) as Row[];
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

export async function findRow(context: Context, resource: Resource, idOrKey: string, lock = false): Promise<Row> {
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(idOrKey);
  const column = isId ? resource.table.id : columnOf(resource, resource.key);
  const query = context.db
    .select()
    .from(resource.table as PgTable)
    .where(and(eq(resource.table.organizationId, context.organizationId), eq(column, idOrKey)))
    .limit(1);
  const [row] = (await (lock ? query.for('update') : query).prepare('row').execute()) as Row[];
  if (row === undefined) throw missing(resource, idOrKey);
  return row;
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

function searchOf(resource: Resource, text: string): SQL | undefined {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  return or(...[resource.key, ...(resource.searches ?? [])].map((field) => ilike(columnOf(resource, field), pattern)));
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
  const isDate = column.dataType === 'date';
  if (cursor === undefined || (isDate && Number.isNaN(Date.parse(String(cursor.value)))))
    throw invalid([{ path: 'cursor', message: 'use the nextCursor of an earlier answer' }]);
  const beyond = descending ? lt : gt;
  const from = descending ? lte : gte;
  const value = isDate ? new Date(String(cursor.value)) : cursor.value;
  // Said twice, because an index is not entered at an "or": each page would walk over all pages before it.
  return and(from(column, value), or(beyond(column, value), and(eq(column, value), beyond(id, cursor.id))));
}
