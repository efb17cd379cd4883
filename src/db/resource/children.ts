import { and, asc, eq, getTableColumns, inArray, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Context } from '../context.ts';
import type { ChildList, Form, Resource, Row } from './definition.ts';
import { attempt } from './refusals.ts';

/** The list of each parent row, by the parent's id, in order. */
export async function readChildren(
  context: Context,
  child: ChildList,
  rows: readonly Row[],
): Promise<Map<string, unknown[]>> {
  const lists = new Map<string, unknown[]>();
  if (rows.length === 0) return lists;
  const items = (await context.db
    .select()
    .from(child.table as PgTable)
    .where(listsOf(context, child, rows))
    .orderBy(asc(child.table.listIndex))) as Record<string, unknown>[];
  const hidden = new Set(['organizationId', 'listIndex', child.parent, ...Object.keys(child.fixed ?? {})]);
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

/** Makes the lists of some rows what their forms say. */
export async function writeChildren(
  context: Context,
  resource: Resource,
  rows: readonly Row[],
  forms: readonly Form[],
): Promise<void> {
  for (const [field, child] of Object.entries(resource.children ?? {})) {
    await context.db.delete(child.table as PgTable).where(listsOf(context, child, rows));
    const values = rows.flatMap((row, index) =>
      ((forms[index]?.[field] as readonly unknown[] | undefined) ?? []).map((item, listIndex) => ({
        organizationId: context.organizationId,
        [child.parent]: row.id,
        listIndex,
        ...child.fixed,
        ...(child.value === undefined ? (item as object) : { [child.value]: item }),
      })),
    );
    if (values.length > 0) await attempt(resource, () => context.db.insert(child.table as PgTable).values(values));
  }
}

function listsOf(context: Context, child: ChildList, rows: readonly Row[]): SQL | undefined {
  const columns = getTableColumns(child.table) as Record<string, PgColumn>;
  const column = (name: string): PgColumn => {
    const found = columns[name];
    if (found === undefined) throw new Error(`no column ${name} in the child table`);
    return found;
  };
  const ids = rows.map((row) => row.id);
  return and(
    eq(child.table.organizationId, context.organizationId),
    inArray(column(child.parent), ids),
    ...Object.entries(child.fixed ?? {}).map(([name, value]) => eq(column(name), value)),
  );
}
