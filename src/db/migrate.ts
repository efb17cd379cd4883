import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { Db } from './open.ts';
import { installTenantGuard } from './tenant-guard.ts';

/** Any number; it only has to be the same in every process that migrates this database. */
const MIGRATION_LOCK = 7_244_317;

/** Steps that `migrateDatabase` would take now. */
export async function pendingMigrations(orm: Db): Promise<number> {
  const [table] = await orm.execute<{ found: string | null }>(sql`select to_regclass('platform.migrations') as found`);
  const applied =
    table?.found == null ? [] : await orm.execute<{ hash: string }>(sql`select hash from platform.migrations`);
  const known = new Set(applied.map((row) => row.hash));
  return readMigrationFiles({ migrationsFolder: FOLDER }).filter((step) => !known.has(step.hash)).length;
}

const FOLDER = fileURLToPath(new URL('./migrations', import.meta.url));

/**
 * Brings the schema to this version's and returns how many steps that took. Migrations are files, each applied once,
 * all in one transaction whose advisory lock makes several starting processes take turns; a crash undoes everything
 * and frees the lock. (drizzle's own migrator opens its transaction itself and so cannot run under our lock.)
 */
export async function migrateDatabase(orm: Db): Promise<number> {
  return orm.transaction(async (transaction) => {
    await transaction.execute(sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    await transaction.execute(sql`create schema if not exists platform`);
    await transaction.execute(
      sql`create table if not exists platform.migrations (
        created_ms bigint primary key, hash text not null, applied_at timestamptz not null default now())`,
    );
    const applied = await transaction.execute<{ hash: string }>(sql`select hash from platform.migrations`);
    const known = new Set(applied.map((row) => row.hash));
    const pending = readMigrationFiles({ migrationsFolder: FOLDER }).filter((step) => !known.has(step.hash));
    for (const step of pending) {
      for (const statement of step.sql) await transaction.execute(sql.raw(statement));
      await transaction.execute(
        sql`insert into platform.migrations (created_ms, hash) values (${step.folderMillis}, ${step.hash})`,
      );
    }
    if (pending.length > 0) await installTenantGuard(transaction);
    return pending.length;
  });
}
