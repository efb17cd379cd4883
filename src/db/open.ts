import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { AppError, messageOf } from '../core/errors.ts';
import { lockDirectory } from './embedded/directory-lock.ts';
import { holdsDatabase, startEmbeddedEngine } from './embedded/engine.ts';
import { startUpkeep } from './embedded/upkeep.ts';
import * as schema from './schema/index.ts';

/** Runs queries: the pool itself or one transaction of it. */
export type Db = PostgresJsDatabase<typeof schema>;

/** The channel all wake-ups travel on; the payload says what changed (see notify.ts). */
export const CHANNEL = 'switchhook';

export interface Database {
  readonly orm: Db;
  readonly engine: 'postgres' | 'embedded';
  /** False when the embedded database was not closed properly last time; always true for a server. */
  readonly wasClosedCleanly: boolean;
  /** Calls `listener` with each notification, and `onReconnect` when some may have been missed. */
  listen(listener: (payload: string) => void, onReconnect: () => void): Promise<() => Promise<void>>;
  /** Resolves when the database answers; rejects otherwise. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Postgres connection URL; absent = embedded. */
  readonly url?: string | undefined;
  /** Directory of the embedded database; absent = in memory. */
  readonly directory?: string | undefined;
  /** Connections to a Postgres server. */
  readonly poolSize?: number;
  /** Told when the embedded database could not be looked after (see `startUpkeep`); it tries again. */
  readonly onUpkeepFault?: (error: unknown) => void;
}

/**
 * Opens the database: a Postgres server when there is a URL, else the embedded one. Both are used through the same
 * driver and the same dialect; what differs is that the embedded engine has one session, so transactions queue.
 */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  return options.url === undefined ? openEmbedded(options) : openServer(options.url, options.poolSize ?? 10);
}

/** Throws `database.unreachable` when no Postgres answers: a service that starts without one would only seem to work. */
async function openServer(url: string, poolSize: number): Promise<Database> {
  const client = postgres(url, {
    max: poolSize,
    idle_timeout: 60,
    connect_timeout: 5,
    onnotice: () => {},
    connection: { application_name: 'switchhook' },
    // Postgres stopped for a minute must be noticed within seconds of its return.
    backoff: (attempt) => Math.min(2, 0.1 * 2 ** attempt),
  });
  const orm = drizzle(client, { schema });
  try {
    await ping(orm);
  } catch (cause) {
    await client.end({ timeout: 0 });
    throw unreachable(url, cause);
  }
  return {
    orm,
    engine: 'postgres',
    wasClosedCleanly: true,
    async listen(listener, onReconnect) {
      const subscription = await client.listen(CHANNEL, listener, onReconnect);
      return subscription.unlisten;
    },
    ping: () => ping(orm),
    close: () => client.end({ timeout: 5 }),
  };
}

async function openEmbedded({ directory, onUpkeepFault = () => {} }: OpenOptions): Promise<Database> {
  const files = directory === undefined ? undefined : join(directory, 'postgres');
  const existed = files !== undefined && holdsDatabase(files);
  const lock = directory === undefined ? undefined : lockDirectory(directory);
  try {
    const engine = await startEmbeddedEngine({ directory: files, channel: CHANNEL });
    const listeners = new Set<(payload: string) => void>();
    const onnotify = (_channel: string, payload: string) => {
      for (const listener of listeners) listener(payload);
    };
    const client = postgres({
      max: 1,
      // Recycling the one connection would cut the session under a waiting query.
      max_lifetime: null,
      idle_timeout: 0,
      username: 'postgres',
      database: 'postgres',
      onnotice: () => {},
      // Undocumented but stable options of postgres.js: where the connection's bytes go, and who is told notifications.
      ...({ socket: () => engine.connect(), onnotify } as object),
    });
    const orm = drizzle(client, { schema });
    const upkeep = startUpkeep(orm, onUpkeepFault);
    return {
      orm,
      engine: 'embedded',
      wasClosedCleanly: !existed || (lock?.wasClosedCleanly ?? true),
      listen: async (listener) => {
        listeners.add(listener);
        return async () => void listeners.delete(listener);
      },
      ping: () => ping(orm),
      async close() {
        await upkeep.stop();
        await client.end({ timeout: 5 });
        await engine.close();
        lock?.release();
      },
    };
  } catch (error) {
    lock?.release();
    throw error;
  }
}

/** Names the server and never the password. */
function unreachable(url: string, cause: unknown): AppError {
  const { host, pathname } = new URL(url);
  return new AppError({
    code: 'database.unreachable',
    kind: 'unavailable',
    detail: `The Postgres database at ${host}${pathname} cannot be used: ${messageOf(cause)}. Start it, or correct DATABASE_URL.`,
    cause,
  });
}

async function ping(orm: Db): Promise<void> {
  await orm.execute(sql`select 1`);
}
