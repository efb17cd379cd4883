import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
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

describe('a request that is no good', () => {
  test.each([
    ['{"number":', 400, 'request.malformed'],
    ['', 400, 'request.malformed'],
    ['['.repeat(100) + ']'.repeat(100), 400, 'request.malformed'],
    ['"text"', 422, 'validation.failed'],
    [JSON.stringify({ number: '1'.repeat(10_001) }), 413, 'request.too_large'],
  ])('body %#: a clear refusal', async (body, status, code) => {
    const answer = await owner.ask('POST', '/api/v1/extensions', body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  test('a body that lies about its length is cut off at the limit', async () => {
    let sent = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 4096;
        controller.enqueue(new Uint8Array(4096).fill(32));
      },
    });
    const response = await api.app.request('/api/v1/extensions', {
      method: 'POST',
      body: stream,
      headers: { authorization: `Bearer ${owner.key}`, 'content-type': 'application/json' },
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
    expect(sent).toBeLessThan(100_000);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', ''])(
    'a body of type "%s" is 415',
    async (type) => {
      const answer = await owner.ask('POST', '/api/v1/extensions', '{}', { 'content-type': type });
      expect([answer.status, answer.body.code]).toEqual([415, 'request.content_type']);
    },
  );

  test('an unknown address is a 404 problem, a wrong method a 405 with Allow', async () => {
    const unknown = await owner.ask('GET', '/api/v1/nothing');
    expect([unknown.status, unknown.body.code]).toEqual([404, 'request.unknown_address']);
    const wrong = await owner.ask('DELETE', '/api/v1/extensions');
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, POST']);
    const one = await owner.ask('POST', '/api/v1/extensions/101', {});
    expect(one.headers.get('allow')).toBe('DELETE, GET, PATCH, PUT');
  });

  test('what breaks inside is logged with its cause and answered without it', async () => {
    const answer = await owner.ask('POST', '/api/v1/test/explode');
    expect([answer.status, answer.body.code]).toEqual([500, 'internal']);
    expect(JSON.stringify(answer.body)).not.toContain('secret details');
    expect(api.logged.at(-1)).toMatchObject({
      requestId: answer.body.requestId,
      error: new Error('secret details of the inside'),
    });
  });

  test('a database that is away is 503 with Retry-After, and changes nothing', async () => {
    const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const orm = new Proxy({} as typeof database.database.orm, {
      get: () => () => {
        throw Object.assign(new Error('Failed query'), { cause: away });
      },
    });
    const answer = await ask(apiOf({ orm }), 'GET', '/api/v1/me', undefined, { authorization: `Bearer ${owner.key}` });
    expect([answer.status, answer.body.code]).toEqual([503, 'database.unavailable']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('a sane request id comes back, another is replaced', async () => {
    const kept = await owner.ask('GET', '/api/v1/me', undefined, { 'x-request-id': 'trace-42' });
    expect(kept.headers.get('x-request-id')).toBe('trace-42');
    const replaced = await owner.ask('GET', '/api/v1/me', undefined, { 'x-request-id': 'a b<script>' });
    expect(replaced.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('every answer of ours carries the security headers', async () => {
    for (const path of ['/', '/api/v1/me', '/openapi.json', '/nothing']) {
      const { headers } = await ask(api, 'GET', path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    }
  });
});

describe('whatever arrives', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '\u0000',
      '%00',
      '%',
      '..%2f..%2fetc%2fpasswd',
      '__proto__',
      '\ud800',
      "'; drop table x; --",
      '9'.repeat(400),
    ),
  );
  const inUrl = (text: string) => encodeURIComponent(text.toWellFormed());

  test('no path, query, header or body gives a 5xx or a stack trace', async () => {
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'PATCH', 'PUT', 'DELETE'),
        fc.constantFrom('/api/v1/extensions', '/api/v1/ring-groups', '/api/v1/api-keys', '/api/v1/me', '/sign-in', '/'),
        fc.option(nasty, { nil: undefined }),
        fc.option(fc.tuple(fc.constantFrom('limit', 'cursor', 'sort', 'number', 'name', 'code', 'x'), nasty), {
          nil: undefined,
        }),
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.json({ maxDepth: 5, noUnicodeString: false } as never).map((text) => new TextEncoder().encode(text)),
          fc
            .record(
              { number: nasty, name: nasty, members: fc.array(nasty), type: nasty, expiresAt: nasty },
              { requiredKeys: [] },
            )
            .map((value) => new TextEncoder().encode(JSON.stringify(value))),
        ),
        fc.string({ unit: fc.constantFrom('a', ' ', '"', ';', '%', '/', 'é', '=') }),
        async (method, path, segment, parameter, body, header) => {
          tried += 1;
          const search = parameter === undefined ? '' : `?${parameter[0]}=${inUrl(parameter[1])}`;
          const hasBody = method !== 'GET' && method !== 'DELETE';
          const response = await api.app.request(
            `${path}${segment === undefined ? '' : `/${inUrl(segment)}`}${search}`,
            {
              method,
              headers: {
                authorization: `Bearer ${owner.key}`,
                'content-type': 'application/json',
                'x-request-id': header,
                'idempotency-key': header,
                cookie: header,
              },
              ...(hasBody ? { body: body as Uint8Array<ArrayBuffer> } : {}),
            },
          );
          const text = await response.text();
          expect(response.status, text).toBeLessThan(500);
          expect(text).not.toMatch(/\.ts:\d+|node_modules\S+:\d|Failed query|at async/);
        },
      ),
      { numRuns: 400 },
    );
    expect(tried).toBeGreaterThanOrEqual(400);
  });

  test('no credentials give a 5xx', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('B', 'e', 'a', ' ', '=', ';', 's', '_', 'é', '"') }),
        async (text) => {
          const bearer = await ask(api, 'GET', '/api/v1/me', undefined, { authorization: `Bearer ${text}` });
          const cookie = await ask(api, 'GET', '/api/v1/me', undefined, { cookie: `switchhook_session=${text}` });
          expect([bearer.status, cookie.status]).toEqual([401, 401]);
        },
      ),
      { numRuns: 100 },
    );
  });
});
