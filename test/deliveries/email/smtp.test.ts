import { afterEach, expect, test } from 'vitest';
import { smtpServer } from '../../../src/deliveries/index.ts';
import { type SmtpOptions, startSmtpServer, type TestSmtpServer } from '../../support/smtp-server.ts';
import { newTlsIdentity } from '../../support/tls-identity.ts';

const LETTER = {
  id: 'letter-1',
  to: 'ada@example.com',
  subject: 'Your code für Acme',
  text: 'ABCD-EFGH is your code.',
};
const identity = newTlsIdentity('localhost');

let server: TestSmtpServer;
afterEach(() => server?.close());

async function start(options: SmtpOptions = {}) {
  server = await startSmtpServer(options);
  return server;
}

const clientOf = (query: string, login = '', ca?: string) =>
  smtpServer({ url: `smtp://${login}localhost:${server.port}${query}`, from: 'Acme <phone@acme.example>', ca });

test('a mail arrives whole, with an id that stays the same', async () => {
  await start();
  expect(await clientOf('').send(LETTER)).toEqual({ kind: 'accepted' });
  const [mail] = server.mails;
  expect([mail?.from, mail?.to]).toEqual(['phone@acme.example', 'ada@example.com']);
  expect(mail?.data).toContain('Message-ID: <letter-1@acme.example>');
  expect(mail?.data).toContain('ABCD-EFGH is your code.');
});

test('with STARTTLS nothing but the greeting is said in the clear, and the name and password are taken', async () => {
  await start({ tls: identity, login: ['post', 'sécret'] });
  const client = clientOf('?tls=required', `post:${encodeURIComponent('sécret')}@`, identity.cert);
  await client.check();
  expect(await client.send(LETTER)).toEqual({ kind: 'accepted' });
  expect(server.mails).toEqual([expect.objectContaining({ isEncrypted: true, user: 'post' })]);
  expect(new Set(server.heardInTheClear.map((line) => line.split(' ')[0]))).toEqual(new Set(['EHLO', 'STARTTLS']));
});

test('a certificate that nobody vouches for, or of another name, is refused before anything is said', async () => {
  const other = newTlsIdentity('mail.evil.example');
  for (const [tls, ca] of [
    [identity, undefined],
    [other, other.cert],
  ] as const) {
    await start({ tls });
    const outcome = await clientOf('?tls=required', '', ca).send(LETTER);
    expect(outcome).toMatchObject({ kind: 'refused', isFinal: false });
    expect(server.mails).toEqual([]);
    await server.close();
  }
});

test('a server that will not encrypt gets no mail', async () => {
  await start();
  expect(await clientOf('?tls=required').send(LETTER)).toMatchObject({ kind: 'refused', isFinal: false });
  expect(server.mails).toEqual([]);
  expect(server.heardInTheClear.some((line) => line.startsWith('MAIL'))).toBe(false);
});

test.each<[string, SmtpOptions, boolean]>([
  ['a mailbox that does not exist', { answer: (step) => (step === 'rcpt' ? '550 no such mailbox' : undefined) }, true],
  ['a text that is not wanted', { answer: (step) => (step === 'data' ? '554 spam' : undefined) }, true],
  ['a grey list', { answer: (step) => (step === 'rcpt' ? '450 come back later' : undefined) }, false],
  ['a full disk', { answer: (step) => (step === 'data' ? '452 no room' : undefined) }, false],
  ['a wrong password, which can be mended', { login: ['post', 'other'] }, false],
])('%s is final: %s', async (_, options, isFinal) => {
  await start(options);
  const outcome = await clientOf('', 'post:wrong@').send(LETTER);
  expect(outcome).toMatchObject({ kind: 'refused', isFinal });
  expect(JSON.stringify(outcome)).not.toContain('ABCD');
});

test('a server that is away is no reason to give up, and the check says so in words', async () => {
  await start();
  const client = clientOf('');
  await server.close();
  expect(await client.send(LETTER)).toMatchObject({ kind: 'refused', isFinal: false });
  await expect(client.check()).rejects.toMatchObject({ code: 'email.unreachable' });
});
