import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../../../src/db/context.ts';
import { emailMessages, secrets } from '../../../src/db/schema/index.ts';
import { listEmails, Postman, purgeEmails, queueEmail, smtpServer } from '../../../src/deliveries/index.ts';
import { newOrganization, openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type SmtpOptions, startSmtpServer, type TestSmtpServer } from '../../support/smtp-server.ts';

const TEXT = 'ABCD-EFGH-JKLM is your sign-in code';
const EMAIL = { purpose: 'login_code', to: 'ada@example.com', subject: 'Your sign-in code', text: TEXT };

let database: TestDatabase;
let context: Context;
let server: TestSmtpServer | undefined;
let now = new Date();
const logged: unknown[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database?.close());
afterEach(async () => {
  await server?.close();
  server = undefined;
  await database.database.orm.delete(emailMessages);
});

const clock = { now: () => now };
const pass = (ms: number) => {
  now = new Date(now.getTime() + ms);
};

/** A process that sends; nothing but the database is shared between two of them. */
function postman(port: number): Postman {
  return new Postman({
    database: database.database,
    server: smtpServer({ url: `smtp://127.0.0.1:${port}`, from: 'phone@acme.example' }),
    secrets: context.secrets,
    clock,
    timers: { after: () => () => {} },
    random: () => 0,
    log: { warn: (...words) => logged.push(words) },
  });
}

async function start(options: SmtpOptions = {}): Promise<TestSmtpServer> {
  server = await startSmtpServer(options);
  return server;
}

const rows = () => database.database.orm.select().from(emailMessages);
const texts = () => database.database.orm.select().from(secrets).where(eq(secrets.purpose, 'email.text'));

describe('the queue of e-mails', () => {
  beforeAll(async () => {
    context = await newOrganization(database.database, { clock });
  });

  test('what is queued with a change is sent when that commits, and not when it does not', async () => {
    const { port, mails } = await start();
    const undone = context.transaction(async (inner) => {
      await queueEmail(inner, EMAIL);
      throw new Error('on purpose');
    });
    await expect(undone).rejects.toThrow('on purpose');
    expect(await postman(port).deliverDue()).toBe(0);
    await context.transaction((inner) => queueEmail(inner, EMAIL));
    expect(await postman(port).deliverDue()).toBe(1);
    expect(mails.map(({ to, data }) => [to, data.includes(TEXT)])).toEqual([['ada@example.com', true]]);
  });

  test('the text is sealed while it waits and gone once it has left; no list shows it', async () => {
    const { port } = await start();
    await queueEmail(context, EMAIL);
    const [sealed] = await texts();
    expect(Buffer.from(sealed?.ciphertext ?? []).includes('ABCD')).toBe(false);
    expect(JSON.stringify(await rows())).not.toContain('ABCD');
    await postman(port).deliverDue();
    expect(await texts()).toEqual([]);
    const { items } = await listEmails(context);
    expect(items).toEqual([
      expect.objectContaining({ to: 'ada@example.com', status: 'sent', attempts: 1, error: null, nextAttemptAt: null }),
    ]);
    expect(JSON.stringify(items)).not.toContain('ABCD');
  });

  test('a server that is away is tried again after a pause, also by a process that started since', async () => {
    const gone = await start();
    await gone.close();
    await queueEmail(context, EMAIL);
    expect(await postman(gone.port).deliverDue()).toBe(1);
    expect(await rows()).toEqual([expect.objectContaining({ status: 'pending', attempts: 1 })]);
    const { port, mails } = await start();
    expect(await postman(port).deliverDue()).toBe(0);
    pass(5_000);
    expect(await postman(port).deliverDue()).toBe(1);
    expect(mails).toHaveLength(1);
    expect(await rows()).toEqual([expect.objectContaining({ status: 'sent', attempts: 2, lastError: null })]);
  });

  test('a 4xx waits, a 5xx ends it; neither log nor row says what stood in it', async () => {
    logged.length = 0;
    const busy = await start({ answer: (step) => (step === 'rcpt' ? '450 grey list' : undefined) });
    await queueEmail(context, EMAIL);
    await postman(busy.port).deliverDue();
    expect((await listEmails(context, { filter: { status: 'pending' } })).items).toHaveLength(1);
    await busy.close();
    const strict = await start({ answer: (step) => (step === 'rcpt' ? '550 no such mailbox' : undefined) });
    pass(60_000);
    await postman(strict.port).deliverDue();
    const [failed] = (await listEmails(context, { filter: { status: 'failed' } })).items;
    expect(failed?.error).toContain('550 no such mailbox');
    expect(await texts()).toEqual([]);
    expect(logged).toHaveLength(2);
    expect(JSON.stringify(logged)).not.toContain('ABCD');
  });

  test('what a killed process had in hand is sent by another, under the same id', async () => {
    const { port, mails } = await start();
    await queueEmail(context, EMAIL);
    const [before] = await rows();
    // It took the e-mail and died.
    await database.database.orm
      .update(emailMessages)
      .set({ attempts: 1, nextAttemptAt: new Date(now.getTime() + 120_000) });
    expect(await postman(port).deliverDue()).toBe(0);
    pass(120_000);
    expect(await postman(port).deliverDue()).toBe(1);
    expect(mails[0]?.data).toContain(`<${before?.id}@acme.example>`);
  });

  test('two processes send fifty e-mails fifty times', async () => {
    const { port, mails } = await start();
    for (let n = 0; n < 50; n += 1) await queueEmail(context, { ...EMAIL, to: `p${n}@example.com` });
    const sent = await Promise.all([postman(port).deliverDue(), postman(port).deliverDue()]);
    expect(sent[0] + sent[1]).toBe(50);
    expect(new Set(mails.map(({ to }) => to)).size).toBe(50);
    expect(mails).toHaveLength(50);
  });

  test('a code that nobody could use any more is not sent', async () => {
    const { port, mails } = await start();
    await queueEmail(context, { ...EMAIL, expiresAt: new Date(now.getTime() + 600_000) });
    pass(600_000);
    await postman(port).deliverDue();
    expect(mails).toEqual([]);
    expect(await rows()).toEqual([expect.objectContaining({ status: 'failed', secretId: null })]);
  });

  test('nobody sees the e-mails of another organization; what is three months old goes', async () => {
    const other = await newOrganization(database.database, { clock });
    await queueEmail(other, EMAIL);
    expect((await listEmails(context)).items).toEqual([]);
    await database.database.orm.update(emailMessages).set({ status: 'failed' });
    await purgeEmails(database.database.orm, new Date(now.getTime() + 89 * 86_400_000));
    expect(await rows()).toHaveLength(1);
    await purgeEmails(database.database.orm, new Date(now.getTime() + 91 * 86_400_000));
    expect(await rows()).toEqual([]);
  });
});

test('a ring from the database is enough: nobody has to look', async () => {
  context = await newOrganization(database.database, { clock });
  let ring = () => {};
  const arrived = new Promise<void>((resolve) => {
    ring = resolve;
  });
  const { port } = await start({ answer: (step) => void (step === 'data' && ring()) });
  const working = postman(port);
  await working.start();
  await queueEmail(context, EMAIL);
  await arrived;
  await working.close();
  expect(await rows()).toEqual([expect.objectContaining({ status: 'sent' })]);
});
