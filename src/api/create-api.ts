import { Hono, type MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { AppError } from '../core/errors.ts';
import { uuidv7 } from '../core/ids.ts';
import { accountRoutes, apiKeyResource } from './account.routes.ts';
import { peerOf } from './authenticate.ts';
import type { ApiDeps } from './deps.ts';
import { type ApiEnv, remoteAddressOf } from './hono-env.ts';
import { HttpError } from './http-error.ts';
import { createOidcPages } from './identity-oidc.ts';
import { mountLive } from './live/live.routes.ts';
import { describeApi } from './openapi.ts';
import { createPipeline } from './pipeline.ts';
import { toAppError, toProblemResponse } from './problem.ts';
import { askerOf, createRateLimit } from './rate-limit.ts';
import { isPermission, type Route } from './route.ts';
import { createSite } from './site.ts';

/** The whole HTTP side of a process: what others mount, the API, its document and the first page. */
export function createApi(deps: ApiDeps): Hono<ApiEnv> {
  const resources = [apiKeyResource(), ...deps.resources];
  const routes = byPrecision([
    ...accountRoutes(deps),
    ...resources.flatMap((resource) => resource.routes),
    ...(deps.routes ?? []),
  ]);
  refuseTwins(routes);
  refuseUnguarded(routes);
  const pipeline = createPipeline(deps);
  const app = new Hono<ApiEnv>();

  for (const { path, router } of deps.routers ?? []) app.route(path, router);

  app.use(async (c, next) => {
    c.set('requestId', requestIdOf(c.req.raw));
    await next();
    c.res.headers.set('x-request-id', c.get('requestId'));
    for (const [name, value] of Object.entries(securityHeaders(deps.publicUrl))) c.res.headers.set(name, value);
  });
  if (deps.corsOrigins !== undefined && deps.corsOrigins.length > 0) app.use('/api/*', crossOrigin(deps.corsOrigins));
  if (deps.requestsPerMinute !== undefined) app.use('/api/*', limited(deps.requestsPerMinute, deps));
  for (const route of routes) {
    app.on(route.spec.method, honoPath(route.spec.path), (c) => {
      return pipeline(route, {
        request: c.req.raw,
        params: c.req.param() as Record<string, string>,
        requestId: c.get('requestId'),
        peer: peerOf(c),
      });
    });
  }
  if (deps.live !== undefined) mountLive(app, deps, deps.live);
  const schemas = Object.assign({}, ...resources.map((resource) => resource.schemas));
  const document = JSON.stringify(
    describeApi({ routes, schemas, version: deps.version, publicUrl: deps.publicUrl }),
    undefined,
    2,
  );
  app.get('/openapi.json', () => new Response(document, { headers: { 'content-type': 'application/json' } }));
  app.route('/', createOidcPages(deps));
  app.route('/', createSite(deps));

  app.notFound((c) => {
    const allowed = methodsAt(routes, new URL(c.req.url).pathname);
    return toProblemResponse(allowed.length === 0 ? unknownAddress() : wrongMethod(allowed), c.get('requestId'));
  });
  app.onError((thrown, c) => {
    const error = toAppError(thrown);
    // A mounted router that throws has not passed our middleware.
    const requestId = c.get('requestId') ?? requestIdOf(c.req.raw);
    const facts = { requestId, method: c.req.method, path: c.req.path, code: error.code };
    if (error.status >= 500) deps.log.error({ ...facts, error: error.cause ?? error }, error.detail);
    else deps.log.debug({ ...facts, status: error.status }, 'a request was refused');
    return toProblemResponse(error, requestId);
  });
  return app;
}

/** Refuses who asks too often, and tells everybody how much they have left. */
function limited(
  perMinute: number,
  { clock, operatorToken }: Pick<ApiDeps, 'clock' | 'operatorToken'>,
): MiddlewareHandler<ApiEnv> {
  const take = createRateLimit(perMinute, clock);
  const operator = operatorToken === undefined ? undefined : askerOf(operatorRequest(operatorToken), undefined);
  return async (c, next) => {
    const asker = askerOf(c.req.raw, remoteAddressOf(c));
    if (asker === operator) return next();
    const { isOver, headers } = take(asker);
    if (isOver) {
      throw new HttpError({
        status: 429,
        code: 'request.too_many',
        detail: `These are more than ${perMinute} requests in a minute. Wait ${headers['ratelimit-reset']} seconds.`,
        headers,
      });
    }
    await next();
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
  };
}

function operatorRequest(token: string): Request {
  return new Request('http://localhost', { headers: { authorization: `Bearer ${token}` } });
}

/** Pages of these origins may call with an API key. No cookie goes with them, and none is accepted from them. */
function crossOrigin(origins: readonly string[]): MiddlewareHandler<ApiEnv> {
  return cors({
    origin: [...origins],
    allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match', 'x-request-id'],
    exposeHeaders: ['etag', 'location', 'x-request-id', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'],
    maxAge: 600,
  });
}

/** The caller's request id when it is harmless in a log, else a new one. */
function requestIdOf(request: Request): string {
  const given = request.headers.get('x-request-id') ?? '';
  return /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : uuidv7();
}

function securityHeaders(publicUrl: string): Record<string, string> {
  return {
    'content-security-policy': "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    ...(publicUrl.startsWith('https:') ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  };
}

function honoPath(path: string): string {
  return path.replace(/\{([^}]+)\}/g, ':$1');
}

function methodsAt(routes: readonly Route[], pathname: string): string[] {
  const here = routes.filter(({ spec }) =>
    new RegExp(`^${spec.path.replaceAll('.', '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`).test(pathname),
  );
  return [...new Set(here.map(({ spec }) => spec.method))].sort();
}

/** `/messages/preview` before `/messages/{id}`, so that a name is never taken for an id. */
function byPrecision(routes: readonly Route[]): Route[] {
  return [...routes].sort((left, right) => left.spec.path.split('{').length - right.spec.path.split('{').length);
}

/** Two routes at one address would hide each other, and the document would show one only. */
function refuseTwins(routes: readonly Route[]): void {
  const seen = new Set<string>();
  for (const { spec } of routes) {
    const address = `${spec.method} ${spec.path}`;
    if (seen.has(address)) throw new Error(`${address} is mounted twice`);
    seen.add(address);
  }
}

/** A route that forgets its permission is a hole; the process does not start with one. */
function refuseUnguarded(routes: readonly Route[]): void {
  for (const { spec } of routes) {
    if (isPermission(spec.permission)) continue;
    throw new Error(`${spec.method} ${spec.path} names no permission: area.object.verb, 'signed-in' or 'public'`);
  }
}

function unknownAddress(): AppError {
  return new HttpError({
    status: 404,
    code: 'request.unknown_address',
    detail: 'There is nothing at this address. /docs lists what there is.',
  });
}

function wrongMethod(allowed: readonly string[]): AppError {
  return new HttpError({
    status: 405,
    code: 'request.method',
    detail: `This address takes ${allowed.join(', ')}.`,
    headers: { allow: allowed.join(', ') },
  });
}
