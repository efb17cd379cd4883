import { existsSync, mkdirSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { fromBase32, stepOf, totpAt } from '../../src/identity/rules/totp.ts';
import { newDataDirectory, removeDataDirectory, runCli, type Service, startService } from '../support/service.ts';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const SHOTS = new URL('../../node_modules/.cache/switchhook/screenshots/', import.meta.url).pathname;
const isThere = existsSync(CHROMIUM);
if (!isThere)
  console.warn(`skipped: the people page in a browser, because there is no ${CHROMIUM} (apt-get install chromium)`);

const PASSWORD = 'seven green lanterns';
const PHONE = 375;

describe.skipIf(!isThere)('the people page', () => {
  let browser: Browser;
  let service: Service;
  let directory: string;
  let site: string;
  /** The owner's browser, signed in; the tests below follow each other in it, as a day does. */
  let desk: Page;
  const complaints: string[] = [];
  const contexts: BrowserContext[] = [];

  async function open(width = 1280, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
    const context = await browser.newContext({ viewport: { width, height: 760 }, locale: 'en-US', colorScheme });
    contexts.push(context);
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (line) => {
      if (/Content Security Policy|Uncaught/.test(line.text())) complaints.push(line.text());
    });
    return page;
  }

  const fits = async (page: Page) =>
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(
      page.viewportSize()?.width ?? 0,
    );
  const dialog = (page: Page) => page.locator('dialog[open]');
  const row = (page: Page, name: string) => page.locator(`[data-name="${name}"]`);
  const word = (page: Page, text: string) => page.locator('#word', { hasText: text }).waitFor();

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    directory = await newDataDirectory();
    service = await startService({ dataDirectory: directory, env: { SWITCHHOOK_DEMO: '1' } });
    // A passkey wants a name in the address.
    site = service.url.replace('127.0.0.1', 'localhost');
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--headless', '--no-sandbox', '--disable-gpu'],
    });
    const { code } = JSON.parse((await runCli(['bootstrap', '--json'], { DATA_DIR: directory })).stdout);
    desk = await open();
    await desk.goto(`${site}/bootstrap#${code}`);
    await desk.getByLabel('Your callsign').fill('ada');
    await desk.getByLabel('Password').fill(PASSWORD);
    await desk.getByRole('button', { name: 'Become the owner' }).click();
    await desk.waitForURL(`${site}/`);
  });
  afterEach(() => {
    expect(complaints).toEqual([]);
  });
  afterAll(async () => {
    for (const context of contexts) await context.close();
    await browser?.close();
    await service?.stop();
    removeDataDirectory(directory);
  });

  test('is linked from the first page, and opens with who stands at the door', async () => {
    await desk.getByRole('link', { name: 'People' }).click();
    await desk.getByText('Nobody waits.').waitFor();
    expect(await desk.locator('#tabs a').allTextContents()).toEqual(['At the door', 'Invites', 'People', 'You']);
    expect(await desk.title()).toMatch(/^People · /);
  });

  let link = '';

  test('an invite is made with its link and QR code, shown once, and paused, resumed and renewed', async () => {
    await desk.getByRole('link', { name: 'Invites' }).click();
    await desk.getByRole('button', { name: 'New invite' }).click();
    await dialog(desk).getByLabel('Who it is for').fill('Field team');
    await dialog(desk).getByLabel('How many may use it').fill('5');
    await dialog(desk).getByRole('button', { name: 'Make it' }).click();
    await dialog(desk).locator('svg').waitFor();
    link = (await dialog(desk).locator('.code').textContent()) ?? '';
    expect(link).toMatch(new RegExp(`^${service.url}/join#`));
    await desk.screenshot({ path: `${SHOTS}people-invite.png` });
    await dialog(desk).getByRole('button', { name: 'Done' }).click();
    const item = row(desk, 'Field team');
    await item.getByText('used 0 of 5 times').waitFor();
    await item.getByRole('button', { name: 'Pause' }).click();
    await item.locator('.pill', { hasText: 'paused' }).waitFor();
    await item.getByRole('button', { name: 'Resume' }).click();
    await item.locator('.pill', { hasText: 'open' }).waitFor();
    await item.getByRole('button', { name: 'New link…' }).click();
    await dialog(desk).getByRole('button', { name: 'Make it' }).click();
    await dialog(desk).locator('svg').waitFor();
    const renewed = (await dialog(desk).locator('.code').textContent()) ?? '';
    expect(renewed).not.toBe(link);
    link = renewed;
    await desk.keyboard.press('Escape');
  });

  /** Somebody with a telephone in the hand, who asks to join. */
  async function knock(name: string): Promise<{ page: Page; code: string }> {
    const page = await open(PHONE);
    await page.goto(link.replace(service.url, site));
    await page.getByLabel('Name or callsign').fill(name);
    await page.getByRole('button', { name: 'Ask to join' }).click();
    await page.locator('#code:not([hidden])').waitFor();
    return { page, code: (await page.locator('#code').textContent()) ?? '' };
  }

  test('who asks to join appears by itself; their code is looked up and they are let in by keyboard', async () => {
    await desk.getByRole('link', { name: 'At the door' }).click();
    await desk.getByText('Nobody waits.').waitFor();
    const grace = await knock('grace');
    await row(desk, 'grace').waitFor();
    await desk.getByLabel('Code they show').fill(grace.code.toLowerCase());
    await desk.keyboard.press('Enter');
    // The focus is on the answer already.
    await desk.locator('[aria-live] [data-name="grace"] button:focus').waitFor();
    await desk.keyboard.press('Enter');
    await word(desk, 'grace is in.');
    await desk.getByText('Nobody waits.').waitFor();
    await grace.page.getByText('Welcome to').waitFor();
    await grace.page.getByLabel('Password').fill(PASSWORD);
    await grace.page.getByRole('button', { name: 'Go in' }).click();
    await grace.page.waitForURL(`${site}/`);
  });

  test('who is turned away reads the reason', async () => {
    const mallory = await knock('mallory');
    await row(desk, 'mallory').getByRole('button', { name: 'Turn away…' }).click();
    await dialog(desk).getByRole('button', { name: 'Turn away' }).click();
    expect(await dialog(desk).isVisible()).toBe(true);
    await dialog(desk).getByLabel('Reason').fill('nobody knows you');
    await dialog(desk).getByRole('button', { name: 'Turn away' }).click();
    await mallory.page.getByText('nobody knows you').waitFor();
    await desk.locator('summary', { hasText: 'Everybody who asked' }).click();
    await desk.locator('details .item[data-name="mallory"]', { hasText: 'rejected' }).waitFor();
  });

  test('a wrong code, and a name that is taken, are said at their fields', async () => {
    await desk.getByLabel('Code they show').fill('WRONG-CODE');
    await desk.keyboard.press('Enter');
    await desk.getByText('Nobody who waits has this code.').waitFor();
    await desk.getByRole('link', { name: 'People', exact: true }).click();
    await desk.getByRole('button', { name: 'Add a person' }).click();
    await dialog(desk).getByLabel('Callsign').fill('Grace');
    await dialog(desk).getByLabel('Telephone number').fill('12');
    await dialog(desk).getByRole('button', { name: 'Add', exact: true }).click();
    await dialog(desk).locator('[data-problem="phone"]', { hasText: 'international form' }).waitFor();
    await dialog(desk).getByLabel('Telephone number').fill('');
    await dialog(desk).getByRole('button', { name: 'Add', exact: true }).click();
    await dialog(desk).getByText('Somebody already has this callsign.').waitFor();
    await desk.keyboard.press('Escape');
  });

  test('roles change, a person is suspended, removed with a reason and restored; their browser is out at once', async () => {
    const grace = contexts[1]?.pages()[0];
    const summary = row(desk, 'grace').locator('summary');
    await summary.focus();
    await desk.keyboard.press('Enter');
    await row(desk, 'grace').getByRole('button', { name: 'Roles…' }).click();
    await dialog(desk).getByLabel(/^Desk/).check();
    await dialog(desk).getByRole('button', { name: 'Save' }).click();
    await row(desk, 'grace').locator('.what', { hasText: 'desk, member' }).waitFor();
    await grace?.goto(`${site}/people`);
    await grace?.getByText('Nobody waits.').waitFor();
    expect(await grace?.locator('#tabs a').allTextContents()).toEqual(['At the door', 'Invites', 'You']);
    await row(desk, 'grace').getByRole('button', { name: 'Remove…' }).click();
    await dialog(desk).getByLabel('Reason').fill('by mistake');
    await dialog(desk).getByRole('button', { name: 'Remove', exact: true }).click();
    await word(desk, 'grace is removed.');
    await grace?.reload();
    await grace?.getByRole('heading', { name: 'Sign in' }).waitFor();
    await desk.getByLabel('Which people').selectOption('revoked');
    await row(desk, 'grace').locator('summary').click();
    await row(desk, 'grace').getByText('by mistake').waitFor();
    await row(desk, 'grace').getByRole('button', { name: 'Restore' }).click();
    await word(desk, 'grace is back.');
    await desk.getByLabel('Which people').selectOption('');
    await row(desk, 'grace').waitFor();
    await desk.screenshot({ path: `${SHOTS}people.png` });
  });

  test('signed in by password, by a code that was given, and by a code of an authenticator app', async () => {
    const grace = await open(PHONE, 'dark');
    await grace.goto(`${site}/people`);
    await grace.getByLabel('E-mail address, number or callsign').fill('grace');
    await grace.getByLabel('Password').fill('not this one at all');
    await grace.keyboard.press('Enter');
    await grace.getByText('do not go together').waitFor();
    await fits(grace);
    await grace.screenshot({ path: `${SHOTS}people-door-phone.png` });
    await grace.getByLabel('Password').fill(PASSWORD);
    await grace.keyboard.press('Enter');
    await grace.getByRole('link', { name: 'You' }).click();
    await grace.getByText('signed in by password').waitFor();

    await grace.getByRole('button', { name: 'Set up…' }).click();
    const secret = (await dialog(grace).locator('.code').textContent()) ?? '';
    const code = (offset: number) => totpAt(fromBase32(secret), stepOf(new Date()) + offset);
    await dialog(grace).getByLabel('The code it shows now').fill(code(0));
    await fits(grace);
    await dialog(grace).getByRole('button', { name: 'Switch on' }).click();
    await grace.getByText('On: every sign-in').waitFor();
    await grace.getByRole('button', { name: 'Sign out' }).click();

    const given = await desk.evaluate(async () => {
      const response = await fetch('/api/v1/login-codes', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ person: 'grace' }),
      });
      return ((await response.json()) as { code: string }).code;
    });
    await grace.getByRole('button', { name: 'I have a code' }).click();
    await grace.getByLabel('Code').fill(given);
    await grace.keyboard.press('Enter');
    await grace.getByText('One more step').waitFor();
    await grace.getByLabel('Code of the app').fill(code(1));
    await grace.keyboard.press('Enter');
    await grace.getByRole('link', { name: 'You' }).waitFor();
    // Whoever comes from an identity provider arrives here with the step in the address, and it does not stay there.
    await grace.goto('about:blank');
    await grace.goto(`${site}/people#totp=not-a-step-that-waits`);
    await grace.getByText('One more step').waitFor();
    expect(grace.url()).toBe(`${site}/people`);
    await grace.getByLabel('Code of the app').fill('123456');
    await grace.keyboard.press('Enter');
    await grace.getByText('This sign-in has expired or was finished already.').waitFor();
  });

  test('a passkey is made and signs in; sessions and API keys are listed and ended', async () => {
    const devtools = await desk.context().newCDPSession(desk);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await desk.getByRole('link', { name: 'You' }).click();
    await desk.getByRole('button', { name: 'Add…' }).click();
    await word(desk, 'Kept.');
    await desk.getByRole('button', { name: 'New key…' }).click();
    await dialog(desk).getByLabel('Who uses it').fill('billing');
    await dialog(desk).getByRole('button', { name: 'Make it' }).click();
    expect(await dialog(desk).locator('.code').textContent()).toMatch(/^sh_/);
    await desk.keyboard.press('Escape');
    await row(desk, 'billing').getByRole('button', { name: 'Revoke…' }).click();
    await dialog(desk).getByRole('button', { name: 'Revoke', exact: true }).click();
    await row(desk, 'billing').locator('.pill', { hasText: 'revoked' }).waitFor();

    await desk.getByRole('button', { name: 'Sign out' }).click();
    await desk.getByRole('button', { name: 'Passkey' }).click();
    await desk.getByRole('link', { name: 'You' }).click();
    await desk.getByText('signed in by passkey').waitFor();
    await desk.getByRole('region', { name: 'Your sessions' }).locator('.pill', { hasText: 'this one' }).waitFor();
    await desk.screenshot({ path: `${SHOTS}people-you.png`, fullPage: true });
  });

  test('fits a telephone in every part', async () => {
    await desk.setViewportSize({ width: PHONE, height: 760 });
    for (const part of ['At the door', 'Invites', 'People', 'You']) {
      await desk.getByRole('link', { name: part, exact: true }).click();
      await desk.locator('#view .card').first().waitFor();
      await expect.poll(() => desk.locator('[aria-busy="true"]:visible').count()).toBe(0);
      await fits(desk);
      await desk.screenshot({ path: `${SHOTS}people-phone-${part.replaceAll(' ', '-').toLowerCase()}.png` });
    }
    await desk.getByRole('link', { name: 'Invites' }).click();
    await desk.getByRole('button', { name: 'New invite' }).click();
    await fits(desk);
    await desk.screenshot({ path: `${SHOTS}people-phone-dialog.png` });
  });
});
