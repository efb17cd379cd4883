import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type Api, apiOf, type Person, personOf } from './support.ts';

let database: TestDatabase;
let api: Api;
let owner: Person;
beforeAll(async () => {
  database = await openTestDatabase();
  api = apiOf(database.database);
  owner = await personOf(api, database);
});
afterAll(() => database?.close());

function send(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>) {
  return api.app.request('/api/v1/test/echo', {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${owner.key}`, ...headers },
  });
}

test('bytes go in as they arrive and out as they are made, nothing parsed', async () => {
  const bytes = new Uint8Array([0, 255, 10, 13, 34]);
  const answer = await send(bytes, { 'content-type': 'audio/wav' });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain']);
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes);
});

test('a media type that the address does not take is 415 and names those it takes', async () => {
  const answer = await send('{}', { 'content-type': 'application/json' });
  expect([answer.status, await answer.json()]).toMatchObject([
    415,
    { code: 'request.content_type', detail: expect.stringContaining('text/csv or audio/*') },
  ]);
});

test('a file that says it is too large is refused before a byte of it is read', async () => {
  const answer = await send('x'.repeat(100_001), { 'content-type': 'text/csv', 'content-length': '100001' });
  expect([answer.status, await answer.json()]).toMatchObject([413, { code: 'request.too_large' }]);
});

test('an Idempotency-Key is refused where an answer cannot be kept', async () => {
  const answer = await send('a', { 'content-type': 'text/csv', 'idempotency-key': 'one' });
  expect([answer.status, await answer.json()]).toMatchObject([422, { code: 'idempotency.key_invalid' }]);
});
