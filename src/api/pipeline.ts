import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import { Context } from '../db/context.ts';
import {
  anonymousPrincipal,
  doOnce,
  inProgress,
  type Principal,
  parseInput,
  type StoredAnswer,
} from '../identity/index.ts';
import { authenticate, identityDeps, type Peer, refuseOtherSites } from './authenticate.ts';
import type { ApiDeps } from './deps.ts';
import { parseQuery } from './query.ts';
import { parseJson, readBody, requireJson, requireType, streamBody } from './request-body.ts';
import {
  isZod,
  PUBLIC,
  Reply,
  type Route,
  type RouteInput,
  SIGNED_IN,
  StreamReply,
  statusOf,
  takesIdempotencyKey,
  type Upload,
} from './route.ts';

const BODY_LIMIT_BYTES = 1_048_576;
/** The parts of an address that name something: texts the database can look for. */
const PARAMS = z.record(z.string(), z.string());

export interface Arrival {
  readonly request: Request;
  readonly params: Readonly<Record<string, string>>;
  readonly requestId: string;
  readonly peer: Peer;
}

export type Pipeline = (route: Route, arrival: Arrival) => Promise<Response>;

/**
 * What every request goes through, in this order: who is it, may they, what do they want (query, body), was it done
 * before, do it, answer. Each step throws an AppError; nothing is done before all of them agree.
 */
export function createPipeline(deps: ApiDeps): Pipeline {
  const working = new Set<string>();
  const identity = identityDeps(deps);

  return async (route, { request, params, requestId, peer }) => {
    const { spec } = route;
    const principal = await whoAsks(spec, request, peer);
    const context = new Context({
      db: deps.database.orm,
      organizationId: principal.organization.id,
      actor: principal.actor,
      can: principal.can,
      ...(principal.reach === undefined ? {} : { reach: principal.reach }),
      clock: deps.clock,
      secrets: deps.secrets,
      requestId,
    });
    if (!isWord(spec.permission)) context.require(spec.permission, spec.isScoped === true ? 'some' : undefined);
    const url = new URL(request.url);
    const query = parseQuery(spec.query, url.searchParams);
    const bytes = await bodyOf(route, request);
    const json = spec.body === undefined ? undefined : parseJson(bytes);
    const body = isZod(spec.body) ? parseInput(spec.body, json) : json;
    const upload = uploadOf(spec.upload, request);
    const input: RouteInput = { context, principal, params: parseInput(PARAMS, params), query, body, upload, request };

    const key = request.headers.get('idempotency-key');
    if (key === null || spec.method !== 'POST') {
      const result = await route.handle(input);
      return result instanceof StreamReply ? toStream(result) : toResponse(storable(route, result), false);
    }
    requireKey(route, key);
    const fingerprint = fingerprintOf([principal.actor.id ?? '', spec.method, url.pathname, url.search], bytes);
    const { answer: stored, isReplay } = await once(`${context.organizationId}/${key}`, () =>
      doOnce(context, key, fingerprint, async (inner) =>
        storable(route, await route.handle({ ...input, context: inner })),
      ),
    );
    return toResponse(stored, isReplay);
  };

  /** Where anybody may ask, credentials are not even looked at; but a page of another site may not ask in a browser's name. */
  async function whoAsks(spec: Route['spec'], request: Request, peer: Peer): Promise<Principal> {
    if (spec.permission !== PUBLIC) return authenticate(identity, request, peer);
    refuseOtherSites(request);
    return anonymousPrincipal(peer.ip);
  }

  async function bodyOf(route: Route, request: Request): Promise<Uint8Array> {
    if (route.spec.body === undefined) return new Uint8Array();
    requireJson(request);
    return readBody(request, route.spec.bodyLimitBytes ?? deps.bodyLimitBytes ?? BODY_LIMIT_BYTES);
  }

  /** Within this process a second request is told at once; other processes meet at the database's lock. */
  async function once<T>(key: string, work: () => Promise<T>): Promise<T> {
    if (working.has(key)) throw inProgress();
    working.add(key);
    try {
      return await work();
    } finally {
      working.delete(key);
    }
  }
}

function isWord(permission: string): boolean {
  return permission === PUBLIC || permission === SIGNED_IN;
}

function uploadOf(upload: Upload | undefined, request: Request): AsyncIterable<Uint8Array> {
  if (upload === undefined) return NOTHING;
  requireType(request, upload.types);
  return streamBody(request, upload.limitBytes);
}

const NOTHING: AsyncIterable<Uint8Array> = {
  async *[Symbol.asyncIterator]() {},
};

function toStream({ content, headers, status }: StreamReply): Response {
  return new Response(status === 304 ? null : content, {
    status,
    headers: { 'cache-control': 'no-store', ...headers },
  });
}

/** An answer that can be kept and said again. */
function storable(route: Route, result: unknown): StoredAnswer {
  const reply = result instanceof Reply ? result : new Reply(result, {});
  return { status: statusOf(route.spec), body: reply.body ?? null, headers: reply.headers };
}

function toResponse(answer: StoredAnswer, isReplay: boolean): Response {
  const headers = new Headers({ ...answer.headers, 'cache-control': 'no-store' });
  if (isReplay) headers.set('idempotency-replayed', 'true');
  if (answer.status === 204) return new Response(null, { status: 204, headers });
  headers.set('content-type', 'application/json');
  return new Response(JSON.stringify(answer.body), { status: answer.status, headers });
}

function requireKey(route: Route, key: string): void {
  const complaint = !takesIdempotencyKey(route.spec)
    ? 'this address does not take an Idempotency-Key'
    : /^[\x21-\x7e]{1,255}$/.test(key)
      ? undefined
      : 'use 1 to 255 visible ASCII characters without spaces, for example a UUID';
  if (complaint === undefined) return;
  throw new AppError({
    code: 'idempotency.key_invalid',
    kind: 'invalid',
    detail: `Idempotency-Key: ${complaint}.`,
    problems: [{ path: 'Idempotency-Key', message: complaint }],
  });
}

function fingerprintOf(parts: readonly string[], body: Uint8Array): string {
  return createHash('sha256').update(JSON.stringify(parts)).update(body).digest('hex');
}
