import { systemClock } from '../core/clock.ts';
import type { Db } from '../db/open.ts';
import { createLog } from '../platform/log.ts';
import { createSecretBox } from '../platform/secrets.ts';
import { createApplication } from './application.ts';

/** The OpenAPI document of the whole API, without a database behind it. */
export async function describeApplication(): Promise<string> {
  const url = 'http://localhost:8080';
  const application = createApplication({
    database: { orm: nothingHere<Db>() },
    clock: systemClock,
    secrets: createSecretBox(['describes only']),
    log: createLog('silent'),
    publicUrl: url,
    cloudonix: nothingHere(),
  });
  const answer = await application.request(`${url}/openapi.json`);
  return answer.text();
}

/** Stands where a description needs a thing and must not use it. */
function nothingHere<T extends object>(): T {
  return new Proxy({} as T, {
    get: (_, name) => {
      throw new Error(`a description does nothing, and so has no ${String(name)}`);
    },
  });
}
