import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createApi, resource, route } from '../../src/api/index.ts';
import { describeApi } from '../../src/api/openapi.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createSecretBox } from '../../src/platform/secrets.ts';
import { extensionResource, ringGroupResource } from '../db/api/support.ts';

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: unknown }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: unknown; readonly example?: unknown }> };
  readonly responses: Record<string, unknown>;
}

const tree: z.ZodType = z.lazy(() => z.object({ name: z.string(), children: z.array(tree) })).meta({ id: 'Tree' });

const RESOURCES = [
  resource(extensionResource, { example: { number: '101', name: 'Ada' } }),
  resource(ringGroupResource, { verbs: ['list', 'create'], example: { name: 'sales', members: ['101'] } }),
];
const ROUTES = [
  route(
    {
      method: 'POST',
      path: '/api/v1/trees/{id}/leaves',
      tag: 'Trees',
      summary: 'Something recursive',
      permission: 'test.tree.write',
      query: z.object({ deep: z.enum(['yes', 'no']) }),
      body: tree,
      response: tree,
    },
    async () => ({}),
  ),
];

const app = createApi({
  database: { orm: {} as never },
  clock: systemClock,
  secrets: createSecretBox(['test']),
  log: { debug: () => {}, warn: () => {}, error: () => {} },
  version: '1.2.3',
  publicUrl: 'http://localhost:8080/',
  resources: RESOURCES,
  routes: ROUTES,
});

// biome-ignore lint/suspicious/noExplicitAny: a document is looked at as JSON, the way its readers do.
async function documentOf(): Promise<any> {
  const response = await app.request('/openapi.json');
  expect(response.status).toBe(200);
  return response.json();
}

function operationsOf(document: { paths: Record<string, Record<string, Operation>> }) {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
}

function everyRef(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(everyRef);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === '$ref' ? [String(inner)] : everyRef(inner)));
}

describe('openapi.json', () => {
  test('is open to everybody and says its version', async () => {
    const document = await documentOf();
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { version: '1.2.3' },
      servers: [{ url: 'http://localhost:8080' }],
    });
    expect(document.components.securitySchemes.apiKey).toEqual(
      expect.objectContaining({ type: 'http', scheme: 'bearer' }),
    );
  });

  test('every reference resolves, and points into components', async () => {
    const document = await documentOf();
    const references = everyRef(document);
    expect(references.length).toBeGreaterThan(20);
    for (const reference of references) {
      const [, ...steps] = reference.split('/');
      expect(reference).toMatch(/^#\/components\/(schemas|responses|parameters|headers)\/[A-Za-z0-9_.-]+$/);
      expect(
        steps.reduce((node, step) => node?.[step], document),
        reference,
      ).toBeDefined();
    }
  });

  test('every path parameter is declared and every declared one is in the path', async () => {
    const document = await documentOf();
    const operations = operationsOf(document);
    expect(operations.length).toBeGreaterThan(10);
    const whole = (parameter: { $ref?: string; schema?: unknown }) =>
      parameter.$ref === undefined ? parameter : document.components.parameters[parameter.$ref.split('/').at(-1) ?? ''];
    for (const { path, operation } of operations) {
      const declared = operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
      expect(declared).toEqual([...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name));
      expect(operation.parameters.every((parameter) => whole(parameter)?.schema !== undefined)).toBe(true);
    }
  });

  test('every operation has an id of its own, a success and its refusals', async () => {
    const operations = operationsOf(await documentOf());
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { operation } of operations) {
      const statuses = Object.keys(operation.responses);
      expect(statuses.some((status) => status.startsWith('2'))).toBe(true);
      expect(statuses).toEqual(expect.arrayContaining(['401', '403', '422', '503']));
    }
  });

  test('what is mounted is described, and what is described is mounted', async () => {
    const document = await documentOf();
    const mounted = app.routes
      .filter(({ path, method }) => path.startsWith('/api/') && method !== 'ALL')
      .map(({ path, method }) => `${method.toLowerCase()} ${path.replace(/:([^/]+)/g, '{$1}')}`);
    const described = operationsOf(document).map(({ path, method }) => `${method} ${path}`);
    expect(described.length).toBeGreaterThan(10);
    expect(new Set(mounted)).toEqual(new Set(described));
  });

  test('verbs that a resource does not have are not described', async () => {
    const { paths } = await documentOf();
    expect(Object.keys(paths['/api/v1/ring-groups'])).toEqual(['get', 'post']);
    expect(paths['/api/v1/ring-groups/{id}']).toBeUndefined();
  });

  test('filters, sorts and their values are described', async () => {
    const { paths } = await documentOf();
    const parameters = paths['/api/v1/extensions'].get.parameters as { name: string; schema: { enum?: string[] } }[];
    expect(parameters.map(({ name }) => name)).toEqual([
      ...['limit', 'cursor', 'sort', 'search', 'createdFrom', 'createdBefore', 'fields', 'include'],
      ...['number', 'type', 'status'],
    ]);
    expect(parameters.find(({ name }) => name === 'status')?.schema.enum).toEqual(['active', 'inactive']);
    expect(parameters.find(({ name }) => name === 'sort')?.schema.enum).toContain('-number');
  });

  test('a patch may null every field and demands none; an answer has no secret', async () => {
    const { components } = await documentOf();
    expect(components.schemas.ExtensionPatch.required).toBeUndefined();
    expect(components.schemas.ExtensionPatch.properties.name.anyOf).toContainEqual({ type: 'null' });
    expect(components.schemas.Extension.required).toEqual(expect.arrayContaining(['id', 'number', 'createdAt']));
    const secret = resource({ ...extensionResource, secrets: ['callerId'] });
    expect(secret.schemas.Extension?.properties).not.toHaveProperty('callerId');
  });

  test('a list of its own takes only what it says, and what writes answer stays described', () => {
    const mounted = resource(extensionResource, {
      item: z.object({ number: z.string(), isRinging: z.boolean() }),
      list: async () => ({ items: [], nextCursor: null }),
    });
    const document = describeApi({ ...mounted, version: '1', publicUrl: 'http://x' });
    const list = operationsOf(document as never).find(({ operation }) => operation.operationId === 'getExtensions');
    const { parameters = [], responses = {} } = list?.operation ?? {};
    expect(parameters.map(({ name }) => name)).toEqual(['limit', 'cursor']);
    expect(everyRef(responses)).toContain('#/components/schemas/Extension');
    expect(mounted.schemas.Extension?.properties).toHaveProperty('isRinging');
    const create = mounted.routes.find(({ spec }) => spec.method === 'POST');
    expect(create?.spec.response).toEqual({ $ref: '#/components/schemas/ExtensionForm' });
    expect(mounted.schemas.ExtensionForm?.properties).toHaveProperty('createdAt');
  });

  test('a recursive schema becomes a component', async () => {
    const { components } = await documentOf();
    expect(everyRef(components.schemas.Tree)).toEqual(['#/components/schemas/Tree']);
  });

  test('each example is accepted by what it is an example of', () => {
    let seen = 0;
    for (const { resource: definition, mounted } of [
      { resource: extensionResource, mounted: RESOURCES[0] },
      { resource: ringGroupResource, mounted: RESOURCES[1] },
    ]) {
      for (const { spec } of mounted?.routes ?? []) {
        if (spec.example === undefined) continue;
        seen += 1;
        expect(definition.schema.safeParse(spec.example).success).toBe(true);
      }
    }
    expect(seen).toBe(3);
  });

  test('the same definitions give the same document', () => {
    const options = { routes: ROUTES, schemas: {}, version: '1', publicUrl: 'http://x' };
    expect(describeApi(options)).toEqual(describeApi(options));
  });
});

describe('mounting', () => {
  test('two routes at one address are refused at start', () => {
    expect(() =>
      createApi({
        database: { orm: {} as never },
        clock: systemClock,
        secrets: createSecretBox(['test']),
        log: { debug: () => {}, warn: () => {}, error: () => {} },
        version: '1',
        publicUrl: 'http://x',
        resources: [RESOURCES[0], RESOURCES[0]].filter((mounted) => mounted !== undefined),
      }),
    ).toThrow('mounted twice');
  });

  test('a filter on a column that a list cannot compare is refused at start', () => {
    expect(() => resource({ ...extensionResource, filters: ['createdAt'] })).toThrow('cannot be filtered by createdAt');
    expect(() => resource({ ...extensionResource, filters: ['nothing'] })).toThrow('has no column nothing');
  });
});
