import type { Hono } from 'hono';
import type { ApiEnv } from '../../src/api/index.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createApplication } from '../../src/node/application.ts';
import { createSecretBox } from '../../src/platform/secrets.ts';
import { type ApiClient, createApiClient } from '../../web/client/client.ts';
import type { TestDatabase } from './database.ts';

const BASE_URL = 'http://localhost:8080';

export interface TestApplication {
  readonly app: Hono<ApiEnv>;
  /** What was logged as an error: an answer of ours that was none. */
  readonly errors: unknown[];
  /** The typed client with somebody's key. */
  client(apiKey: string): ApiClient;
}

/** The whole API of a server, in this process, over a test database. Nothing outside can be reached from it. */
export function openTestApplication(test: Pick<TestDatabase, 'database'>): TestApplication {
  const errors: unknown[] = [];
  const app = createApplication({
    database: test.database,
    clock: systemClock,
    secrets: createSecretBox(['test']),
    log: { debug: () => {}, warn: () => {}, error: (facts) => errors.push(facts) },
    publicUrl: BASE_URL,
    cloudonix: {
      apiUrl: 'http://127.0.0.1:9',
      publicUrl: () => BASE_URL,
      continuationKey: new Uint8Array(32),
      // Cloudonix refuses every key here: nothing outside is ever reached.
      fetch: async () => Response.json({ message: 'unauthorized' }, { status: 401 }),
      sleep: () => Promise.resolve(),
      random: () => 0,
    },
  });
  return {
    app,
    errors,
    client: (apiKey) => createApiClient({ baseUrl: BASE_URL, apiKey, fetch: async (request) => app.fetch(request) }),
  };
}
