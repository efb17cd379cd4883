import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApiKey } from '../../../src/identity/index.ts';
import { openTestApplication, type TestApplication } from '../../support/application.ts';
import { newOrganization, openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type OpenApi, operationsOf, requestMaker } from '../../support/openapi-requests.ts';
import { seededRandom } from '../../support/seeded-random.ts';

/*
 * Every address of the API, asked for what its own document says and for all that it does not say. More rounds and another
 * seed: SWITCHHOOK_FUZZ_ROUNDS=50 SWITCHHOOK_FUZZ_SEED=7.
 */
const ROUNDS = Number(process.env.SWITCHHOOK_FUZZ_ROUNDS ?? 4);
const SEED = Number(process.env.SWITCHHOOK_FUZZ_SEED ?? 20261121);

/** In every text of the other organization, and in nothing that is ours. */
const MARK = 'Zzforeign';

let test_: TestDatabase;
let application: TestApplication;
beforeAll(async () => {
  test_ = await openTestDatabase();
  application = openTestApplication(test_);
});
afterAll(() => test_?.close());

async function ask(key: string, method: string, path: string, body?: string, headers: Record<string, string> = {}) {
  const response = await application.app.request(path, {
    method,
    headers: { authorization: `Bearer ${key}`, ...headers },
    ...(body === undefined || method === 'GET' ? {} : { body }),
  });
  return { status: response.status, text: await response.text() };
}

test('no request of any shape is answered with a 5xx, or with a byte of another organization', {
  timeout: 540_000,
}, async () => {
  const random = seededRandom(SEED);
  const ours = await newOrganization(test_.database);
  const theirs = await newOrganization(test_.database);
  const newKey = async () => (await createApiKey(ours, { name: 'fuzz', role: 'owner' })).key;
  const theirKey = (await createApiKey(theirs, { name: MARK, role: 'owner' })).key;
  let key = await newKey();
  await ask(
    theirKey,
    'POST',
    '/api/v1/extensions',
    JSON.stringify({ number: '777', name: `${MARK} extension` }),
    JSON_TYPE,
  );
  await ask(
    theirKey,
    'POST',
    '/api/v1/contacts',
    JSON.stringify({ firstName: MARK, lastName: MARK, phones: [] }),
    JSON_TYPE,
  );
  for (const n of ['101', '102'])
    await ask(key, 'POST', '/api/v1/extensions', JSON.stringify({ number: n, name: `Own ${n}` }), JSON_TYPE);
  const foreignIds = await test_.database.orm.execute<{ id: string }>(
    sql`select id from voice.extensions where organization_id = ${theirs.organizationId}`,
  );
  const known = ['101', '777', 'sales', theirs.organizationId, ...foreignIds.map(({ id }) => id)];
  const document = JSON.parse((await ask(key, 'GET', '/openapi.json')).text) as OpenApi;
  const operations = operationsOf(document);
  const make = requestMaker(document, random, known);
  const statuses: Record<number, number> = {};
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const operation of operations) {
      const request = make(operation);
      const said = `round ${round} of seed ${SEED}: ${JSON.stringify(request).slice(0, 2_000)}`;
      const answer = await ask(key, request.method, request.url, request.body, request.headers);
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      expect(answer.status, `${said}\n${answer.text}\n${JSON.stringify(application.errors.at(-1))}`).toBeLessThan(500);
      expect(answer.text.includes(MARK), `${said}\nshows another organization: ${answer.text.slice(0, 2_000)}`).toBe(
        false,
      );
      // A request may have revoked the very key it came with.
      if (answer.status === 401) key = await newKey();
    }
  }
  console.log(`${operations.length} addresses, ${ROUNDS} rounds, answers by status: ${JSON.stringify(statuses)}`);
  expect(statuses[200] ?? 0).toBeGreaterThan(operations.length / 10);
  const left = await ask(theirKey, 'GET', '/api/v1/extensions/777');
  expect([left.status, left.text.includes(MARK)]).toEqual([200, true]);
});

const JSON_TYPE = { 'content-type': 'application/json' };
