import { existsSync, mkdirSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FakeServer, startFakeServer, tell } from './fake-server.ts';
import { afternoon } from './scene.ts';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const SHOTS = new URL('../../node_modules/.cache/switchhook/screenshots/', import.meta.url).pathname;
const isThere = existsSync(CHROMIUM);
if (!isThere)
  console.warn(`skipped: the first page in a browser, because there is no ${CHROMIUM} (apt-get install chromium)`);

describe.skipIf(!isThere)('the first page', () => {
  let browser: Browser;
  let server: FakeServer;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    complaints.length = 0;
    server = await startFakeServer(afternoon(new Date()));
    page = await open('light');
  });
  afterEach(async () => {
    await page?.context().close();
    await server?.close();
    expect(complaints).toEqual([]);
  });

  async function open(colorScheme: 'light' | 'dark', width = 1440, height = 900): Promise<Page> {
    const context = await browser.newContext({
      colorScheme,
      viewport: { width, height },
      locale: 'en-US',
      timezoneId: 'America/New_York',
    });
    const opened = await context.newPage();
    opened.on('pageerror', (error) => complaints.push(error.message));
    opened.on('console', (line) => {
      if (/Content Security Policy|Uncaught/.test(line.text())) complaints.push(line.text());
    });
    return opened;
  }

  const live = (on = page) => on.locator('#connection[data-state="live"]').waitFor();

  test('shows calls, messages and modems, light and dark, wide and narrow', async () => {
    await page.goto(server.url);
    await live();
    await page.locator('#calls details').first().waitFor();
    expect(await page.locator('#calls details').count()).toBe(6);
    expect(await page.locator('#messages details').count()).toBe(6);
    expect(await page.locator('#modems .modem').count()).toBe(2);
    expect(await page.title()).toBe('Acme Telecom · Switchhook');
    await page.locator('#calls summary').first().click();
    await page.locator('#calls pre').nth(1).waitFor();
    await page.locator('#body').fill('Ihre Rechnung über 20 € ist da 😊');
    await page.locator('#preview', { hasText: 'Unicode' }).waitFor();
    await page.screenshot({ path: `${SHOTS}light.png` });
    const dark = await open('dark');
    await dark.goto(server.url);
    await live(dark);
    await dark.locator('#messages summary').nth(4).click();
    await dark.screenshot({ path: `${SHOTS}dark.png` });
    await dark.context().close();
    const phone = await open('light', 390, 844);
    await phone.goto(server.url);
    await live(phone);
    await phone.locator('#calls details').first().waitFor();
    await phone.screenshot({ path: `${SHOTS}phone.png` });
    expect(await phone.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await phone.context().close();
  });

  test('a change appears without a refresh, at the top, and an open row stays open', async () => {
    await page.goto(server.url);
    await live();
    const [first] = server.state.messages;
    if (first === undefined) throw new Error('the scene has no message');
    await page.locator('#messages summary').first().click();
    const dots = page.locator('#messages details').first().locator('.dot');
    expect(await dots.evaluateAll((all) => all.map((dot) => dot.className))).toEqual([
      'dot calm',
      'dot busy moving',
      'dot idle',
    ]);
    const parts = (first.parts as { status: string }[]).map((part) => ({
      ...part,
      status: 'delivered',
      reference: 7,
      deliveredAt: new Date().toISOString(),
    }));
    Object.assign(first, { status: 'delivered', parts });
    tell(server, 'message', 'm1');
    await page.locator('#messages details[open] .pill.good', { hasText: 'delivered' }).first().waitFor();
    expect(await dots.evaluateAll((all) => all.map((dot) => dot.className))).toEqual([
      'dot good',
      'dot good',
      'dot good',
    ]);
    expect(await dots.first().getAttribute('title')).toContain('reference 7');
    server.state.calls.push({
      ...server.state.calls[0],
      id: 'c9',
      from: '+13105550101',
      startedAt: new Date(Date.now() + 1000).toISOString(),
    });
    tell(server, 'call', 'c9');
    await page.locator('#calls details').first().getByText('+1 310 555 0101').waitFor();
    expect(await page.locator('#calls details').count()).toBe(7);
  });

  test('text from outside stays text', async () => {
    const body = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    Object.assign(server.state.messages[0] ?? {}, { body, peer: '<b>ACME</b>' });
    await page.goto(server.url);
    await live();
    await page.locator('#messages .what', { hasText: '<img' }).first().waitFor();
    expect(await page.locator('#messages img, #messages script, #messages b').count()).toBe(0);
    expect(await page.title()).toBe('Acme Telecom · Switchhook');
  });

  test('a text is sent once with a key, a bad number is explained at its field, a call is made', async () => {
    await page.goto(server.url);
    await live();
    await page.locator('#to').fill('nobody');
    await page.locator('#body').fill('Hello');
    await page.locator('#compose button').click();
    await page.locator('#to-problem', { hasText: 'E.164' }).waitFor();
    await page.locator('#to').fill('+12125550123');
    await page.locator('#body').press('Control+Enter');
    await page.locator('#sent', { hasText: 'On its way' }).waitFor();
    expect(await page.locator('#body').inputValue()).toBe('');
    const sent = server.requests.filter(({ path }) => path === '/api/v1/messages');
    expect(sent.map(({ body }) => (body as { to: string }).to)).toEqual(['nobody', '+12125550123']);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(2);
    await page.locator('#test-call').click();
    await page.locator('#call-made', { hasText: 'Ringing' }).waitFor();
  });

  test('a lost connection says so, comes back by itself and has missed nothing', async () => {
    await page.goto(server.url);
    await live();
    server.cutConnections();
    await page.locator('#connection[data-state="away"]').waitFor();
    Object.assign(server.state.calls[0] ?? {}, { status: 'completed', endedAt: new Date().toISOString() });
    tell(server, 'call', 'c1');
    await live();
    await page.locator('#calls details').first().locator('.pill', { hasText: 'completed' }).waitFor();
  });

  test('the keyboard reaches a row and unfolds it', async () => {
    await page.goto(server.url);
    await live();
    await page.locator('#calls summary').first().focus();
    await page.keyboard.press('Enter');
    await page.locator('#calls details[open] .trace li').first().waitFor();
  });

  test('nothing there yet is said in words', async () => {
    Object.assign(server.state, { calls: [], messages: [], modems: [] });
    await page.goto(server.url);
    await live();
    await page.getByText('No calls yet.').waitFor();
    await page.getByText('No messages yet.').waitFor();
    await page.getByText('No modem yet.').waitFor();
    await page.screenshot({ path: `${SHOTS}empty.png` });
  });

  test('who is not signed in is told how to get a link', async () => {
    server.state.signedIn = false;
    await page.goto(server.url);
    await page.getByText('npm run -s switchhook -- sign-in').waitFor();
    expect(await page.locator('#room').isVisible()).toBe(false);
    await page.screenshot({ path: `${SHOTS}signed-out.png` });
  });
});
