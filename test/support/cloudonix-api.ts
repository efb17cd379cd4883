import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { type Context, Hono } from 'hono';

/*
 * The REST API of Cloudonix as far as its OpenAPI document and production integrations show it (reference/cloudonix.md
 * section 5), with the faults that are documented for it. One account, one key.
 */

export const CLOUDONIX_KEY = 'XIfixturefixturefixturefixture0001';

type Row = Record<string, unknown>;

export interface CloudonixDomainState {
  domain: Row;
  readonly applications: Row[];
  readonly subscribers: Row[];
  readonly trunks: Row[];
  readonly dnids: Row[];
  /** Live sessions by token. */
  readonly sessions: Map<string, Row>;
}

/** What happens instead of the answer, once for each entry, oldest first. */
export type Fault =
  /** This request is let through. */
  | { readonly kind: 'none' }
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** The body stops in the middle. */
  | { readonly kind: 'cut' }
  /** Never answered; the client has to give up. */
  | { readonly kind: 'silent' }
  /** The server dropped the connection after it did the work. */
  | { readonly kind: 'lost' };

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

export interface CloudonixApi {
  readonly url: string;
  readonly state: Map<string, CloudonixDomainState>;
  readonly requests: SeenRequest[];
  readonly faults: Fault[];
  /** Lists of more than this come in pages. */
  pageSize: number;
  /** What this version of the platform calls the password of a subscriber. */
  passwordField: 'sipPassword' | 'sip-password';
  /** The budget of a domain; the test tells the time. */
  budget: { readonly requests: number; readonly windowMs: number; readonly now: () => number } | undefined;
  /** Requests that changed something. */
  writes(): SeenRequest[];
  close(): Promise<void>;
}

/** A domain as a new account has it: active, and nothing set. */
export function newDomain(name: string): CloudonixDomainState {
  return {
    domain: { id: 4101, uuid: '3b6f0c52-1a7d-4e2b-9c55-0a1b2c3d4e5f', domain: name, active: true, profile: {} },
    applications: [],
    subscribers: [],
    trunks: [],
    dnids: [],
    sessions: new Map(),
  };
}

export async function startCloudonixApi(domains: readonly string[] = ['acme.cloudonix.net']): Promise<CloudonixApi> {
  const state = new Map(domains.map((name) => [name, newDomain(name)]));
  const requests: SeenRequest[] = [];
  const faults: Fault[] = [];
  const api: Pick<CloudonixApi, 'pageSize' | 'budget' | 'passwordField'> = {
    pageSize: 1000,
    budget: undefined,
    passwordField: 'sipPassword',
  };
  let taken: number[] = [];
  let nextId = 7300;
  const app = new Hono();

  app.use(async (c, next) => {
    const text = await c.req.raw.clone().text();
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    requests.push({ method: c.req.method, path: c.req.path, authorization: c.req.header('authorization'), body });
    if (api.budget !== undefined) {
      const { requests: most, windowMs, now } = api.budget;
      taken = taken.filter((at) => at > now() - windowMs);
      if (taken.length >= most) return c.text('Too Many Requests', 429);
      taken.push(now());
    }
    const fault = faults.shift();
    if (fault?.kind === 'status')
      return new Response(fault.body ?? JSON.stringify({ status: false, message: 'no' }), {
        status: fault.status,
        headers: fault.headers ?? {},
      });
    if (fault?.kind === 'silent') return new Promise<Response>(() => {});
    if (c.req.header('authorization') !== `Bearer ${CLOUDONIX_KEY}`) return c.json({ error: 'unauthorized' }, 401);
    await next();
    if (fault?.kind === 'cut') c.res = new Response((await c.res.text()).slice(0, -2), { status: 200 });
    if (fault?.kind === 'lost') c.res = new Response('', { status: 502 });
    return undefined;
  });

  const found = (c: Context) => state.get(decodeURIComponent(c.req.param('domain') ?? ''));
  const notFound = (c: Context) => c.json({ status: false, message: 'not found' }, 404);
  /** A list, in pages when it is long; an empty one is 404, as the platform does it. */
  const page = (c: Context, rows: readonly Row[]) => {
    if (rows.length === 0) return notFound(c);
    const from = Number(c.req.query('offset') ?? 0);
    const until = from + api.pageSize;
    if (until < rows.length) c.header('link', `<${c.req.path}?offset=${until}>; rel="next"`);
    return c.json(rows.slice(from, until));
  };
  const base = '/customers/self/domains/:domain';

  app.get(base, (c) => {
    const here = found(c);
    return here === undefined ? notFound(c) : c.json(here.domain);
  });
  app.on(['PUT', 'PATCH'], base, async (c) => {
    const here = found(c);
    if (here === undefined) return notFound(c);
    const { profile, defaultApplication } = (await c.req.json()) as Row;
    // The documented method of each: PUT replaces the profile, PATCH sets the default application.
    if (c.req.method === 'PUT') here.domain = { ...here.domain, profile };
    else here.domain = { ...here.domain, defaultApplication };
    return c.json(here.domain);
  });
  for (const kind of ['applications', 'subscribers', 'trunks', 'dnids'] as const) {
    app.get(`${base}/${kind}`, (c) => {
      const here = found(c);
      return here === undefined ? notFound(c) : page(c, here[kind]);
    });
  }
  app.post(`${base}/applications`, async (c) => {
    const { name, type, url, method, profile } = (await c.req.json()) as Row;
    const here = found(c);
    if (here === undefined) return notFound(c);
    if (!name || type !== 'cxml' || !url || !method)
      return c.json({ status: false, message: 'malformed request' }, 400);
    if (here.applications.some((row) => row.name === name)) return c.json({ status: false, message: 'duplicate' }, 500);
    nextId += 1;
    const row = { id: nextId, name, type, url, method, active: true, profile, 'llm-tools': [] };
    here.applications.push(row);
    return c.json(row, 201);
  });
  app.patch(`${base}/applications/:name`, async (c) => {
    const row = found(c)?.applications.find(({ name }) => name === c.req.param('name'));
    return row === undefined ? notFound(c) : c.json(Object.assign(row, await c.req.json()));
  });
  app.post(`${base}/applications/:name/dnids`, async (c) => {
    const here = found(c);
    const application = here?.applications.find(({ name }) => name === c.req.param('name'));
    if (here === undefined || application === undefined) return notFound(c);
    const { source, prefix, expression, asteriskCompatible } = (await c.req.json()) as Row;
    nextId += 1;
    const dnid = `^${String(source).replace('+', '\\+')}$`;
    here.dnids.push({
      id: nextId,
      source,
      dnid,
      prefix,
      expression,
      asteriskCompatible,
      applicationId: application.id,
      active: true,
    });
    return c.body(null, 204);
  });
  app.post(`${base}/subscribers`, async (c) => {
    const { msisdn, profile, ...rest } = (await c.req.json()) as Row;
    const sipPassword = rest[api.passwordField];
    const here = found(c);
    if (here === undefined) return notFound(c);
    if (!msisdn || !sipPassword) return c.json({ status: false, message: 'malformed request' }, 400);
    if (here.subscribers.some((row) => row.msisdn === msisdn)) return c.json({ message: 'exists' }, 500);
    nextId += 1;
    const row = { id: nextId, domainId: 4101, msisdn, sipPassword, active: true, profile };
    here.subscribers.push(row);
    return c.json(row);
  });
  app.put(`${base}/subscribers/:msisdn`, async (c) => {
    const row = found(c)?.subscribers.find(({ msisdn }) => msisdn === c.req.param('msisdn'));
    return row === undefined ? notFound(c) : c.json(Object.assign(row, await c.req.json()));
  });
  app.delete('/calls/:domain/sessions/:token', (c) => {
    const isThere = found(c)?.sessions.delete(c.req.param('token')) ?? false;
    return isThere ? c.body(null, 204) : notFound(c);
  });
  app.post('/calls/:domain/sessions/:token/application', async (c) => {
    const session = found(c)?.sessions.get(c.req.param('token'));
    if (session === undefined) return notFound(c);
    const { cxml, url, method } = (await c.req.json()) as Row;
    if ((cxml === undefined) === (url === undefined)) return c.json({ status: false, message: 'cxml xor url' }, 400);
    Object.assign(session, { cxml, url, method });
    return c.json({ domainId: 4101, subscriberId: null, token: c.req.param('token') }, 202);
  });
  app.post('/calls/:domain/application', async (c) => {
    const here = found(c);
    if (here === undefined) return notFound(c);
    const { destination, cxml, url, application } = (await c.req.json()) as Row;
    if ([cxml, url, application].filter((one) => one !== undefined).length !== 1)
      return c.json({ status: false, message: 'one of application, url, cxml' }, 400);
    nextId += 1;
    const token = nextId.toString(16).padStart(32, '0');
    here.sessions.set(token, { token, destination, cxml, url });
    return c.json({ domainId: 4101, subscriberId: null, destination, direction: 'outbound-api', token });
  });
  app.notFound((c) => notFound(c));

  const server = createAdaptorServer({ fetch: app.fetch });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(api, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    requests,
    faults,
    writes: () => requests.filter(({ method }) => method !== 'GET'),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  });
}

/** The domain's state, which a test of it knows to be there. */
export function domainOf(api: CloudonixApi, name = 'acme.cloudonix.net'): CloudonixDomainState {
  const found = api.state.get(name);
  if (found === undefined) throw new Error(`the emulator has no domain ${name}`);
  return found;
}
