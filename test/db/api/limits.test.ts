import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { apiOf, personOf } from './support.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database?.close());

describe('rate limit', () => {
  test('every answer says what is left, and beyond it a 429 says when to come back', async () => {
    const api = apiOf(database.database, { requestsPerMinute: 2 });
    const owner = await personOf(api, database);
    const first = await owner.ask('GET', '/api/v1/extensions');
    expect([first.status, first.headers.get('ratelimit-remaining')]).toEqual([200, '1']);
    await owner.ask('GET', '/api/v1/nothing');
    const third = await owner.ask('GET', '/api/v1/extensions');
    expect([third.status, third.body.code, third.headers.get('ratelimit-remaining')]).toEqual([
      429,
      'request.too_many',
      '0',
    ]);
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('the operator of the machine is not counted: apply of a thousand organizations goes on', async () => {
    const api = apiOf(database.database, { requestsPerMinute: 1, operatorToken: 'operator-of-this-machine' });
    const owner = await personOf(api, database);
    const slug = (await owner.ask('GET', '/api/v1/me')).body.organization.slug;
    const headers = { authorization: 'Bearer operator-of-this-machine', 'x-switchhook-organization': slug };
    for (let n = 0; n < 3; n += 1) {
      expect((await api.app.request('/api/v1/extensions', { headers })).status).toBe(200);
    }
  });
});

describe('other origins', () => {
  const preflight = {
    method: 'OPTIONS',
    headers: { origin: 'https://their.example', 'access-control-request-method': 'GET' },
  };

  test('are told nothing unless they are named', async () => {
    const api = apiOf(database.database);
    const answer = await api.app.request('/api/v1/extensions', preflight);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('may use a key when they are named, and never a cookie', async () => {
    const api = apiOf(database.database, { corsOrigins: ['https://their.example'] });
    const answer = await api.app.request('/api/v1/extensions', preflight);
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://their.example');
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    const other = { ...preflight, headers: { ...preflight.headers, origin: 'https://evil.example' } };
    expect((await api.app.request('/api/v1/extensions', other)).headers.get('access-control-allow-origin')).toBeNull();
  });
});
