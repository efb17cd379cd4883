import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { voicePolicyRoutes } from '../../../src/api/voice-policy.routes.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { apiOf, type Person, personOf } from './support.ts';

const PATH = '/api/v1/voice-policy';

let database: TestDatabase;
let owner: Person;
let other: Person;
let reporter: Person;
beforeAll(async () => {
  database = await openTestDatabase();
  const api = apiOf(database.database, { routes: voicePolicyRoutes() });
  owner = await personOf(api, database);
  other = await personOf(api, database);
  reporter = await personOf(api, database, 'reporter');
});
afterAll(() => database?.close());

describe('the voice policy over HTTP', () => {
  test('always exists, with its defaults', async () => {
    const { status, body } = await owner.ask('GET', PATH);
    expect(status).toBe(200);
    expect(body).toMatchObject({ outbound: 'international', recording: { mode: 'none', announce: true }, limits: {} });
  });

  test('is replaced as a whole, and is nobody else’s', async () => {
    const put = await owner.ask('PUT', PATH, {
      recording: { mode: 'all' },
      limits: { extension: { callsPerMinute: 3 } },
    });
    expect(put.status).toBe(200);
    expect((await owner.ask('GET', PATH)).body).toMatchObject({
      recording: { mode: 'all' },
      limits: { extension: { callsPerMinute: 3 }, organization: {} },
    });
    expect((await other.ask('GET', PATH)).body).toMatchObject({ recording: { mode: 'none' } });
    await owner.ask('PUT', PATH, {});
    expect((await owner.ask('GET', PATH)).body).toMatchObject({ recording: { mode: 'none' } });
  });

  test.each([
    [{ outbound: 'everywhere' }, 'outbound'],
    [{ limits: { extension: { callsPerMinute: 0 } } }, 'limits.extension.callsPerMinute'],
    [{ verifiedCallerIds: ['2125550100'] }, 'verifiedCallerIds.0'],
    [{ region: 'XX' }, 'region'],
    [{ recording: { announcement: {} } }, 'recording.announcement'],
    [{ featureCodes: [{ code: '97', action: 'voicemail' }] }, 'featureCodes.0.code'],
    [{ unknown: 1 }, ''],
  ])('%j is refused by its field', async (input, path) => {
    const { status, body } = await owner.ask('PUT', PATH, input);
    expect(status).toBe(422);
    expect(body.errors.map((error: { path: string }) => error.path)).toContain(path);
  });

  test('may be read by a reporter, and not written', async () => {
    expect((await reporter.ask('GET', PATH)).status).toBe(200);
    expect((await reporter.ask('PUT', PATH, {})).status).toBe(403);
  });
});
