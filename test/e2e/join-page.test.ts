import { existsSync, mkdirSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FakeServer, startFakeServer } from './fake-server.ts';
import { afternoon } from './scene.ts';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const SHOTS = new URL('../../node_modules/.cache/switchhook/screenshots/', import.meta.url).pathname;
const isThere = existsSync(CHROMIUM);
if (!isThere)
  console.warn(`skipped: the join page in a browser, because there is no ${CHROMIUM} (apt-get install chromium)`);

/** What the API answers to an address, and whether it is there at all. */
type Answers = Record<string, (body: Record<string, unknown>) => { readonly status?: number; readonly json: unknown }>;

describe.skipIf(!isThere)('the join page', () => {
  let browser: Browser;
  let server: FakeServer;
  let page: Page;
  let answers: Answers;
  let isAway: boolean;
  let sent: { readonly path: string; readonly body: unknown }[];
  const complaints: string[] = [];

  const waiting = { name: 'grace', state: 'pending', reason: null, organization: 'Acme Telecom' };

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    server = await startFakeServer(afternoon(new Date()));
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--headless', '--no-sandbox', '--disable-gpu'],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  beforeEach(async () => {
    isAway = false;
    sent = [];
    answers = {
      '/join/check': () => ({ json: { isUsable: true, organization: 'Acme Telecom' } }),
      '/join': () => ({
        status: 201,
        json: { id: '1', name: 'grace', state: 'pending', approveCode: 'ABCD-EFGH', ticket: 'the-ticket' },
      }),
      '/join/code': () => ({ json: { approveCode: 'FRESH-CODE' } }),
      '/join/status': () => ({ json: waiting }),
      '/join/collect': () => ({ json: { signedIn: true } }),
    };
    const context = await browser.newContext({ viewport: { width: 375, height: 700 }, locale: 'en-US' });
    context.setDefaultTimeout(10_000);
    page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.route('**/api/v1/**', async (route) => {
      const path = new URL(route.request().url()).pathname.replace('/api/v1', '');
      const answer = answers[path];
      if (isAway || answer === undefined) return route.abort('connectionrefused');
      const body = route.request().postDataJSON() as Record<string, unknown>;
      sent.push({ path, body });
      return route.fulfill(answer(body));
    });
  });
  afterEach(async () => {
    await page?.context().close();
    expect(complaints.splice(0)).toEqual([]);
  });

  async function knock() {
    await page.goto(`${server.url}/join#AN-INVITE`);
    await page.getByRole('heading', { name: 'Join Acme Telecom' }).waitFor();
    await page.getByLabel('Name or callsign').fill('grace');
    await page.getByRole('button', { name: 'Ask to join' }).click();
    await page.locator('#code', { hasText: 'ABCD-EFGH' }).waitFor();
  }

  test('asks to join with what was typed, shows the code while waiting, and lets in with a password', async () => {
    await knock();
    expect(sent.find(({ path }) => path === '/join')?.body).toEqual({ code: 'AN-INVITE', name: 'grace' });
    expect(await page.getByLabel('Name or callsign').count()).toBe(0);
    await page.screenshot({ path: `${SHOTS}join-waiting.png` });
    answers['/join/status'] = () => ({ json: { ...waiting, state: 'approved' } });
    await page.getByRole('heading', { name: 'Welcome to Acme Telecom' }).waitFor();
    expect(await page.locator('#code').isVisible()).toBe(false);
    await page.getByLabel('Password').fill('seven green lanterns');
    await page.getByRole('button', { name: 'Go in' }).click();
    await page.waitForURL(`${server.url}/`);
    expect(sent.at(-1)).toEqual({
      path: '/join/collect',
      body: { ticket: 'the-ticket', password: 'seven green lanterns' },
    });
  });

  test('an invite that does not work says so, and shows no form', async () => {
    answers['/join/check'] = () => ({ json: { isUsable: false } });
    await page.goto(`${server.url}/join#CLOSED`);
    await page.getByRole('heading', { name: 'This invite does not work' }).waitFor();
    expect(await page.locator('input').count()).toBe(0);
  });

  test('a name that is taken is said at its field, and nothing typed is lost', async () => {
    const taken = 'Somebody already has this name.';
    answers['/join'] = () => ({
      status: 409,
      json: { status: 409, detail: taken, code: 'conflict', errors: [{ path: 'name', message: taken }] },
    });
    await page.goto(`${server.url}/join#AN-INVITE`);
    await page.getByLabel('Name or callsign').fill('grace');
    await page.getByLabel('Telephone number').fill('+12125550123');
    await page.getByRole('button', { name: 'Ask to join' }).click();
    await page.locator('[data-problem="name"]', { hasText: taken }).waitFor();
    expect(await page.getByLabel('Telephone number').inputValue()).toBe('+12125550123');
    await page.screenshot({ path: `${SHOTS}join-taken.png` });
  });

  test('whoever waits keeps their place, and gets another code, over a reload and over a server that is away', async () => {
    await knock();
    isAway = true;
    await page.getByRole('heading', { name: 'Nobody answers' }).waitFor();
    isAway = false;
    await page.getByRole('heading', { name: 'Waiting for Acme Telecom' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Waiting for Acme Telecom' }).waitFor();
    expect(await page.locator('#code').textContent()).toBe('FRESH-CODE');
    answers['/join/status'] = () => ({ json: { ...waiting, state: 'rejected', reason: 'nobody knows you' } });
    await page.getByText('nobody knows you').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });

  test('the first owner types the code of the terminal when the address has none; a wrong one is said', async () => {
    answers['/bootstrap'] = () => ({
      status: 403,
      json: { status: 403, detail: 'This code is not valid any more.', code: 'bootstrap.refused', errors: [] },
    });
    await page.goto(`${server.url}/bootstrap`);
    await page.getByLabel('Code from the terminal').fill('AAAA-BBBB');
    await page.getByLabel('Short name of a new organization').fill('acme');
    await page.getByLabel('Your callsign').fill('ada');
    await page.getByLabel('Password').fill('seven green lanterns');
    await page.screenshot({ path: `${SHOTS}bootstrap.png`, fullPage: true });
    await page.getByRole('button', { name: 'Become the owner' }).click();
    await page.getByText('This code is not valid any more.').waitFor();
    expect(sent.at(-1)?.body).toEqual({
      code: 'AAAA-BBBB',
      callsign: 'ada',
      password: 'seven green lanterns',
      organization: { slug: 'acme', name: 'acme' },
    });
  });
});
