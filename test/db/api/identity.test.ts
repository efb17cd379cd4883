import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiKeys, auditEvents, loginCodes, organizations, sessions } from '../../../src/db/schema/index.ts';
import {
  authenticateApiKey,
  authenticateSession,
  createApiKey,
  createSignInCode,
  ensureApiKey,
  redeemSignInCode,
} from '../../../src/identity/index.ts';
import { newOrganization, openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type Api, apiOf, ask, type Person, personOf } from './support.ts';

let database: TestDatabase;
let api: Api;
let owner: Person;
beforeAll(async () => {
  database = await openTestDatabase();
  api = apiOf(database.database);
  owner = await personOf(api, database);
});
afterAll(() => database?.close());

/** A clock the test moves. */
function handClock() {
  let now = new Date('2026-11-21T12:00:00Z');
  return {
    now: () => now,
    pass: (milliseconds: number) => {
      now = new Date(now.getTime() + milliseconds);
    },
  };
}

const orm = () => database.database.orm;
const fail = (error: unknown) => {
  throw error;
};
const HOUR = 3_600_000;

describe('API keys', () => {
  test('a key is shown once, carries 256 bits and is stored as a hash', async () => {
    const { body } = await owner.ask('POST', '/api/v1/api-keys', { name: 'billing', role: 'reporter' });
    expect(body.key).toMatch(/^sh_[A-Za-z0-9_-]{43}$/);
    expect(body.prefix).toBe(body.key.slice(0, 9));
    const listed = await owner.ask('GET', '/api/v1/api-keys');
    expect(listed.body.items.map(({ id }: { id: string }) => id)).toContain(body.id);
    const [stored] = await orm().select().from(apiKeys).where(eq(apiKeys.id, body.id));
    const audited = await orm().select().from(auditEvents).where(eq(auditEvents.entityId, body.id));
    expect(audited).toHaveLength(1);
    for (const text of [JSON.stringify(listed.body), JSON.stringify(stored), JSON.stringify(audited)]) {
      expect(text).not.toContain(body.key);
    }
    expect(JSON.stringify(listed.body)).not.toContain(stored?.keyHash);
  });

  test('a revoked key is refused from then on and stays in the list', async () => {
    const { body } = await owner.ask('POST', '/api/v1/api-keys', { name: 'leaving' });
    const headers = { authorization: `Bearer ${body.key}` };
    expect((await ask(api, 'GET', '/api/v1/me', undefined, headers)).status).toBe(200);
    expect((await owner.ask('DELETE', `/api/v1/api-keys/${body.id}`)).status).toBe(204);
    expect((await owner.ask('DELETE', `/api/v1/api-keys/${body.id}`)).status).toBe(204);
    expect((await ask(api, 'GET', '/api/v1/me', undefined, headers)).status).toBe(401);
    const { body: list } = await owner.ask('GET', '/api/v1/api-keys');
    expect(list.items.find(({ id }: { id: string }) => id === body.id).revokedAt).not.toBeNull();
  });

  test('keys of another organization are neither listed nor revoked', async () => {
    const stranger = await personOf(api, database);
    const { body } = await owner.ask('POST', '/api/v1/api-keys', { name: 'ours' });
    expect((await stranger.ask('DELETE', `/api/v1/api-keys/${body.id}`)).status).toBe(404);
    const { body: list } = await stranger.ask('GET', '/api/v1/api-keys');
    expect(list.items.map(({ name }: { name: string }) => name)).toEqual(['owner key']);
  });

  test('the list walks page by page', async () => {
    const person = await personOf(api, database);
    for (const name of ['a', 'b', 'c']) await person.ask('POST', '/api/v1/api-keys', { name });
    const first = await person.ask('GET', '/api/v1/api-keys?limit=3');
    const second = await person.ask('GET', `/api/v1/api-keys?limit=3&cursor=${first.body.nextCursor}`);
    const names = [...first.body.items, ...second.body.items].map(({ name }: { name: string }) => name);
    expect(names.sort()).toEqual(['a', 'b', 'c', 'owner key']);
    expect(second.body.nextCursor).toBeNull();
  });

  test.each([
    [{ name: '' }, 'name'],
    [{ name: 'x', role: 'emperor' }, 'role'],
    [{ name: 'x', expiresAt: 'tomorrow' }, 'expiresAt'],
  ])('%j is refused by its field', async (body, path) => {
    const refused = await owner.ask('POST', '/api/v1/api-keys', body);
    expect([refused.status, refused.body.errors[0].path]).toEqual([422, path]);
  });

  test('nobody makes a key that may do more than they may', async () => {
    const limited = await newOrganization(database.database, {
      can: (permission) => permission.startsWith('identity.'),
    });
    await expect(createApiKey(limited, { name: 'x', role: 'owner' })).rejects.toMatchObject({
      code: 'access.escalation',
    });
    await expect(createApiKey(limited, { name: 'x', role: 'reporter' })).rejects.toMatchObject({
      code: 'access.escalation',
    });
  });

  test('an expired key, and any key of a suspended organization, is refused', async () => {
    const clock = handClock();
    const context = await newOrganization(database.database, { clock });
    const deps = { db: orm(), clock, report: fail };
    const { key } = await createApiKey(context, { name: 'x', expiresAt: '2026-11-21T13:00:00Z' });
    expect(await authenticateApiKey(deps, key)).toMatchObject({ role: 'owner' });
    clock.pass(HOUR);
    expect(await authenticateApiKey(deps, key)).toBeUndefined();
    const { key: lasting } = await createApiKey(context, { name: 'y' });
    await orm().update(organizations).set({ status: 'suspended' }).where(eq(organizations.id, context.organizationId));
    expect(await authenticateApiKey(deps, lasting)).toBeUndefined();
  });

  test('last use is noted to the minute', async () => {
    const clock = handClock();
    const context = await newOrganization(database.database, { clock });
    const { key, id } = await createApiKey(context, { name: 'x' });
    const deps = { db: orm(), clock, report: fail };
    const lastUse = async () => {
      await authenticateApiKey(deps, key);
      // The note is not awaited by the request; asking until it is there is.
      const [row] = await orm().select().from(apiKeys).where(eq(apiKeys.id, id));
      return row?.lastUsedAt?.getTime();
    };
    const start = clock.now().getTime();
    await expect.poll(lastUse).toBe(start);
    clock.pass(59_000);
    expect(await lastUse()).toBe(start);
    clock.pass(1_000);
    await expect.poll(lastUse).toBe(start + 60_000);
  });

  test("the operator's own key works, again and again, and after it was revoked", async () => {
    const context = await newOrganization(database.database);
    const key = `operator-${context.organizationId}`;
    const valid = async () =>
      (await ask(api, 'GET', '/api/v1/me', undefined, { authorization: `Bearer ${key}` })).status;
    await ensureApiKey(context, 'bootstrap', key);
    await ensureApiKey(context, 'bootstrap', key);
    expect(await valid()).toBe(200);
    const rows = await orm().select().from(apiKeys).where(eq(apiKeys.organizationId, context.organizationId));
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(key.slice(0, 6));
    await orm()
      .update(apiKeys)
      .set({ revokedAt: new Date() })
      .where(eq(apiKeys.organizationId, context.organizationId));
    expect(await valid()).toBe(401);
    await ensureApiKey(context, 'bootstrap', key);
    expect(await valid()).toBe(200);
  });

  test("the operator's key cannot be taken over by another organization, nor hold what a header cannot", async () => {
    const context = await newOrganization(database.database);
    await ensureApiKey(context, 'bootstrap', `taken-${context.organizationId}`);
    const other = await newOrganization(database.database);
    await expect(ensureApiKey(other, 'x', `taken-${context.organizationId}`)).rejects.toMatchObject({
      code: 'api_key.taken',
    });
    for (const key of ['', 'two words', 'line\nbreak', 'schlüssel']) {
      await expect(ensureApiKey(other, 'x', key)).rejects.toMatchObject({ code: 'api_key.unusable' });
    }
  });
});

describe('sign-in links', () => {
  test('a link opens one session; using it twice is refused and says so', async () => {
    const { code } = await createSignInCode(owner.context);
    const opened = await ask(api, 'GET', `/sign-in?code=${code}`);
    expect(opened.status).toBe(200);
    const cookie = opened.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^switchhook_session=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
    const me = await ask(api, 'GET', '/api/v1/me', undefined, { cookie: cookie.split(';')[0] ?? '' });
    expect(me.body).toMatchObject({ role: 'owner', actor: { kind: 'user' } });
    const again = await ask(api, 'GET', `/sign-in?code=${code}`);
    expect(again.status).toBe(401);
    expect(again.headers.get('set-cookie')).toBeNull();
    expect(again.body).toContain('already used');
  });

  test('of two who open it at once one gets in', async () => {
    const { code } = await createSignInCode(owner.context);
    const answers = await Promise.all([1, 2, 3].map(() => ask(api, 'GET', `/sign-in?code=${code}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
  });

  test('looking at a link (HEAD) does not use it up', async () => {
    const { code } = await createSignInCode(owner.context);
    expect((await ask(api, 'HEAD', `/sign-in?code=${code}`)).headers.get('set-cookie')).toBeNull();
    expect((await ask(api, 'GET', `/sign-in?code=${code}`)).status).toBe(200);
  });

  test('over https the cookie is Secure', async () => {
    const secure = apiOf(database.database, { publicUrl: 'https://calls.example.org' });
    const { code } = await createSignInCode(owner.context);
    const opened = await ask(secure, 'GET', `/sign-in?code=${code}`);
    expect(opened.headers.get('set-cookie')).toContain('; Secure');
    expect(opened.headers.get('strict-transport-security')).toContain('max-age');
  });

  test('a code is good for a quarter of an hour, a session for twelve hours', async () => {
    const clock = handClock();
    const context = await newOrganization(database.database, { clock });
    const deps = { db: orm(), clock };
    const { code } = await createSignInCode(context);
    const late = await createSignInCode(context);
    clock.pass(15 * 60_000 - 1);
    const { token } = await redeemSignInCode(context, code);
    clock.pass(1);
    await expect(redeemSignInCode(context, late.code)).rejects.toMatchObject({ code: 'sign_in.code_expired' });
    await expect(redeemSignInCode(context, 'guessed')).rejects.toMatchObject({ code: 'sign_in.code_unknown' });
    expect(await authenticateSession(deps, token)).toMatchObject({ role: 'owner' });
    clock.pass(12 * HOUR);
    expect(await authenticateSession(deps, token)).toBeUndefined();
  });

  test('neither codes nor session tokens are stored', async () => {
    const { code } = await createSignInCode(owner.context);
    const { token } = await redeemSignInCode(owner.context, code);
    const stored = JSON.stringify([await orm().select().from(loginCodes), await orm().select().from(sessions)]);
    expect(stored).not.toContain(code);
    expect(stored).not.toContain(token);
  });

  test('signing out ends the session and takes the cookie away', async () => {
    const { code } = await createSignInCode(owner.context);
    const { token } = await redeemSignInCode(owner.context, code);
    const cookie = `switchhook_session=${token}`;
    const out = await ask(api, 'DELETE', '/api/v1/session', undefined, { cookie });
    expect([out.status, out.headers.get('set-cookie')]).toEqual([204, expect.stringContaining('Max-Age=0')]);
    expect((await ask(api, 'GET', '/api/v1/me', undefined, { cookie })).status).toBe(401);
  });

  test('a cookie does not act for another site', async () => {
    const { code } = await createSignInCode(owner.context);
    const { token } = await redeemSignInCode(owner.context, code);
    const cookie = `switchhook_session=${token}`;
    for (const foreign of [
      { origin: 'https://evil.example', host: 'localhost:8080' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', origin: 'http://localhost:8080', host: 'localhost:8080' },
    ]) {
      const refused = await ask(api, 'POST', '/api/v1/extensions', { number: '55' }, { cookie, ...foreign } as Record<
        string,
        string
      >);
      expect([refused.status, refused.body.code]).toEqual([403, 'access.other_site']);
    }
    const ours = { cookie, origin: 'http://localhost:8080', host: 'localhost:8080', 'sec-fetch-site': 'same-origin' };
    expect((await ask(api, 'POST', '/api/v1/extensions', { number: '55' }, ours)).status).toBe(201);
  });
});
