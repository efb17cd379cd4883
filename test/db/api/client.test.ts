import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApiKey } from '../../../src/identity/index.ts';
import type { ApiClient } from '../../../web/client/client.ts';
import { openTestApplication } from '../../support/application.ts';
import { newOrganization, openTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
let api: ApiClient;
beforeAll(async () => {
  database = await openTestDatabase();
  const { key } = await createApiKey(await newOrganization(database.database), { name: 'client', role: 'owner' });
  api = openTestApplication(database).client(key);
});
afterAll(() => database?.close());

test('the generated client makes, finds, changes and deletes, and every body and answer has its type', async () => {
  const made = await api.POST('/api/v1/extensions', { body: { number: '101', name: 'Ada' } });
  const id: string | undefined = made.data?.id;
  expect([made.response.status, made.data?.name]).toEqual([201, 'Ada']);
  const found = await api.GET('/api/v1/extensions', { params: { query: { search: 'ada', limit: '10' } } });
  expect(found.data?.items.map((item) => item.id)).toEqual([id]);
  const changed = await api.PATCH('/api/v1/extensions/{id}', {
    params: { path: { id: '101' } },
    body: { name: 'Grace' },
  });
  expect(changed.data?.name).toBe('Grace');
  const deleted = await api.DELETE('/api/v1/extensions/{id}', { params: { path: { id: '101' } } });
  expect(deleted.response.status).toBe(204);
});

test('a refusal is a problem with its type, not an exception', async () => {
  const { error } = await api.POST('/api/v1/extensions', { body: { number: 'abc', name: '' } });
  expect(error).toMatchObject({ code: 'validation.failed', type: '/problems/validation.failed', status: 422 });
  expect(error?.errors.map(({ path }) => path)).toContain('number');
});
