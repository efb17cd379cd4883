import { sql } from 'drizzle-orm';
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';

/** What has happened to a table since it was last looked after; all counts are rows. */
export interface TableUse {
  readonly live: number;
  readonly dead: number;
  /** Inserted, changed or deleted since the statistics were made. */
  readonly changed: number;
}

export type Care = 'vacuum (analyze)' | 'analyze';

export interface Upkeep {
  /** Does what is due now. Resolves with how many tables were looked after. */
  run(): Promise<number>;
  /** Resolves when no work is under way, and none will begin. */
  stop(): Promise<void>;
}

/** Rows, and the share of the table on top: the defaults of a server's autovacuum (PostgreSQL 18, section 19.10). */
const FEW_ROWS = 50;
const ANALYZE_SHARE = 0.1;
const VACUUM_SHARE = 0.2;

const EVERY_MS = 15_000;
/** Longer logs make a start after a crash slower, shorter ones write whole pages more often. */
const MOST_LOG_BYTES = 64 * 1024 * 1024;

/** What a table needs after such use, if anything. */
export function careFor({ live, dead, changed }: TableUse): Care | undefined {
  if (dead > FEW_ROWS + VACUUM_SHARE * live) return 'vacuum (analyze)';
  return changed > FEW_ROWS + ANALYZE_SHARE * live ? 'analyze' : undefined;
}

/**
 * Does for the embedded engine what a server's autovacuum and checkpointer do beside it: the engine is one process and has
 * neither. Without fresh statistics the plans of an empty table are kept for ever, and a foreign key is then looked up by
 * reading all rows of a tenant; without a checkpoint the write-ahead log grows until the next stop.
 */
export function startUpkeep<Schema extends Record<string, unknown>>(
  db: PostgresJsDatabase<Schema>,
  onFault: (error: unknown) => void,
  everyMs = EVERY_MS,
): Upkeep {
  let stopped = false;
  let running: Promise<number> = Promise.resolve(0);
  const run = (): Promise<number> => {
    running = running.catch(() => 0).then(() => lookAfter(db, () => stopped));
    return running;
  };
  const timer = setInterval(() => void run().catch(onFault), everyMs);
  timer.unref();
  return {
    run,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running.catch(() => 0);
    },
  };
}

async function lookAfter<Schema extends Record<string, unknown>>(
  db: PostgresJsDatabase<Schema>,
  isStopped: () => boolean,
): Promise<number> {
  // The engine counts in memory and tells later; what it counts until now is what this is about.
  await db.execute(sql`select pg_stat_force_next_flush()`);
  const tables = await db.execute<TableUse & { readonly name: string } & Record<string, unknown>>(sql`
    select format('%I.%I', schemaname, relname) as name, n_live_tup::float8 as live, n_dead_tup::float8 as dead,
      n_mod_since_analyze::float8 as changed
    from pg_stat_user_tables where n_mod_since_analyze > ${FEW_ROWS} or n_dead_tup > ${FEW_ROWS}`);
  let cared = 0;
  // A statement a table: the one session is free for others between them.
  for (const table of tables) {
    const care = careFor(table);
    if (care === undefined || isStopped()) continue;
    await db.execute(sql.raw(`${care} ${table.name}`));
    cared += 1;
  }
  const [log] = await db.execute<{ bytes: number }>(sql`
    select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn)::float8 as bytes from pg_control_checkpoint()`);
  if (log !== undefined && log.bytes > MOST_LOG_BYTES && !isStopped()) await db.execute(sql`checkpoint`);
  return cared;
}
