import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { inject } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { uuidv7 } from '../../src/core/ids.ts';
import { Context, type ContextOptions } from '../../src/db/context.ts';
import { migrateDatabase } from '../../src/db/migrate.ts';
import { type Database, openDatabase } from '../../src/db/open.ts';
import { organizations } from '../../src/db/schema/index.ts';
import { createSecretBox } from '../../src/platform/secrets.ts';

export interface TestDatabase {
  readonly database: Database;
  /** Where it lives, to open it a second time: what another process would give `openDatabase`. */
  readonly location: { readonly url?: string; readonly directory?: string };
  close(): Promise<void>;
}

/** A migrated database of the engine this project tests, empty, for one test file. */
export async function openTestDatabase(): Promise<TestDatabase> {
  return process.env.SWITCHHOOK_TEST_ENGINE === 'postgres' ? openOnServer() : openOnEmbedded();
}

/** A context of a new organization that may do everything. */
export async function newOrganization(database: Database, options: Partial<ContextOptions> = {}): Promise<Context> {
  const id = uuidv7();
  await database.orm
    .insert(organizations)
    .values({ id, slug: `org-${id}`, name: 'Test', timezone: 'America/New_York' });
  return new Context({
    db: database.orm,
    organizationId: id,
    actor: { kind: 'system', id: null, name: 'test' },
    can: () => true,
    clock: systemClock,
    secrets: createSecretBox(['test']),
    ...options,
  });
}

async function openOnServer(): Promise<TestDatabase> {
  const admin = new URL(inject('postgresUrl'));
  const name = `test_${uuidv7().replaceAll('-', '')}`;
  const client = postgres(admin.href, { max: 1, onnotice: () => {} });
  await client.unsafe(`create database ${name}`);
  await client.end();
  const url = Object.assign(new URL(admin.href), { pathname: `/${name}` }).href;
  const database = await openDatabase({ url });
  await migrateDatabase(database.orm);
  return { database, location: { url }, close: () => database.close() };
}

async function openOnEmbedded(): Promise<TestDatabase> {
  const directory = mkdtempSync(join(tmpdir(), 'switchhook-test-'));
  cpSync(await databaseTemplate(), directory, { recursive: true });
  const database = await openDatabase({ directory });
  return {
    database,
    location: { directory },
    async close() {
      await database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Creating a cluster takes seconds, so it is done once per schema and copied. */
export async function databaseTemplate(): Promise<string> {
  const migrations = new URL('../../src/db/migrations/', import.meta.url);
  const hash = createHash('sha256');
  for (const name of readdirSync(migrations).sort()) {
    if (name.endsWith('.sql')) hash.update(readFileSync(new URL(name, migrations)));
  }
  const cache = join(process.cwd(), 'node_modules', '.cache', 'switchhook');
  const finished = join(cache, `database-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(finished)) return finished;
  mkdirSync(cache, { recursive: true });
  const draft = mkdtempSync(join(cache, 'draft-'));
  const database = await openDatabase({ directory: draft });
  await migrateDatabase(database.orm);
  await database.close();
  try {
    renameSync(draft, finished);
  } catch {
    // Another worker was first; its template is as good.
    rmSync(draft, { recursive: true, force: true });
  }
  return finished;
}
