import { inArray, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable, PgUpdateSetSource } from 'drizzle-orm/pg-core';
import type { Db } from './open.ts';

export interface ClaimOptions<T extends PgTable> {
  /** Which rows are due. Needs an index that this predicate and `orderBy` can walk. */
  readonly where: SQL | undefined;
  readonly orderBy: readonly (SQL | PgColumn)[];
  readonly limit: number;
  /** What makes a row ours: it must no longer match `where` afterwards. */
  readonly set: PgUpdateSetSource<T>;
}

/**
 * Takes due rows out of a queue table so that no other process takes the same: the rows are locked in order, those that
 * somebody else is just taking are skipped, and all are marked in the same statement. Returns the marked rows, in no
 * particular order. This is the only place that says `for update skip locked`.
 */
export async function claim<T extends PgTable & { id: PgColumn }>(
  db: Pick<Db, 'update' | 'select'>,
  table: T,
  options: ClaimOptions<T>,
): Promise<T['$inferSelect'][]> {
  const due = db
    .select({ id: table.id })
    .from(table as PgTable)
    .where(options.where)
    .orderBy(...options.orderBy)
    .limit(options.limit)
    .for('update', { skipLocked: true });
  const rows = await db.update(table).set(options.set).where(inArray(table.id, due)).returning();
  return rows as T['$inferSelect'][];
}
