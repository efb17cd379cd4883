import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApi, route } from '../../../src/api/index.ts';
import { applyOrganizationFile, readOrganizationFile } from '../../../src/configuration/index.ts';
import { uuidv7 } from '../../../src/core/ids.ts';
import type { Context } from '../../../src/db/context.ts';
import type { Db } from '../../../src/db/open.ts';
import { organizations } from '../../../src/db/schema/index.ts';
import { enterTenant } from '../../../src/db/tenant-guard.ts';
import { can, createApiKey, createPerson, ROLE_NAMES } from '../../../src/identity/index.ts';
import { grantsOf } from '../../../src/identity/permissions.ts';
import { openTestApplication, type TestApplication } from '../../support/application.ts';
import { newOrganization, openTestDatabase, type TestDatabase } from '../../support/database.ts';

interface Endpoint {
  readonly method: string;
  readonly path: string;
  /** A permission, or undefined where being signed in is enough. */
  readonly permission: string | undefined;
  readonly isPublic: boolean;
  readonly isScoped: boolean;
}

let database: TestDatabase;
let application: TestApplication;
let endpoints: readonly Endpoint[];
let home: Context;
let foreign: Context;

beforeAll(async () => {
  database = await openTestDatabase();
  application = openTestApplication(database);
  const document = JSON.parse(await (await application.app.request('/openapi.json')).text());
  endpoints = Object.entries<Record<string, { description?: string }>>(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { description = '' }]) => ({
      method: method.toUpperCase(),
      path,
      permission: /Needs the permission `([^`]+)`/.exec(description)?.[1],
      isPublic: description.includes('Needs no sign-in.'),
      isScoped: description.includes(', for some rows at least'),
    })),
  );
  home = await newOrganization(database.database);
  foreign = await furnished();
}, 120_000);
afterAll(() => database?.close());

/** An organization with one of everything, by name: what must not be seen from elsewhere. */
async function furnished(): Promise<Context> {
  const read = readOrganizationFile(readFileSync('test/fixtures/acme.yaml', 'utf8'));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const context = await newOrganization(database.database);
  const { organizationId } = await applyOrganizationFile(
    { db: context.db, actor: context.actor, can: () => true, clock: context.clock, secrets: context.secrets },
    read.value,
  );
  const inside = context.as({ organizationId, actor: context.actor, can: () => true });
  await createPerson(inside, { callsign: 'foreigner', phone: '+12125558888', roles: ['owner'] });
  return inside;
}

const keyFor = async (context: Context, role: string) => (await createApiKey(context, { name: role, role })).key;

async function request(endpoint: Endpoint, key: string | undefined, id: string = uuidv7()) {
  const path = endpoint.path.replace(/\{[^}]+\}/g, encodeURIComponent(id));
  const response = await application.app.request(path, {
    method: endpoint.method,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(endpoint.method === 'GET' || endpoint.method === 'DELETE' ? {} : { 'content-type': 'application/json' }),
    },
    ...(endpoint.method === 'GET' || endpoint.method === 'DELETE' ? {} : { body: '{}' }),
  });
  return { status: response.status, text: await response.text() };
}

test('every endpoint names its permission, and a route that forgets it does not start', () => {
  expect(endpoints.length).toBeGreaterThan(150);
  const areas = new Set(endpoints.map(({ permission }) => permission?.split('.')[0]));
  expect([...areas]).toEqual(expect.arrayContaining(['identity', 'voice', 'sms', 'directory', 'platform']));
  const forgetful = route(
    { method: 'GET', path: '/api/v1/hole', tag: 'x', summary: 'x' } as never,
    async () => undefined,
  );
  expect(() =>
    createApi({
      database: database.database,
      clock: home.clock,
      secrets: home.secrets,
      log: { debug: () => {}, warn: () => {}, error: () => {} },
      version: '0',
      publicUrl: 'http://localhost',
      resources: [],
      routes: [forgetful],
    }),
  ).toThrow('GET /api/v1/hole names no permission');
});

test('without credentials only the public endpoints answer', async () => {
  for (const endpoint of endpoints) {
    const { status } = await request(endpoint, undefined);
    const where = `${endpoint.method} ${endpoint.path}`;
    if (endpoint.isPublic) expect([where, status === 401 && !where.includes('sign-in')]).toEqual([where, false]);
    else expect([where, status]).toEqual([where, 401]);
  }
}, 120_000);

test('each endpoint refuses exactly the roles that the table refuses', async () => {
  let checks = 0;
  for (const role of ROLE_NAMES) {
    const organization = await newOrganization(database.database);
    const key = await keyFor(organization, role);
    for (const endpoint of endpoints) {
      // A DELETE of one's own key or session in the middle would end the test, not prove anything.
      if (endpoint.permission === undefined) continue;
      const may = can({ grants: grantsOf(role) }, endpoint.permission, endpoint.isScoped ? 'some' : undefined);
      // The key of an owner would do what it asks for; what is allowed is proven by the tests of each subject.
      if (may && endpoint.method === 'DELETE' && !endpoint.path.includes('{')) continue;
      const { status, text } = await request(endpoint, key);
      const isRefused = status === 403 && text.includes('access.forbidden') && text.includes(endpoint.permission);
      expect([role, endpoint.method, endpoint.path, isRefused ? 'refused' : 'let in']).toEqual([
        role,
        endpoint.method,
        endpoint.path,
        may ? 'let in' : 'refused',
      ]);
      checks += 1;
    }
  }
  console.log(`${endpoints.length} endpoints × ${ROLE_NAMES.length} roles: ${checks} answers agree with the table`);
  expect(checks).toBeGreaterThan(1_500);
}, 300_000);

test('an owner reaches nothing of another organization, by id or by name', async () => {
  const mine = await keyFor(home, 'owner');
  const theirs = await keyFor(foreign, 'owner');
  let visits = 0;
  for (const list of endpoints.filter(({ method, path }) => method === 'GET' && !path.includes('{'))) {
    const answer = await request(list, theirs);
    const items: { id?: string; key?: string }[] = answer.status === 200 ? (parsed(answer.text).items ?? []) : [];
    const ids = items.slice(0, 2).flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
    const own = await request(list, mine);
    for (const id of ids) {
      expect([list.path, own.text.includes(id)]).toEqual([list.path, false]);
      for (const one of endpoints.filter(({ path }) => path.startsWith(`${list.path}/{`))) {
        const { status, text } = await request(one, mine, id);
        visits += 1;
        expect([one.method, one.path, status < 300]).toEqual([one.method, one.path, false]);
        expect(status).toBeLessThan(500);
        // The id itself may be quoted back; nothing else of theirs.
        expect(text).not.toContain('foreigner');
      }
    }
  }
  console.log(`${visits} visits to objects of another organization, none let in`);
  expect(visits).toBeGreaterThan(50);
  const still = await request(
    { method: 'GET', path: '/api/v1/people', permission: '', isPublic: false, isScoped: false },
    theirs,
  );
  expect(still.text).toContain('foreigner');
}, 300_000);

test('no list forgets its organization: where only its own rows exist, each says the same', async () => {
  const lists = endpoints.filter(({ method, path, permission }) => {
    // The platform looks across organizations on purpose.
    return method === 'GET' && !path.includes('{') && permission !== undefined && !permission.startsWith('platform.');
  });
  const known: string[] = [];
  const all = await database.database.orm.select({ id: organizations.id }).from(organizations);
  for (const context of [home, foreign]) {
    const key = await keyFor(context, 'owner');
    const plain = new Map<string, { status: number; ids: readonly string[] }>();
    for (const list of lists) plain.set(list.path, idsOf(await request(list, key)));
    await database.database.orm.transaction(async (transaction) => {
      const guarded = openTestApplication({ database: { ...database.database, orm: transaction as unknown as Db } });
      // The comparison bites: a query that does forget finds less here.
      await enterTenant(transaction, context.organizationId);
      const guardedRows = await transaction.select({ id: organizations.id }).from(organizations);
      expect(guardedRows.length).toBeLessThan(all.length);
      for (const { path } of lists) {
        await enterTenant(transaction, context.organizationId);
        const response = await guarded.app.request(path, { headers: { authorization: `Bearer ${key}` } });
        const seen = idsOf({ status: response.status, text: await response.text() });
        expect([path, seen]).toEqual([path, plain.get(path)]);
        known.push(...seen.ids);
      }
    });
  }
  console.log(
    `${lists.length} lists say the same with and without row-level security, ${new Set(known).size} ids in them`,
  );
  expect(lists.length).toBeGreaterThan(40);
  expect(new Set(known).size).toBeGreaterThan(30);
}, 120_000);

/** Every id in an answer, whatever its form. */
function idsOf({ status, text }: { readonly status: number; readonly text: string }) {
  const ids = status === 200 ? (text.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? []) : [];
  return { status, ids: [...new Set(ids)].sort() };
}

function parsed(text: string): { items?: { id?: string }[] } {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
