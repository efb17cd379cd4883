import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { uuidv7 } from '../../../src/core/ids.ts';
import { auditEvents, extensions, idempotencyKeys } from '../../../src/db/schema/index.ts';
import { doOnce, purgeIdempotencyKeys } from '../../../src/identity/index.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type Api, apiOf, type Person, personOf } from './support.ts';

let database: TestDatabase;
let api: Api;
let owner: Person;
beforeAll(async () => {
  database = await openTestDatabase();
});
beforeEach(async () => {
  api = apiOf(database.database);
  owner = await personOf(api, database);
});
afterAll(() => database?.close());

const rowsOf = (person: Person) =>
  database.database.orm
    .select()
    .from(idempotencyKeys)
    .where(eq(idempotencyKeys.organizationId, person.context.organizationId));

describe('Idempotency-Key', () => {
  test('a repetition gets the first answer, status and address included, and nothing is done again', async () => {
    const headers = { 'idempotency-key': uuidv7() };
    const first = await owner.ask('POST', '/api/v1/extensions', { number: '101' }, headers);
    const again = await owner.ask('POST', '/api/v1/extensions', { number: '101' }, headers);
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  test('another request under the same key is refused, also at another address or by another key holder', async () => {
    const headers = { 'idempotency-key': 'once' };
    await owner.ask('POST', '/api/v1/test/work', {}, headers);
    const colleague = await personOf(api, database, 'owner', owner.context);
    const refused = [
      await owner.ask('POST', '/api/v1/test/work', { fail: false }, headers),
      await owner.ask('POST', '/api/v1/extensions', {}, headers),
      await colleague.ask('POST', '/api/v1/test/work', {}, headers),
    ];
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(
      Array.from({ length: 3 }, () => [422, 'idempotency.key_reused']),
    );
  });

  test('the same key in another organization is another key', async () => {
    const stranger = await personOf(api, database);
    const headers = { 'idempotency-key': 'shared' };
    await owner.ask('POST', '/api/v1/test/work', {}, headers);
    const theirs = await stranger.ask('POST', '/api/v1/test/work', {}, headers);
    expect([theirs.body.call, theirs.headers.get('idempotency-replayed')]).toEqual([2, null]);
  });

  test('while the first is at work a second is told 409, and afterwards gets its answer', async () => {
    let finish: () => void = () => {};
    api.probe.wait = new Promise((resolve) => {
      finish = resolve;
    });
    const headers = { 'idempotency-key': 'busy' };
    const first = owner.ask('POST', '/api/v1/test/work', {}, headers);
    await expect.poll(() => api.probe.calls).toBe(1);
    const second = owner.ask('POST', '/api/v1/test/work', {}, headers);
    // The embedded engine has one session: there the second cannot even show its key before the first is done.
    if (database.database.engine === 'embedded') finish();
    const { status, body } = await second;
    if (database.database.engine === 'postgres') expect([status, body.code]).toEqual([409, 'idempotency.in_progress']);
    else expect([202, 409]).toContain(status);
    finish();
    expect((await first).body).toEqual({ call: 1 });
    expect((await owner.ask('POST', '/api/v1/test/work', {}, headers)).body).toEqual({ call: 1 });
    expect(api.probe.calls).toBe(1);
  });

  test('two processes do not both work: the database lets one in', async () => {
    const context = owner.context;
    let inner: unknown;
    await doOnce(context, 'lock', 'f', async () => {
      if (database.database.engine === 'postgres') {
        inner = await doOnce(context, 'lock', 'f', async () => ({ status: 200, body: null, headers: {} })).catch(
          (error) => error,
        );
      }
      return { status: 200, body: 1, headers: {} };
    });
    // The embedded engine has one session: the second process cannot even open the directory.
    if (database.database.engine === 'postgres') expect(inner).toMatchObject({ code: 'idempotency.in_progress' });
    const replay = await doOnce(context, 'lock', 'f', () => Promise.reject(new Error('done twice')));
    expect(replay).toEqual({ answer: { status: 200, body: 1, headers: {} }, isReplay: true });
  });

  test('what fails leaves neither work nor key, so that the repetition works afresh', async () => {
    const headers = { 'idempotency-key': 'mended' };
    const failed = await owner.ask('POST', '/api/v1/test/work', { fail: true }, headers);
    expect(failed.status).toBe(500);
    expect(await rowsOf(owner)).toEqual([]);
    const work = await database.database.orm
      .select()
      .from(auditEvents)
      .where(eq(auditEvents.organizationId, owner.context.organizationId));
    expect(work.filter(({ action }) => action === 'test.work')).toEqual([]);
    expect((await owner.ask('POST', '/api/v1/test/work', {}, headers)).status).toBe(202);
  });

  test('a refused request may be mended under the same key', async () => {
    const headers = { 'idempotency-key': 'refused' };
    expect((await owner.ask('POST', '/api/v1/extensions', { number: 'x' }, headers)).status).toBe(422);
    expect((await owner.ask('POST', '/api/v1/extensions', { number: '77' }, headers)).status).toBe(201);
    expect(
      await database.database.orm.$count(extensions, eq(extensions.organizationId, owner.context.organizationId)),
    ).toBe(1);
  });

  test('a key is checked, and refused where the work could not be undone with it', async () => {
    const long = await owner.ask('POST', '/api/v1/test/work', {}, { 'idempotency-key': 'x'.repeat(256) });
    const outside = await owner.ask('POST', '/api/v1/test/outside', undefined, { 'idempotency-key': 'k' });
    expect([long.body.code, outside.body.code]).toEqual(['idempotency.key_invalid', 'idempotency.key_invalid']);
  });

  test('what is stored gives nothing away: not even the API key that an answer showed', async () => {
    const headers = { 'idempotency-key': 'secret' };
    const made = await owner.ask('POST', '/api/v1/api-keys', { name: 'ci' }, headers);
    expect(made.status).toBe(201);
    expect(JSON.stringify(await rowsOf(owner))).not.toContain(made.body.key);
    expect((await owner.ask('POST', '/api/v1/api-keys', { name: 'ci' }, headers)).body.key).toBe(made.body.key);
  });

  test('after a day the key is new again, and its row is removed', async () => {
    const headers = { 'idempotency-key': 'old' };
    await owner.ask('POST', '/api/v1/test/work', {}, headers);
    const yesterday = new Date(Date.now() - 25 * 3_600_000);
    await database.database.orm
      .update(idempotencyKeys)
      .set({ createdAt: yesterday })
      .where(eq(idempotencyKeys.organizationId, owner.context.organizationId));
    expect((await owner.ask('POST', '/api/v1/test/work', {}, headers)).body).toEqual({ call: 2 });
    await database.database.orm
      .update(idempotencyKeys)
      .set({ createdAt: yesterday })
      .where(eq(idempotencyKeys.organizationId, owner.context.organizationId));
    expect(await purgeIdempotencyKeys(database.database.orm, new Date())).toBeGreaterThanOrEqual(1);
    expect(await rowsOf(owner)).toEqual([]);
  });
});
