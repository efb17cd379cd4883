import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resource } from '../../../src/api/index.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type Api, apiOf, extensionResource, type Person, personOf, ringGroupResource } from './support.ts';

let database: TestDatabase;
let api: Api;
let owner: Person;
beforeAll(async () => {
  database = await openTestDatabase();
  api = apiOf(database.database, {
    resources: [
      resource({
        ...extensionResource,
        searches: ['name'],
        restricted: { callerId: 'voice.extension.write' },
      }),
      resource(ringGroupResource),
    ],
  });
  owner = await personOf(api, database);
  for (const [number, name] of [
    ['101', 'Ada 100%'],
    ['102', 'Grace_Hopper'],
    ['103', 'Ada Lovelace'],
  ])
    await owner.ask('POST', '/api/v1/extensions', { number, name, callerId: '+16465550100' });
  await owner.ask('POST', '/api/v1/ring-groups', { name: 'sales', members: ['101'] });
});
afterAll(() => database?.close());

async function numbers(query: string): Promise<string[]> {
  const { body } = await owner.ask('GET', `/api/v1/extensions?sort=number&${query}`);
  return body.items.map((item: { number: string }) => item.number);
}

describe('search', () => {
  test.each([
    { search: 'ada', found: ['101', '103'] },
    { search: '10', found: ['101', '102', '103'] },
    { search: '%', found: ['101'] },
    { search: '_', found: ['102'] },
    { search: '\\', found: [] },
  ])('"$search" finds $found, and means itself', async ({ search, found }) => {
    expect(await numbers(`search=${encodeURIComponent(search)}`)).toEqual(found);
  });

  test('a list is narrowed to when things were made, the first instant in and the last one out', async () => {
    const { body } = await owner.ask('GET', '/api/v1/extensions/102');
    const later = new Date(Date.parse(body.createdAt) + 1).toISOString();
    const asked = `createdFrom=${body.createdAt}&createdBefore=${later}`;
    expect(await numbers(asked)).toContain('102');
    expect(await numbers(`createdBefore=${body.createdAt}`)).not.toContain('102');
    expect((await owner.ask('GET', '/api/v1/extensions?createdFrom=yesterday')).status).toBe(422);
  });
});

describe('fields and includes', () => {
  test('only the fields that were asked for come, with the id', async () => {
    const { body } = await owner.ask('GET', '/api/v1/extensions/101?fields=name');
    expect(body).toEqual({ id: expect.any(String), name: 'Ada 100%' });
  });

  test('what uses an object can be included', async () => {
    const { body } = await owner.ask('GET', '/api/v1/extensions?sort=number&fields=number&include=usedBy');
    expect(body.items[0]).toEqual({ id: expect.any(String), number: '101', usedBy: ['ring group sales'] });
    expect(body.items[1].usedBy).toEqual([]);
  });

  test.each(['fields=secret', 'include=everything'])('%s is refused and names what there is', async (query) => {
    const answer = await owner.ask('GET', `/api/v1/extensions?${query}`);
    expect([answer.status, answer.body.detail]).toEqual([422, expect.stringContaining('use some of')]);
  });

  test('a restricted field is answered to nobody without its permission', async () => {
    const reporter = await personOf(api, database, 'reporter', owner.context);
    expect((await owner.ask('GET', '/api/v1/extensions/101')).body.callerId).toBe('+16465550100');
    expect((await reporter.ask('GET', '/api/v1/extensions/101')).body).not.toHaveProperty('callerId');
    const { body } = await reporter.ask('GET', '/api/v1/extensions?fields=callerId');
    expect(JSON.stringify(body)).not.toContain('5550100');
  });
});

describe('If-Match', () => {
  test('of two people who read the same object, the second writer is told and nothing of the first is lost', async () => {
    const etag = (await owner.ask('GET', '/api/v1/extensions/103')).headers.get('etag') ?? '';
    const first = await owner.ask('PATCH', '/api/v1/extensions/103', { name: 'First' }, { 'if-match': etag });
    const second = await owner.ask('PATCH', '/api/v1/extensions/103', { name: 'Second' }, { 'if-match': etag });
    expect([first.status, second.status, second.body.code]).toEqual([200, 412, 'extension.changed']);
    expect((await owner.ask('GET', '/api/v1/extensions/103')).body.name).toBe('First');
    const again = await owner.ask(
      'PUT',
      '/api/v1/extensions/103',
      { number: '103', name: 'Third' },
      {
        'if-match': `"other", ${first.headers.get('etag')}`,
      },
    );
    expect(again.status).toBe(200);
  });

  test('an object is not deleted in another state than was seen; * takes any', async () => {
    await owner.ask('POST', '/api/v1/extensions', { number: '109', name: 'Brief' });
    const stale = await owner.ask('DELETE', '/api/v1/extensions/109', undefined, { 'if-match': '"old"' });
    const any = await owner.ask('DELETE', '/api/v1/extensions/109', undefined, { 'if-match': '*' });
    expect([stale.status, any.status]).toEqual([412, 204]);
  });

  test('a header that is no ETag is refused instead of ignored', async () => {
    const answer = await owner.ask('PATCH', '/api/v1/extensions/101', { name: 'x' }, { 'if-match': 'W/1' });
    expect([answer.status, answer.body.code]).toEqual([400, 'request.if_match']);
  });
});
