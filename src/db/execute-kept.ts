import type { SQL } from 'drizzle-orm';
import type { Db } from './open.ts';

/** The parts of drizzle's database that its own `execute` is made of. */
interface Parts<Row> {
  readonly dialect: { sqlToQuery(statement: SQL): unknown };
  readonly session: {
    prepareQuery(query: unknown, fields: undefined, name: string): { execute(): Promise<Row[]> };
  };
}

/**
 * Runs a statement that the server keeps: parsed and planned once a connection, and one journey where `execute` makes two.
 * For what every call and every slice needs; its text must be the same each time, or the server keeps each of its texts.
 */
export function executeKept<Row extends Record<string, unknown>>(db: Db, statement: SQL): Promise<readonly Row[]> {
  const { dialect, session } = db as unknown as Parts<Row>;
  // drizzle passes on that there is a name, and postgres.js finds a kept statement by its text.
  return session.prepareQuery(dialect.sqlToQuery(statement), undefined, 'kept').execute();
}
