import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { request as httpsRequest } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  eventually,
  newDataDirectory,
  removeDataDirectory,
  runCli,
  type Service,
  startService,
} from '../../support/service.ts';

const OWNER = '+12125550177';
const GRACE = '+12125550178';
const PASSWORD = 'seven green lanterns';

let service: Service;
let directory: string;
let tlsPort: number;

beforeAll(async () => {
  directory = await newDataDirectory();
  tlsPort = await freePort();
  const [cert, key] = [join(directory, '..', 'server.pem'), join(directory, '..', 'server.key')];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=localhost',
      '-keyout',
      key,
      '-out',
      cert,
    ],
    { stdio: 'ignore' },
  );
  service = await startService({
    dataDirectory: directory,
    env: { SWITCHHOOK_DEMO: '1', TLS_CERT: cert, TLS_KEY: key, TLS_PORT: String(tlsPort) },
  });
});
afterAll(async () => {
  await service?.stop();
  removeDataDirectory(directory);
});

interface Answer {
  readonly status: number;
  readonly cookie: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  readonly body: any;
}

/** A browser: JSON in, JSON out, and a cookie it was given. */
async function browse(cookie: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${service.url}${path}`, {
    method,
    headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    cookie: (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '',
    body: text.startsWith('{') ? JSON.parse(text) : text,
  };
}

let owner = '';

test('a newcomer pastes the code, owns, invites; a second person joins by the link, is approved by text and signs in by text', async () => {
  const printed = await runCli(['bootstrap', '--json'], { DATA_DIR: directory });
  expect(printed.status).toBe(0);
  const { code } = JSON.parse(printed.stdout);
  const first = { code, callsign: 'ada', phone: OWNER, password: PASSWORD };
  const became = await browse('', 'POST', '/api/v1/bootstrap', first);
  expect(became.body).toEqual({ signedIn: true });
  owner = became.cookie;
  expect((await browse(owner, 'GET', '/api/v1/me')).body).toMatchObject({ role: 'owner', isPlatformAdmin: true });
  expect((await browse('', 'POST', '/api/v1/bootstrap', first)).status).toBe(403);
  expect((await runCli(['bootstrap', '--json'], { DATA_DIR: directory })).status).toBe(1);

  const invite = (await browse(owner, 'POST', '/api/v1/invites', { name: 'Field team', maxUses: 3 })).body;
  expect(invite.qr).toContain('<svg');
  const link = new URL(invite.url);
  const page = await browse('', 'GET', link.pathname);
  expect(page.status).toBe(200);
  expect(page.body).toContain('/join.js');
  const invited = decodeURIComponent(link.hash.slice(1));
  expect((await browse('', 'POST', '/api/v1/join/check', { code: invited })).body.isUsable).toBe(true);
  const { ticket, approveCode } = (
    await browse('', 'POST', '/api/v1/join', { code: invited, name: 'grace', phone: GRACE })
  ).body;

  const status = async () => (await browse('', 'POST', '/api/v1/join/status', { ticket })).body.state as string;
  expect(await status()).toBe('pending');
  const text = (from: string, body: string) => browse(owner, 'POST', '/api/v1/demo/phone', { from, body });
  const textsTo = async (number: string): Promise<string> =>
    JSON.stringify(
      (await browse(owner, 'GET', '/api/v1/demo/phone')).body.phones?.filter?.(
        (phone: { number?: string }) => phone.number === number,
      ) ?? '',
    );
  await text('+12125550199', `APPROVE ${approveCode}`);
  await text(OWNER, `Approve ${approveCode.toLowerCase()}`);
  await eventually(status, (state) => state === 'approved');
  await eventually(
    () => textsTo(OWNER),
    (texts) => texts.includes('grace is in.'),
  );
  const { items } = (await browse(owner, 'GET', '/api/v1/enrollments?name=grace')).body;
  expect(items[0]).toMatchObject({ state: 'approved', channel: 'sms', decidedBy: 'ada' });

  const { challenge } = (await browse('', 'POST', '/api/v1/sign-in/codes', { login: GRACE })).body;
  const sent = await eventually(
    () => textsTo(GRACE),
    (texts) => /[0-9]{6} is your sign-in code/.test(texts),
  );
  const digits = /([0-9]{6}) is your sign-in code/.exec(sent)?.[1];
  const signedIn = await browse('', 'POST', '/api/v1/sign-in/code', { challenge, code: digits });
  expect(signedIn.body).toEqual({ signedIn: true });
  expect((await browse(signedIn.cookie, 'GET', '/api/v1/me')).body).toMatchObject({
    actor: { name: 'grace' },
    role: 'member',
    method: 'code:sms',
  });
  expect((await browse('', 'POST', '/api/v1/sign-in/code', { challenge, code: digits })).status).toBe(403);
});

test('a client certificate signs in over TLS and is equal to a cookie, until it is revoked; a self-made one is nobody', async () => {
  const made = (await browse(owner, 'POST', '/api/v1/certificates', { person: 'grace' })).body;
  const bundle = (await browse(owner, 'POST', `/api/v1/certificates/${made.id}/bundle?format=pem`)).body as string;
  expect(bundle).toContain('PRIVATE KEY');
  const key = /-----BEGIN PRIVATE KEY-----[\s\S]*?-----END PRIVATE KEY-----/.exec(bundle)?.[0] ?? '';
  const own = { cert: made.certificate as string, key };
  expect(await overTls('/api/v1/me', own)).toMatchObject({
    status: 200,
    body: { actor: { name: 'grace', kind: 'certificate' } },
  });
  expect((await overTls('/api/v1/me', {})).status).toBe(401);
  const file = join(directory, '..', 'fake.pem');
  const fakeKey = join(directory, '..', 'fake.key');
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=grace',
      '-keyout',
      fakeKey,
      '-out',
      file,
    ],
    { stdio: 'ignore' },
  );
  const { readFileSync } = await import('node:fs');
  const fake = { cert: readFileSync(file, 'utf8'), key: readFileSync(fakeKey, 'utf8') };
  expect(new X509Certificate(fake.cert).subject).toBe('CN=grace');
  expect((await overTls('/api/v1/me', fake)).status).toBe(401);
  await browse(owner, 'POST', `/api/v1/certificates/${made.id}/revoke`, { reason: 'keyCompromise' });
  expect((await overTls('/api/v1/me', own)).status).toBe(401);
});

/** The server's certificate is self-made here; what is tested is the client's. */
function overTls(path: string, identity: { cert?: string; key?: string }): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const asked = httpsRequest(
      { host: '127.0.0.1', port: tlsPort, path, rejectUnauthorized: false, agent: false, ...identity },
      (response) => {
        let text = '';
        response.on('data', (part) => {
          text += part;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
