import { and, eq } from 'drizzle-orm';
import type { Hono } from 'hono';
import { z } from 'zod';
import { type ApiDeps, type ApiEnv, createApi, resource, route, StreamReply } from '../../../src/api/index.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { Context } from '../../../src/db/context.ts';
import type { Resource } from '../../../src/db/resource.ts';
import { extensions, ringGroupMembers, ringGroups } from '../../../src/db/schema/index.ts';
import { createApiKey, type Role } from '../../../src/identity/index.ts';
import { createSecretBox } from '../../../src/platform/secrets.ts';
import { extensionSchema } from '../../../src/routing/document/extension.ts';
import { ringGroupSchema } from '../../../src/routing/document/ring-group.ts';
import { newOrganization, type TestDatabase } from '../../support/database.ts';

export const extensionResource: Resource = {
  path: 'extensions',
  section: 'extensions',
  noun: 'extension',
  permission: 'voice.extension',
  table: extensions,
  schema: extensionSchema,
  key: 'number',
  filters: ['number', 'type', 'status'],
  sorts: ['number'],
  usedBy: async (context, form) => {
    const groups = await context.db
      .select({ name: ringGroups.name })
      .from(ringGroupMembers)
      .innerJoin(ringGroups, eq(ringGroups.id, ringGroupMembers.ringGroupId))
      .where(
        and(
          eq(ringGroupMembers.organizationId, context.organizationId),
          eq(ringGroupMembers.extensionNumber, String(form.number)),
        ),
      );
    return groups.map(({ name }) => `ring group ${name}`);
  },
};

export const ringGroupResource: Resource = {
  path: 'ring-groups',
  section: 'ringGroups',
  noun: 'ring group',
  permission: 'voice.ring_group',
  table: ringGroups,
  schema: ringGroupSchema,
  key: 'name',
  children: { members: { table: ringGroupMembers, parent: 'ringGroupId', value: 'extensionNumber' } },
  filters: ['name'],
};

/** What a route of the test does besides its database work. */
export interface Probe {
  calls: number;
  wait?: Promise<void>;
}

export interface Api {
  readonly app: Hono<ApiEnv>;
  readonly logged: unknown[];
  readonly probe: Probe;
}

/** An API over two resources and three routes that do as the test says. */
export function apiOf(database: Pick<ApiDeps['database'], 'orm'>, options: Partial<ApiDeps> = {}): Api {
  const logged: unknown[] = [];
  const probe: Probe = { calls: 0 };
  const note = (facts: unknown) => {
    logged.push(facts);
  };
  const shared = { method: 'POST', tag: 'Test', summary: 'For the test', permission: 'signed-in' } as const;
  const app = createApi({
    database,
    clock: systemClock,
    secrets: createSecretBox(['test']),
    log: { debug: () => {}, warn: note, error: note },
    version: '0.0.0-test',
    publicUrl: 'http://localhost:8080',
    bodyLimitBytes: 10_000,
    resources: [
      resource(extensionResource, { example: { number: '101', name: 'Ada' } }),
      resource(ringGroupResource, { example: { name: 'sales', members: ['101'] } }),
    ],
    routes: [
      route({ ...shared, path: '/api/v1/test/explode' }, () => {
        throw new Error('secret details of the inside');
      }),
      route(
        {
          ...shared,
          path: '/api/v1/test/work',
          body: z.strictObject({ fail: z.boolean().default(false) }),
          status: 202,
          response: z.object({ call: z.int() }),
        },
        async ({ context, body }) => {
          probe.calls += 1;
          await probe.wait;
          await context.audit({ action: 'test.work', entityType: 'test', entityId: String(probe.calls) });
          if (body.fail) throw new Error('on purpose');
          return { call: probe.calls };
        },
      ),
      route({ ...shared, path: '/api/v1/test/outside', isIdempotent: false }, async () => undefined),
      route(
        {
          ...shared,
          path: '/api/v1/test/echo',
          upload: { types: ['text/csv', 'audio/*'], limitBytes: 100_000 },
          streams: ['text/plain'],
        },
        async ({ upload }) => new StreamReply(upload, { 'content-type': 'text/plain' }),
      ),
    ],
    ...options,
  });
  return { app, logged, probe };
}

export interface Person {
  readonly context: Context;
  readonly key: string;
  /** A request with this person's key; an object body becomes JSON. */
  readonly ask: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  readonly body: any;
}

/** Somebody of a new organization (or of the given one) with a key of a role. */
export async function personOf(api: Api, test: TestDatabase, role: Role = 'owner', inside?: Context): Promise<Person> {
  const context = inside ?? (await newOrganization(test.database));
  const { key } = await createApiKey(context, { name: `${role} key`, role });
  return {
    context,
    key,
    ask: (method, path, body, headers) => ask(api, method, path, body, { authorization: `Bearer ${key}`, ...headers }),
  };
}

export async function ask(
  api: Api,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await api.app.request(path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json') && text !== '';
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}
