import { join } from 'node:path';
import { type Client, type ClientOptions, clientOver } from '../cli/client.ts';
import { systemClock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { isAlive, readLockHolder } from '../db/embedded/directory-lock.ts';
import { migrateDatabase } from '../db/migrate.ts';
import { openDatabase } from '../db/open.ts';
import { queueEmail } from '../deliveries/index.ts';
import type { Config } from '../platform/config.ts';
import { createLog } from '../platform/log.ts';
import { createApplication } from './application.ts';
import { cloudonixDeps } from './cloudonix.ts';
import { smtpSettings } from './email.ts';
import { publicUrlOf } from './public-url.ts';
import { openSecretBox } from './secret-key.ts';
import { newControlToken, readServerFile } from './server-file.ts';

/**
 * The API for one command: through the running server when it holds the embedded database, else over the database itself.
 */
export async function openClient(config: Config, options: ClientOptions): Promise<Client> {
  const holder = config.DATABASE_URL === undefined ? readLockHolder(config.DATA_DIR) : undefined;
  return holder !== undefined && isAlive(holder) ? throughServer(config, options) : throughDatabase(config, options);
}

function throughServer(config: Config, options: ClientOptions): Client {
  const server = readServerFile(config.DATA_DIR);
  if (server === undefined) throw starting(config.DATA_DIR);
  return clientOver((request) => fetch(request), {
    ...options,
    baseUrl: server.url,
    token: server.token,
    close: async () => {},
  });
}

async function throughDatabase(config: Config, options: ClientOptions): Promise<Client> {
  const database = await openDatabase({ url: config.DATABASE_URL, directory: config.DATA_DIR, poolSize: 2 });
  try {
    await migrateDatabase(database.orm);
    const token = newControlToken();
    const secrets = openSecretBox(config);
    // A server on Postgres runs beside us; with PORT=0 only it knows where.
    const publicUrl = config.PUBLIC_URL ?? readServerFile(config.DATA_DIR)?.url ?? publicUrlOf(config, config.PORT);
    const application = createApplication({
      database,
      clock: systemClock,
      secrets,
      log: createLog('silent'),
      publicUrl,
      cloudonix: cloudonixDeps(config, secrets, () => publicUrl),
      operatorToken: token,
      // It leaves with the server that runs, or with the next one.
      ...(smtpSettings(config) === undefined ? {} : { sendEmail: queueEmail }),
    });
    return clientOver((request) => application.fetch(request), {
      ...options,
      baseUrl: 'http://local',
      token,
      close: () => database.close(),
    });
  } catch (error) {
    await database.close();
    throw error;
  }
}

function starting(directory: string): AppError {
  return new AppError({
    code: 'server.starting',
    kind: 'unavailable',
    detail: `Another process holds ${directory} and serves nothing (yet): ${join(directory, 'server.json')} is missing. Try again in a moment.`,
  });
}
