import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditEvents } from '../../../src/db/schema/index.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type Api, apiOf, ask, type Person, personOf } from './support.ts';

let database: TestDatabase;
let api: Api;
let owner: Person;
let stranger: Person;
beforeAll(async () => {
  database = await openTestDatabase();
  api = apiOf(database.database);
  owner = await personOf(api, database);
  stranger = await personOf(api, database);
});
afterAll(() => database?.close());

let next = 100;
function freshNumber(): string {
  next += 1;
  return String(next);
}

describe('a resource over HTTP', () => {
  test('what is created is answered with 201, its address and its defaults, and can be read there', async () => {
    const number = freshNumber();
    const created = await owner.ask('POST', '/api/v1/extensions', { number, name: 'Ada' });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ number, name: 'Ada', type: 'user', status: 'active' });
    expect(created.headers.get('location')).toBe(`/api/v1/extensions/${created.body.id}`);
    const read = await owner.ask('GET', created.headers.get('location') ?? '');
    expect(read.body).toEqual(created.body);
    expect((await owner.ask('GET', `/api/v1/extensions/${number}`)).body).toEqual(created.body);
  });

  test('a change names its fields, a replacement resets the others, and both leave an audit row with who did it', async () => {
    const number = freshNumber();
    const { body: created } = await owner.ask('POST', '/api/v1/extensions', {
      number,
      name: 'Ada',
      callerId: '+12125550100',
    });
    const path = `/api/v1/extensions/${created.id}`;
    const changed = await owner.ask('PATCH', path, { name: 'Bob' }, { 'content-type': 'application/merge-patch+json' });
    expect(changed.body).toMatchObject({ name: 'Bob', callerId: '+12125550100' });
    const replaced = await owner.ask('PUT', path, { number });
    expect(replaced.body.name).toBe('');
    expect(replaced.body.callerId).toBeUndefined();
    const rows = await database.database.orm.select().from(auditEvents).where(eq(auditEvents.entityId, created.id));
    expect(rows.map(({ action }) => action).sort()).toEqual(
      ['voice.extension.change', 'voice.extension.change', 'voice.extension.create'].sort(),
    );
    expect(
      rows.every(
        ({ actorKind, actorName, requestId }) =>
          actorKind === 'api_key' && actorName === 'owner key' && requestId !== null,
      ),
    ).toBe(true);
  });

  test('what is deleted is gone', async () => {
    const { body } = await owner.ask('POST', '/api/v1/extensions', { number: freshNumber() });
    const gone = await owner.ask('DELETE', `/api/v1/extensions/${body.id}`);
    expect([gone.status, gone.body]).toEqual([204, '']);
    expect((await owner.ask('GET', `/api/v1/extensions/${body.id}`)).body.code).toBe('extension.missing');
  });

  test('a list inside an object keeps its order', async () => {
    const members = [freshNumber(), freshNumber(), freshNumber()];
    for (const number of members) await owner.ask('POST', '/api/v1/extensions', { number });
    const shuffled = members.toReversed();
    const group = await owner.ask('POST', '/api/v1/ring-groups', { name: 'order', members: shuffled });
    expect((await owner.ask('GET', '/api/v1/ring-groups/order')).body.members).toEqual(shuffled);
    expect(group.status).toBe(201);
  });

  test('what something points at is not deleted, and the refusal names it', async () => {
    const number = freshNumber();
    await owner.ask('POST', '/api/v1/extensions', { number });
    await owner.ask('POST', '/api/v1/ring-groups', { name: 'pointing', members: [number] });
    const refused = await owner.ask('DELETE', `/api/v1/extensions/${number}`);
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      code: 'extension.in_use',
      detail: expect.stringContaining('in use by ring group pointing'),
    });
  });

  test('every problem of a body is named by its field', async () => {
    const refused = await owner.ask('POST', '/api/v1/ring-groups', { name: '', members: [], timeoutSeconds: 0 });
    expect(refused.status).toBe(422);
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect(refused.body).toMatchObject({ status: 422, code: 'validation.failed', title: 'Unprocessable Entity' });
    expect(refused.body.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
      'members',
      'name',
      'timeoutSeconds',
    ]);
    expect(refused.body.requestId).toBe(refused.headers.get('x-request-id'));
  });

  test('a second object with the same natural key is 409', async () => {
    const number = freshNumber();
    await owner.ask('POST', '/api/v1/extensions', { number });
    const twin = await owner.ask('POST', '/api/v1/extensions', { number });
    expect([twin.status, twin.body.code]).toEqual([409, 'extension.exists']);
  });

  test.each([
    ['GET', undefined],
    ['PATCH', { name: 'mine' }],
    ['PUT', { number: '999' }],
    ['DELETE', undefined],
  ])('%s of an object of another organization is 404 and changes nothing', async (method, body) => {
    const number = freshNumber();
    const { body: theirs } = await owner.ask('POST', '/api/v1/extensions', { number, name: 'theirs' });
    const answers = [
      await stranger.ask(method, `/api/v1/extensions/${theirs.id}`, body),
      await stranger.ask(method, `/api/v1/extensions/${number}`, body),
    ];
    expect(answers.map((answer) => [answer.status, answer.body.code])).toEqual([
      [404, 'extension.missing'],
      [404, 'extension.missing'],
    ]);
    expect((await owner.ask('GET', `/api/v1/extensions/${theirs.id}`)).body).toEqual(theirs);
  });

  test('a list shows only the own organization, and a group cannot take a foreign member', async () => {
    const number = freshNumber();
    await owner.ask('POST', '/api/v1/extensions', { number });
    const seen = await stranger.ask('GET', `/api/v1/extensions?number=${number}`);
    expect(seen.body).toEqual({ items: [], nextCursor: null });
    const group = await stranger.ask('POST', '/api/v1/ring-groups', { name: 'foreign', members: [number] });
    expect([group.status, group.body.code]).toEqual([409, 'ring_group.reference']);
  });
});

describe('a list', () => {
  test('walks page by page over everything once, in order', async () => {
    const person = await personOf(api, database);
    const numbers = Array.from({ length: 7 }, (_, index) => String(201 + index));
    for (const number of numbers) await person.ask('POST', '/api/v1/extensions', { number });
    for (const sort of ['number', '-number', 'createdAt', '-createdAt']) {
      const seen: string[] = [];
      let cursor = '';
      for (let page = 0; page < 10; page += 1) {
        const { body } = await person.ask('GET', `/api/v1/extensions?limit=3&sort=${sort}${cursor}`);
        seen.push(...body.items.map((item: { number: string }) => item.number));
        if (body.nextCursor === null) break;
        cursor = `&cursor=${body.nextCursor}`;
      }
      expect(seen.sort()).toEqual(numbers);
    }
    const { body } = await person.ask('GET', '/api/v1/extensions?sort=number&limit=2');
    expect(body.items.map((item: { number: string }) => item.number)).toEqual(['201', '202']);
  });

  test.each([
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=ten', 'limit'],
    ['sort=secret', 'sort'],
    ['cursor=nonsense', 'cursor'],
    [`cursor=${Buffer.from('["yesterday","0190f6c4-1a2b-7c3d-8e4f-5a6b7c8d9e0f"]').toString('base64url')}`, 'cursor'],
    ['status=sleeping', 'status'],
    ['colour=red', 'colour'],
    ['limit=1&limit=2', 'limit'],
    ['organizationId=0190f6c4-1a2b-7c3d-8e4f-5a6b7c8d9e0f', 'organizationId'],
  ])('?%s is refused and says what to do', async (search, path) => {
    const refused = await owner.ask('GET', `/api/v1/extensions?${search}`);
    expect(refused.status).toBe(422);
    expect(refused.body.errors[0].path).toBe(path);
  });

  test('an unknown parameter is told which ones there are', async () => {
    const refused = await owner.ask('GET', '/api/v1/extensions?colour=red');
    expect(refused.body.detail).toContain(
      'limit, cursor, sort, search, createdFrom, createdBefore, fields, include, number, type, status',
    );
  });
});

describe('who may', () => {
  const attempts = [
    ['GET', '/api/v1/extensions', undefined],
    ['GET', '/api/v1/extensions/101', undefined],
    ['POST', '/api/v1/extensions', { number: '999' }],
    ['PATCH', '/api/v1/extensions/101', {}],
    ['PUT', '/api/v1/extensions/101', { number: '101' }],
    ['DELETE', '/api/v1/extensions/101', undefined],
    ['GET', '/api/v1/me', undefined],
    ['GET', '/api/v1/api-keys', undefined],
  ] as const;

  test.each(attempts)('%s %s without a key is 401, the same whatever is wrong with it', async (method, path, body) => {
    const answers = [];
    for (const headers of [
      {},
      { authorization: 'Bearer sh_wrong' },
      { authorization: 'Basic Og==' },
      { cookie: 'switchhook_session=x' },
    ]) {
      answers.push(await ask(api, method, path, body, headers as Record<string, string>));
    }
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(new Set(answers.map(({ body }) => body.detail)).size).toBe(1);
    expect(answers[0]?.headers.get('www-authenticate')).toContain('Bearer');
  });

  test.each(attempts.slice(2, 6))('%s %s as a reporter is 403 and names the permission', async (method, path, body) => {
    const reporter = await personOf(api, database, 'reporter', owner.context);
    const refused = await reporter.ask(method, path, body);
    expect([refused.status, refused.body.code]).toEqual([403, 'access.forbidden']);
    expect(refused.body.detail).toContain('voice.extension.write');
  });

  test('a reporter reads, a member does not', async () => {
    const reporter = await personOf(api, database, 'reporter', owner.context);
    const member = await personOf(api, database, 'member', owner.context);
    expect((await reporter.ask('GET', '/api/v1/extensions')).status).toBe(200);
    expect((await member.ask('GET', '/api/v1/extensions')).status).toBe(403);
  });

  test('me says who, where and what', async () => {
    const reporter = await personOf(api, database, 'reporter', owner.context);
    const { body } = await reporter.ask('GET', '/api/v1/me');
    expect(body).toMatchObject({ role: 'reporter', actor: { kind: 'api_key', name: 'reporter key' }, demo: false });
    expect(body.organization.id).toBe(owner.context.organizationId);
    expect(body.permissions).toContain('voice.*.read');
  });
});
