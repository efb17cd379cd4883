import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callRoutes } from '../../../src/api/calls.routes.ts';
import { planRoutes } from '../../../src/api/plans.routes.ts';
import { voiceResourceRoutes } from '../../../src/api/voice.routes.ts';
import { recordCalls } from '../../../src/voice/index.ts';
import { cdr, voice } from '../../support/call-records.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type Api, apiOf, type Person, personOf } from './support.ts';

let database: TestDatabase;
let api: Api;
let owner: Person;
let reporter: Person;
let stranger: Person;

const CALL = 'a'.repeat(32);

beforeAll(async () => {
  database = await openTestDatabase();
  const routes = [...planRoutes(), ...callRoutes()];
  api = apiOf(database.database, { resources: voiceResourceRoutes(), routes });
  owner = await personOf(api, database);
  reporter = await personOf(api, database, 'reporter', owner.context);
  stranger = await personOf(api, database);
  await owner.ask('POST', '/api/v1/extensions', { number: '101' });
  await owner.ask('POST', '/api/v1/numbers', { number: '+12125550100', routeTo: 'extension:101' });
  const ours = { callToken: CALL, organizationId: owner.context.organizationId };
  await recordCalls(database.database.orm, [
    { ...voice({ planVersion: 2 }), ...ours },
    { ...cdr('answered'), ...ours },
  ]);
});
afterAll(() => database?.close());

describe('plans over the API', () => {
  test('versions say who made them, and only those of one’s own organization are there', async () => {
    const { status, body } = await reporter.ask('GET', '/api/v1/plans/versions');
    expect(status).toBe(200);
    expect(body.items).toMatchObject([
      { version: 2, actorName: 'owner key', isCurrent: true },
      { version: 1, actorName: 'owner key', isCurrent: false },
    ]);
    expect((await stranger.ask('GET', '/api/v1/plans/versions')).body.items).toEqual([]);
    expect((await stranger.ask('GET', '/api/v1/plans/versions/1')).status).toBe(404);
    expect((await reporter.ask('GET', '/api/v1/plans/versions/one')).status).toBe(404);
  });

  test.each([
    ['GET', '/api/v1/plans/draft', undefined],
    ['PUT', '/api/v1/plans/draft', { file: 'x' }],
    ['DELETE', '/api/v1/plans/draft', undefined],
    ['POST', '/api/v1/plans/validate', {}],
    ['POST', '/api/v1/plans/publish', {}],
    ['POST', '/api/v1/plans/versions/1/rollback', {}],
    ['GET', '/api/v1/plans/diff?from=1&to=2', undefined],
    ['POST', '/api/v1/plans/simulate', { from: '1', to: '2' }],
    ['POST', `/api/v1/calls/${CALL}/replay`, {}],
  ])('who may only read is refused: %s %s', async (method, path, body) => {
    expect(await reporter.ask(method, path, body)).toMatchObject({ status: 403, body: { code: 'access.forbidden' } });
    expect((await api.app.request(path, { method })).status).toBe(401);
  });

  test('a draft is stored, judged, compared, played and published', async () => {
    const slug = `org-${owner.context.organizationId}`;
    const file = `organization: { slug: ${slug}, name: Test, timezone: America/New_York }
extensions: [{ number: "101", name: Ada }]
numbers: [{ number: "+12125550100", routeTo: "extension:101" }, { number: "+12125550101", routeTo: hangup }]`;
    expect((await owner.ask('PUT', '/api/v1/plans/draft', { file })).body).toMatchObject({ baseVersion: 2 });
    expect((await owner.ask('POST', '/api/v1/plans/validate', {})).body).toEqual({ ok: true, problems: [] });
    expect((await owner.ask('GET', '/api/v1/plans/diff?from=current&to=draft')).body.changes).toMatchObject([
      { action: 'change', object: 'extension 101' },
      { action: 'create', object: 'number +12125550101' },
    ]);
    const call = { from: '+16465550150', to: '+12125550101', source: 'draft' };
    expect((await owner.ask('POST', '/api/v1/plans/simulate', call)).body).toMatchObject({ stopped: 'ended' });
    const published = await owner.ask('POST', '/api/v1/plans/publish', { note: 'a second number' });
    expect(published).toMatchObject({ status: 200, body: { version: 3 } });
    expect((await owner.ask('GET', '/api/v1/plans/draft')).status).toBe(404);
    expect((await owner.ask('GET', '/api/v1/numbers')).body.items).toHaveLength(2);
    expect((await owner.ask('POST', '/api/v1/plans/versions/2/rollback', {})).body).toMatchObject({ version: 4 });
    expect((await owner.ask('GET', '/api/v1/numbers')).body.items).toHaveLength(1);
  });

  test.each([
    ['/api/v1/plans/diff?from=first&to=2', 'from'],
    ['/api/v1/plans/diff?from=1', 'to'],
    ['/api/v1/calls/statistics?by=colour', 'by'],
    ['/api/v1/calls?since=yesterday', 'since'],
    ['/api/v1/calls?from=%2B1*2', 'from'],
    ['/api/v1/cdrs/export?format=pdf', 'format'],
  ])('%s is refused with the field that is wrong', async (path, field) => {
    const { status, body } = await owner.ask('GET', path);
    expect([status, body.errors[0].path]).toEqual([422, field]);
  });
});

describe('calls over the API', () => {
  test('a call is run again against any plan', async () => {
    const { status, body } = await owner.ask('POST', `/api/v1/calls/${CALL}/replay`, { source: '1' });
    expect([status, body.same, body.documents[0].after.path]).toEqual([200, false, []]);
    expect((await stranger.ask('POST', `/api/v1/calls/${CALL}/replay`, {})).status).toBe(404);
  });

  test('a number is found with its + escaped or not', async () => {
    for (const plus of ['%2B', '+']) {
      expect((await owner.ask('GET', `/api/v1/cdrs?number=${plus}12125550101`)).body.items).toHaveLength(1);
    }
  });

  test('the export is a file with a name, and takes the list’s filters', async () => {
    const response = await api.app.request('/api/v1/cdrs/export?disposition=answered', {
      headers: { authorization: `Bearer ${reporter.key}` },
    });
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="cdrs.csv"');
    expect((await response.text()).trim().split('\r\n')).toHaveLength(2);
  });

  test('statistics are there for who may read calls', async () => {
    const path = '/api/v1/calls/statistics?by=number&since=2026-01-01&until=2026-01-31';
    expect((await reporter.ask('GET', path)).body.items).toMatchObject([
      { key: '+12125550100', calls: 1, answered: 1 },
    ]);
  });
});
