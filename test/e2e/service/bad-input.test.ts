import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../support/seeded-random.ts';
import { API_KEY, acmeConfig, eventually, type Service, startService } from '../../support/service.ts';

const VOICE = '/webhooks/cloudonix/voice';
const CALLBACKS = ['session', 'cdr', 'recording'].map((kind) => `/webhooks/cloudonix/${kind}/fixture-webhook-token`);
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'];
const UUID = '01890000-0000-7000-8000-000000000000';
const KEYS = { voice: 'Bearer fixture-requests-key', api: `Bearer ${API_KEY}` };

/** Must never stand in the log, each for its reason. */
const SECRETS: Readonly<Record<string, string>> = {
  'the bearer of voice requests': 'fixture-requests-key',
  'the token in the callback paths': 'fixture-webhook-token',
  'the API key': API_KEY,
  'the provider key': 'XIfixturefixturefixturefixture0001',
  'the PIN of a conference': '4321',
  'the text of a message': 'Very private words',
  'the number of a caller': '6465550150',
  'the number of a recipient': '5550002222',
  'a number in an address': '6465550107',
};

const ANY_UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

describe('bad input at the edge of the running service', () => {
  let service: Service;
  const random = seededRandom(99);
  const faults: string[] = [];

  beforeAll(async () => {
    service = await startService({ config: acmeConfig([{ name: 'm1', path: 'sim:' }]) });
  });
  afterAll(() => service?.stop());

  it('no method, body or header gets an answer of 500 or more, or a stack trace', async () => {
    const paths = [
      ...(await apiPaths()),
      VOICE,
      ...CALLBACKS,
      '/webhooks/cloudonix/session/',
      '/webhooks/nothing',
      '/',
    ];
    expect(paths.length).toBeGreaterThan(40);
    for (const path of paths) {
      for (const method of METHODS) await probe(method, path, method === 'GET' || method === 'HEAD' ? undefined : '{}');
      for (const body of bodies()) await probe('POST', path, body);
    }
    expect(faults).toEqual([]);
  });

  it('odd headers and addresses get an answer below 500', async () => {
    const odd: readonly Readonly<Record<string, string>>[] = [
      { 'content-type': 'application/json; charset=utf-16' },
      { 'content-type': '\t;;;=' },
      { 'content-type': 'multipart/form-data' },
      { 'content-encoding': 'gzip' },
      { authorization: 'Bearer' },
      { authorization: `Bearer ${'a'.repeat(6_000)}` },
      { authorization: 'Basic Zm9vOmJhcg==' },
      { cookie: `switchhook_session=${'x'.repeat(4_000)}` },
      { 'x-switchhook-organization': '../../etc/passwd' },
      { 'idempotency-key': 'a b c' },
      { 'x-cx-domain': '__proto__', 'x-cx-session': 'constructor' },
      { accept: 'nonsense', 'accept-encoding': '*;q=-1', range: 'bytes=9-1' },
      { upgrade: 'websocket', connection: 'Upgrade' },
      { origin: 'null', 'sec-fetch-site': 'cross-site' },
    ];
    const paths = [
      VOICE,
      ...CALLBACKS,
      '/api/v1/messages',
      '/api/v1/calls/%00',
      '/api/v1/modems/%ff',
      '/%2e%2e/%2e%2e/x',
    ];
    for (const path of paths) for (const headers of odd) await probe('POST', path, '{"Domain":"acme"}', headers);
    for (const query of ['?limit=-1', '?limit=1e9', '?cursor=AAAA', '?cursor=%F0%9F', '?status=%27%3B--', '?a[b]=c'])
      for (const list of ['calls', 'cdrs', 'messages', 'modems', 'extensions'])
        await probe('GET', `/api/v1/${list}${query}`);
    expect(faults).toEqual([]);
  });

  it('a body too large is refused, announced or not, and the service goes on', async () => {
    const huge = 'x'.repeat(3_000_000);
    for (const path of [VOICE, ...CALLBACKS, '/api/v1/messages']) {
      const answer = await fetch(service.url + path, { method: 'POST', headers: headersFor(path), body: huge }).catch(
        // The service may close before it has heard it all.
        () => undefined,
      );
      if (answer !== undefined) expect([path, answer.status]).toEqual([path, 413]);
    }
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
  });

  it('what no database can store holds up nothing behind it', async () => {
    const long = randomBytes(20_000).toString('hex');
    for (const token of ['a\u0000b', '\ud800', long, '__proto__', 'x'.repeat(50_000)]) {
      await postSession({ token, eventId: token, status: 'ringing', [token]: 1, callStartTime: 8.64e15 });
    }
  });

  it('bytes that are no HTTP at all end their connection and nothing else', async () => {
    for (const bytes of [randomBytes(2_000), Buffer.from('GET / HTTP/9.9\r\n\r\n'), Buffer.from('POST')]) {
      const said = await sayRaw(bytes);
      expect(said).not.toMatch(/HTTP\/1\.1 5|\n\s+at /);
    }
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
  });

  it('afterwards calls are answered, and the log holds no stack trace and no secret', async () => {
    const call = { Session: 'after', From: '+16465550150', To: '+16465550105', Domain: 'acme.cloudonix.net' };
    const voice = await fetch(service.url + VOICE, {
      method: 'POST',
      headers: headersFor(VOICE),
      body: JSON.stringify(call),
    });
    const next = /action="([^"]+)"/.exec(await voice.text())?.[1]?.replaceAll('&amp;', '&') ?? '';
    const pin = await fetch(next, {
      method: 'POST',
      headers: headersFor(VOICE),
      body: JSON.stringify({ ...call, Digits: '4321' }),
    });
    expect(await pin.text()).toContain('<Conference');
    const sent = await service.api('POST', '/messages', { to: '+15550002222', body: 'Very private words' });
    expect(sent.status).toBe(202);
    await service.api('GET', '/numbers/+16465550107');
    await service.api('GET', '/messages?peer=%2B15550002222');
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
    await postSession({ token: 'good', eventId: 'last', status: 'ringing' });
    // The journal keeps its order, so this one waits for all that stands before it.
    await eventually(
      () => service.api('GET', '/calls/good'),
      ({ status }) => status === 200,
    );

    // The four digits of the PIN turn up in ids of ours by chance.
    const log = service.log().replaceAll(ANY_UUID, 'id');
    expect(log.split('\n').length).toBeGreaterThan(500);
    expect(log.split('\n').filter((line) => /\\n\s+at |^\s+at /.test(line))).toEqual([]);
    for (const [what, secret] of Object.entries(SECRETS)) {
      expect([what, log.split('\n').find((line) => line.includes(secret))]).toEqual([what, undefined]);
    }
  });

  async function postSession(body: unknown): Promise<void> {
    const [path = ''] = CALLBACKS;
    const answer = await fetch(service.url + path, {
      method: 'POST',
      headers: headersFor(path),
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(204);
  }

  async function apiPaths(): Promise<string[]> {
    const document = (await (await fetch(`${service.url}/openapi.json`)).json()) as { paths: Record<string, unknown> };
    return Object.keys(document.paths).map((path) => path.replaceAll(/\{[^}]+\}/g, UUID));
  }

  function bodies(): readonly (string | Buffer)[] {
    return [
      '',
      'null',
      '[]',
      '[[[[[[1]]]]]]',
      '"text"',
      '{"__proto__":{"a":1},"constructor":1}',
      `${'['.repeat(20_000)}`,
      '{"Domain":"acme.cloudonix.net","Session":"\\u0000","From":{"a":[]},"To":1e999,"Digits":["1",null]}',
      '{"token":"\\u0000\\ud800","status":"__proto__","session":{"token":"\\u0000"},"call_id":"\\u0000","disposition":[]}',
      '{"to":"\\u0000","body":"\\ud800","name":"\\u0000","number":"\\u0000","file":"\\u0000: ["}',
      'Domain=acme&Session=%ZZ&From=%00',
      randomBytes(300),
    ];
  }

  function randomBytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
  }

  function headersFor(path: string): Record<string, string> {
    const authorization = path.startsWith('/webhooks/') ? KEYS.voice : KEYS.api;
    return { authorization, 'content-type': 'application/json', 'x-cx-domain': 'acme' };
  }

  async function probe(
    method: string,
    path: string,
    body?: string | Buffer,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    // The probes must leave the organization, its keys and its session standing.
    if (method === 'DELETE' && path.startsWith('/api/v1/session')) return;
    const answer = await send(method, path, { ...headersFor(path), ...headers }, body);
    const what = `${method} ${path} ${String(body).slice(0, 60)} ${JSON.stringify(headers).slice(0, 60)}`;
    if (answer === undefined) return;
    if (answer.status >= 500) faults.push(`${what}: ${answer.status} ${answer.text.slice(0, 200)}`);
    // The console's pages name a file of a package, a trace names its line.
    if (/\n\s+at |node_modules\S+:\d|file:\/\//.test(answer.text)) faults.push(`${what}: a stack trace`);
  }

  /** Undefined where the client itself refuses to send that. */
  async function send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string | Buffer | undefined,
  ): Promise<{ status: number; text: string } | undefined> {
    try {
      const response = await fetch(service.url + path, {
        method,
        headers,
        redirect: 'manual',
        ...(body === undefined ? {} : { body }),
      });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      const { cause } = error as { cause?: { code?: string } };
      // Undici refuses some headers before sending; a service that hangs up is a fault.
      if (cause?.code === 'UND_ERR_INVALID_ARG' || cause?.code === undefined) return undefined;
      faults.push(`${method} ${path} ${JSON.stringify(headers).slice(0, 80)}: ${cause.code}`);
      return undefined;
    }
  }

  function sayRaw(bytes: Buffer): Promise<string> {
    return new Promise((resolve) => {
      let said = '';
      const socket = connect(Number(new URL(service.url).port), '127.0.0.1', () => socket.end(bytes));
      socket.on('data', (part) => {
        said += part.toString('latin1');
      });
      socket.on('error', () => resolve(said));
      socket.on('close', () => resolve(said));
    });
  }
});
