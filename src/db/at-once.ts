import { type SQL, sql } from 'drizzle-orm';
import { executeKept } from './execute-kept.ts';
import type { Db } from './open.ts';

type Row = Readonly<Record<string, unknown>>;

/** The parts of drizzle's database that its own `execute` is made of. */
interface Parts {
  readonly dialect: {
    readonly casing: never;
    escapeName(name: string): string;
    escapeString(text: string): string;
  };
  readonly $client: { reserve(): Promise<Connection> };
}

/** One connection of the pool that nobody else uses until it is released. */
interface Connection {
  unsafe(
    text: string,
    params?: readonly unknown[],
    options?: { readonly prepare: boolean },
  ): PromiseLike<readonly Row[]>;
  release(): void;
}

/**
 * Plans that are kept outlive the size the tables had when they were made: a table that was empty then may hold a million
 * rows now, so none may read more of it than it needs. Every row is found by its key, and lists come in the order of an
 * index.
 */
const WALKS = ['enable_seqscan', 'enable_bitmapscan', 'enable_hashjoin', 'enable_mergejoin'] as const;

/**
 * Left to itself the server would also take plans for certain values for cheaper, as it does not know how few rows a list
 * holds, and make one each time: 3.6 ms for a claim that runs in 1.3 ms.
 */
const BEGIN = `begin; ${WALKS.map((walk) => `set local ${walk} = off; `).join('')}set local plan_cache_mode = force_generic_plan`;

/**
 * Says of a transaction that all its rows are found by their keys, so that the plans it keeps stay good while the tables
 * grow; those of its foreign keys too. Without it the first minutes of a new installation are the slowest.
 */
export async function findByKeys(transaction: Db): Promise<void> {
  const settings = WALKS.map((walk) => sql`set_config('${sql.raw(walk)}', 'off', true)`);
  await executeKept(transaction, sql`select ${sql.join(settings, sql`, `)}`);
}

/**
 * Runs statements as one transaction in one journey to the server, where `transaction` makes one for its beginning, each
 * statement and its end: all are sent before the first is answered, so none can depend on what another returns. Resolves
 * after the commit with the rows of each; rejects when one fails, and then nothing has happened. The server keeps them
 * (see `executeKept`), so their texts must be few. Not inside a transaction.
 */
export async function transactAtOnce(db: Db, statements: readonly SQL[]): Promise<readonly (readonly Row[])[]> {
  const { $client: client } = db as unknown as Parts;
  const connection = await client.reserve();
  let failure: unknown;
  const answered = async (query: PromiseLike<readonly Row[]>): Promise<readonly Row[]> => {
    try {
      return await query;
    } catch (error) {
      if (!isAnswer(error)) throw error;
      // The rest is refused because of it, and must be answered before the connection goes back.
      failure ??= error;
      return [];
    }
  };
  // A lost connection rejects here; it has left the pool, and giving it back would let the next query use it.
  const results = await Promise.all([
    answered(connection.unsafe(BEGIN)),
    ...statements.map((statement) => {
      const { text, values } = textOf(db, statement);
      return answered(connection.unsafe(text, values, { prepare: true }));
    }),
    // After a failure this ends the transaction without a trace.
    answered(connection.unsafe('commit')),
  ]);
  connection.release();
  if (failure !== undefined) throw failure;
  return results.slice(1, -1);
}

/** No other values are as long as ids and times, of which one is said often. */
const ID_OR_TIME = 24;

/**
 * A statement as the server gets it. What it says several times travels once: the driver writes whatever exceeds a
 * kilobyte at once, and a write to a socket costs more than all the rest.
 */
function textOf(db: Db, statement: SQL): { readonly text: string; readonly values: readonly unknown[] } {
  const { dialect } = db as unknown as Parts;
  const values: unknown[] = [];
  const escapeParam = (_: number, value: unknown): string => {
    const known = typeof value === 'string' && value.length >= ID_OR_TIME ? values.indexOf(value) + 1 : 0;
    return `$${known > 0 ? known : values.push(value)}`;
  };
  const { sql } = statement.toQuery({
    casing: dialect.casing,
    escapeName: (name) => dialect.escapeName(name),
    escapeString: (text) => dialect.escapeString(text),
    escapeParam,
  });
  return { text: sql, values };
}

/** Whether the server refused a statement; after everything else, its own end included, the connection is lost. */
function isAnswer(error: unknown): boolean {
  return error instanceof Error && 'severity' in error && error.severity === 'ERROR';
}
