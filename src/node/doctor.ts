import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { messageOf } from '../core/errors.ts';
import { isAlive, readLockHolder } from '../db/embedded/directory-lock.ts';
import { pendingMigrations } from '../db/migrate.ts';
import { type Db, openDatabase } from '../db/open.ts';
import { hasTenantGuard } from '../db/tenant-guard.ts';
import type { Config } from '../platform/config.ts';
import { examineModems, systemClockFinding } from './doctor-modems.ts';
import { emailFinding } from './email.ts';
import type { Finding } from './finding.ts';
import { readServerFile } from './server-file.ts';

const CLOCK_TOLERANCE_MS = 5_000;

/**
 * Looks at everything a working installation needs, without changing anything but an empty data directory. `ports` are
 * asked instead of those that are found.
 */
export async function examine(config: Config, ports: readonly string[] = []): Promise<Finding[]> {
  return [
    nodeVersion(),
    dataDirectory(config),
    await server(config),
    ...(await database(config)),
    publicUrl(config),
    await emailFinding(config),
    rejectedRecords(config),
    await systemClockFinding(),
    ...(await examineModems(runningServer(config), ports)),
  ];
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isFit = major > 20 || (major === 20 && minor >= 19);
  return isFit
    ? { check: 'Node.js', state: 'good', detail: process.versions.node }
    : { check: 'Node.js', state: 'bad', detail: `${process.versions.node} is too old; install 20.19 or newer` };
}

function dataDirectory({ DATA_DIR }: Config): Finding {
  const check = 'data directory';
  try {
    mkdirSync(DATA_DIR, { recursive: true, mode: 0o700 });
    accessSync(DATA_DIR, constants.W_OK);
  } catch (error) {
    return {
      check,
      state: 'bad',
      detail: `${DATA_DIR} cannot be written (${messageOf(error)}); set DATA_DIR or its rights`,
    };
  }
  const isOpen = (statSync(DATA_DIR).mode & 0o077) !== 0;
  return isOpen
    ? { check, state: 'notice', detail: `${DATA_DIR} can be read by others and holds secrets; chmod 700 it` }
    : { check, state: 'good', detail: DATA_DIR };
}

async function server({ DATA_DIR }: Config): Promise<Finding> {
  const check = 'server';
  const holder = readLockHolder(DATA_DIR);
  const file = readServerFile(DATA_DIR);
  if (file === undefined) {
    const holds = holder !== undefined && isAlive(holder);
    return { check, state: 'notice', detail: holds ? `process ${holder.pid} holds the data directory` : 'not running' };
  }
  try {
    const response = await fetch(`${file.url}/readyz`, { signal: AbortSignal.timeout(3_000) });
    const { missing } = (await response.json()) as { missing: readonly { name: string; reason: string }[] };
    return response.ok
      ? { check, state: 'good', detail: `${file.url}, process ${file.pid}` }
      : { check, state: 'bad', detail: missing.map(({ name, reason }) => `${name}: ${reason}`).join('; ') };
  } catch (error) {
    return { check, state: 'bad', detail: `${file.url} does not answer (${messageOf(error)}); look at its log` };
  }
}

async function database(config: Config): Promise<Finding[]> {
  const check = 'database';
  const holder = config.DATABASE_URL === undefined ? readLockHolder(config.DATA_DIR) : undefined;
  if (holder !== undefined && isAlive(holder)) {
    return [{ check, state: 'good', detail: `embedded, held by process ${holder.pid}` }];
  }
  if (config.DATABASE_URL === undefined && !existsSync(join(config.DATA_DIR, 'postgres', 'PG_VERSION'))) {
    return [{ check, state: 'notice', detail: 'embedded, not made yet; the first start makes it' }];
  }
  try {
    const opened = await openDatabase({ url: config.DATABASE_URL, directory: config.DATA_DIR, poolSize: 1 });
    try {
      const pending = await pendingMigrations(opened.orm);
      const [row] = await opened.orm.execute<{ version: string; now_ms: string }>(
        sql`select version() as version, extract(epoch from clock_timestamp()) * 1000 as now_ms`,
      );
      const skewMs = Math.abs(Date.now() - Number(row?.now_ms));
      return [
        pending === 0
          ? { check, state: 'good', detail: String(row?.version).split(' on ')[0] ?? opened.engine }
          : {
              check,
              state: 'notice',
              detail: `${pending} migrations to do; the next start or "switchhook migrate" does them`,
            },
        skewMs <= CLOCK_TOLERANCE_MS
          ? { check: 'clock', state: 'good', detail: `within ${Math.round(skewMs)} ms of the database` }
          : {
              check: 'clock',
              state: 'bad',
              detail: `${Math.round(skewMs / 1000)} s apart from the database; run NTP on both`,
            },
        ...(pending === 0 ? [await tenantGuard(opened.orm)] : []),
      ];
    } finally {
      await opened.close();
    }
  } catch (error) {
    return [{ check, state: 'bad', detail: messageOf(error) }];
  }
}

async function tenantGuard(orm: Db): Promise<Finding> {
  const check = 'tenant guard';
  return (await hasTenantGuard(orm))
    ? {
        check,
        state: 'good',
        detail: 'rows of other organizations are out of reach, also for a query that forgets to say so',
      }
    : {
        check,
        state: 'notice',
        detail:
          'this login may not make roles, so the queries alone keep organizations apart; see docs/guides/people-and-access.md',
      };
}

function publicUrl({ PUBLIC_URL }: Config): Finding {
  const check = 'public address';
  if (PUBLIC_URL === undefined) {
    return {
      check,
      state: 'notice',
      detail: 'PUBLIC_URL is not set: Cloudonix cannot reach callbacks on this machine',
    };
  }
  return PUBLIC_URL.startsWith('https:')
    ? { check, state: 'good', detail: PUBLIC_URL }
    : { check, state: 'notice', detail: `${PUBLIC_URL} is not https; bearer tokens would travel in the clear` };
}

function rejectedRecords({ DATA_DIR }: Config): Finding {
  const check = 'journal';
  const path = join(DATA_DIR, 'journal', 'rejected.ndjson');
  return existsSync(path)
    ? { check, state: 'notice', detail: `the database refused records; they are kept in ${path}` }
    : { check, state: 'good', detail: 'no refused records' };
}

/** What the command line may ask; a file that a dead server left counts for nothing. */
function runningServer({ DATA_DIR }: Config) {
  const file = readServerFile(DATA_DIR);
  return file !== undefined && processLives(file.pid) ? file : undefined;
}

function processLives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
