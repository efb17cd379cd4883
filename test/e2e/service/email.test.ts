import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  acmeConfig,
  eventually,
  newDataDirectory,
  removeDataDirectory,
  runCli,
  type Service,
  startService,
} from '../../support/service.ts';
import { startSmtpServer, type TestSmtpServer } from '../../support/smtp-server.ts';

let directory: string;
let service: Service;
let server: TestSmtpServer;
let smtpPort: number;

const start = () =>
  startService({
    dataDirectory: directory,
    config: acmeConfig(),
    env: {
      PUBLIC_URL: 'https://phone.acme.example',
      SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
      MAIL_FROM: 'Acme <phone@acme.example>',
    },
  });

beforeAll(async () => {
  directory = await newDataDirectory();
  server = await startSmtpServer();
  smtpPort = server.port;
  service = await start();
});
afterAll(async () => {
  await service?.stop();
  await server?.close();
  removeDataDirectory(directory);
});

const post = async (path: string, body: unknown) => {
  const response = await fetch(`${service.url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
};
const mailTo = (address: string) =>
  eventually(
    async () => server.mails.find(({ to }) => to === address)?.data,
    (data) => data !== undefined,
  );

test('somebody signs in by a code that came by e-mail, and the links of invites name the public address', async () => {
  const person = { callsign: 'grace', email: 'grace@acme.example', roles: ['member'] };
  expect((await service.api('POST', '/people', person)).status).toBe(201);
  const { challenge } = (await post('/sign-in/codes', { login: 'grace@acme.example' })).body;
  const [code] = /[0-9]{6}(?= is your sign-in code)/.exec((await mailTo('grace@acme.example')) ?? '') ?? [];
  expect((await post('/sign-in/code', { challenge, code })).body).toEqual({ signedIn: true });
  expect(service.log()).not.toContain(code);
  const invite = await service.api<{ url: string }>('POST', '/invites', { name: 'Field team' });
  expect(invite.body.url).toMatch(/^https:\/\/phone\.acme\.example\/join#/);
});

test('a code that waits for the mail server survives a kill', async () => {
  await server.close();
  await service.api('POST', '/people', { callsign: 'heidi', email: 'heidi@acme.example' });
  const made = await runCli(['login-code', 'heidi', '--email'], { DATA_DIR: directory });
  expect([made.status, made.stdout]).toEqual([0, '']);
  const emails = () => service.api<{ items: { status: string; attempts: number }[] }>('GET', '/emails?status=pending');
  await eventually(emails, ({ body }) => (body.items[0]?.attempts ?? 0) > 0);
  await service.kill();
  server = await startSmtpServer();
  smtpPort = server.port;
  service = await start();
  const [code] = /[A-Z2-9]{4}(-[A-Z2-9]{4}){2}/.exec((await mailTo('heidi@acme.example')) ?? '') ?? [];
  expect((await post('/sign-in/code', { code })).body).toEqual({ signedIn: true });
  await eventually(emails, ({ body }) => body.items.length === 0);
  const { stdout } = await runCli(['doctor', '--json'], {
    DATA_DIR: directory,
    SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
    MAIL_FROM: 'phone@acme.example',
  });
  expect(stdout).toContain('"check":"e-mail","state":"good"');
});

test('SMTP_URL without MAIL_FROM does not start, and says why', async () => {
  const { status, stderr, stdout } = await runCli(['serve', '--json'], {
    DATA_DIR: `${directory}-none`,
    SMTP_URL: 'smtp://mail.example',
  });
  expect(status).not.toBe(0);
  expect(stderr + stdout).toContain('MAIL_FROM: say who e-mails come from');
});
