import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApiKey } from '../../../src/identity/index.ts';
import type { ApiClient } from '../../../web/client/client.ts';
import { openTestApplication } from '../../support/application.ts';
import { newOrganization, openTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
let owner: ApiClient;
let stranger: ApiClient;
let viewer: ApiClient;
beforeAll(async () => {
  database = await openTestDatabase();
  const context = await newOrganization(database.database);
  const application = openTestApplication(database);
  owner = application.client((await createApiKey(context, { name: 'owner', role: 'owner' })).key);
  viewer = application.client((await createApiKey(context, { name: 'viewer', role: 'reporter' })).key);
  const elsewhere = await newOrganization(database.database);
  stranger = application.client((await createApiKey(elsewhere, { name: 'stranger', role: 'owner' })).key);
  const balance = { code: '*100#', below: 5 };
  await owner.POST('/api/v1/modems', {
    body: { name: 'm1', path: 'imei:490154203237518', profile: 'huawei', balance },
  });
});
afterAll(() => database?.close());

const m1 = { path: { modem: 'm1' } };

describe('a modem', () => {
  test('is configured with its profile and its balance', async () => {
    const { data } = await owner.GET('/api/v1/modems', {});
    expect(data?.items[0]).toMatchObject({ name: 'm1', profile: 'huawei', state: 'stopped' });
  });

  test.each([
    [{ profile: 'nokia' }, 'profile'],
    [{ balance: { code: 'call me', below: 5 } }, 'balance.code'],
    [{ balance: { code: '*100#', below: 5, pattern: '(a+)+' } }, 'balance.pattern'],
    [{ path: 'imei:12' }, 'path'],
  ])('with %j is refused, at %s', async (change, path) => {
    const body = { name: 'm2', path: '/dev/ttyUSB0', ...change } as never;
    const { error } = await owner.POST('/api/v1/modems', { body });
    expect(error?.errors.map((each: { readonly path: string }) => each.path)).toContain(path);
  });

  test('takes a USSD code, and tells where it is', async () => {
    const made = await owner.POST('/api/v1/modems/{modem}/ussd', { params: m1, body: { code: '*100#' } });
    expect([made.response.status, made.data?.status]).toEqual([202, 'queued']);
    const id = made.data?.id ?? '';
    const found = await viewer.GET('/api/v1/ussd-sessions/{id}', { params: { path: { id } } });
    expect(found.data).toMatchObject({ modem: 'm1', purpose: 'manual' });
    const early = await owner.POST('/api/v1/ussd-sessions/{id}/reply', {
      params: { path: { id } },
      body: { text: '1' },
    });
    expect(early.error).toMatchObject({ code: 'ussd.not_waiting', status: 409 });
    const over = await owner.POST('/api/v1/ussd-sessions/{id}/cancel', { params: { path: { id } } });
    expect(over.data?.status).toBe('cancelled');
  });

  test.each(['', 'hello', '*100#"', '*100#\r'])('refuses %j, which is no code', async (code) => {
    const { response } = await owner.POST('/api/v1/modems/{modem}/ussd', { params: m1, body: { code } });
    expect(response.status).toBe(422);
  });

  test('is traced, and its events and samples are read', async () => {
    const made = await owner.POST('/api/v1/modems/{modem}/trace', { params: m1, body: { seconds: 5 } });
    expect([made.response.status, made.data?.status]).toEqual([202, 'queued']);
    const id = made.data?.id ?? '';
    expect((await owner.GET('/api/v1/modem-traces/{id}', { params: { path: { id } } })).data?.seconds).toBe(5);
    expect((await viewer.GET('/api/v1/modems/{modem}/events', { params: m1 })).data?.items).toEqual([]);
    expect((await viewer.GET('/api/v1/modems/{modem}/samples', { params: m1 })).data?.items).toEqual([]);
  });

  test('is out of reach for who may only look, and for other organizations', async () => {
    const asked = await viewer.POST('/api/v1/modems/{modem}/ussd', { params: m1, body: { code: '*1#' } });
    expect(asked.response.status).toBe(403);
    const traced = await viewer.POST('/api/v1/modems/{modem}/trace', { params: m1, body: { seconds: 5 } });
    expect(traced.response.status).toBe(403);
    for (const path of ['events', 'samples', 'ussd'] as const) {
      const { error } = await stranger.GET(`/api/v1/modems/{modem}/${path}`, { params: m1 });
      expect(error).toMatchObject({ code: 'modem.missing', status: 404 });
    }
  });
});
