import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSite } from '../../src/api/site.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createSecretBox } from '../../src/platform/secrets.ts';

const app = createSite({
  database: { orm: {} as never },
  clock: systemClock,
  secrets: createSecretBox(['test']),
  log: { debug: () => {}, warn: () => {}, error: () => {} },
  publicUrl: 'http://localhost:8080/',
});

async function textOf(path: string): Promise<string> {
  const response = await app.request(path);
  expect([path, response.status]).toEqual([path, 200]);
  return response.text();
}

/** Every script that a script loads, itself first. */
async function modulesOf(path: string, known: readonly string[] = []): Promise<readonly string[]> {
  if (known.includes(path)) return known;
  let all: readonly string[] = [...known, path];
  for (const [, target] of (await textOf(path)).matchAll(/^import [^'"]*'([^']+)'/gm)) {
    // As in a browser: what leads above the root stays at the root.
    all = await modulesOf(posix.join(posix.dirname(path), target ?? ''), all);
  }
  return all;
}

const PAGES = ['/', '/people', '/join', '/docs'];

describe('the site', () => {
  test.each([
    ['/', 'text/html'],
    ['/phone-room/main.js', 'text/javascript'],
    ['/node_modules/openapi-fetch/dist/index.mjs', 'text/javascript'],
    ['/style.css', 'text/css'],
    ['/docs', 'text/html'],
    ['/docs.js', 'text/javascript'],
    ['/favicon.svg', 'image/svg+xml'],
  ])('%s is served as %s and answered with 304 when it is known', async (path, type) => {
    const response = await app.request(path);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, expect.stringContaining(type)]);
    const etag = response.headers.get('etag') ?? '';
    const again = await app.request(path, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  test.each([
    '/package.json',
    '/../package.json',
    '/..%2fpackage.json',
    '/%2e%2e/package.json',
    '/index.html/',
    '/api.js%00',
    '//etc/passwd',
  ])('%s is not served', async (path) => {
    const response = await app.request(`http://localhost${path}`);
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain('"dependencies"');
  });

  test('the pages load nothing from elsewhere and hold no inline script or style', async () => {
    for (const path of PAGES) {
      const html = await textOf(path);
      const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address ?? '');
      expect(addresses.length).toBeGreaterThan(3);
      expect(addresses.filter((address) => !/^[/#]/.test(address) || address.startsWith('//'))).toEqual([]);
      expect(html).not.toMatch(/<style|style=|<script(?![^>]*src=)|\son[a-z]+=/);
    }
  });

  test.each(PAGES)('%s names each script it will need, so that none waits for another', async (path) => {
    const html = await textOf(path);
    const [entry = ''] = [...html.matchAll(/<script [^>]*src="([^"]+)"/g)].map(([, address]) => address ?? '');
    const named = [...html.matchAll(/rel="modulepreload" href="([^"]+)"/g)].map(([, address]) => address);
    expect([entry, ...named].toSorted()).toEqual([...(await modulesOf(entry))].toSorted());
    expect(named.length).toBeGreaterThan(0);
  });

  test('no script puts anything into a page as markup', async () => {
    const scripts = new Set<string>();
    for (const entry of ['/phone-room/main.js', '/people/main.js', '/join.js', '/docs.js']) {
      for (const path of await modulesOf(entry)) scripts.add(path);
    }
    expect(scripts.size).toBeGreaterThan(20);
    for (const path of scripts) {
      const markup = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/;
      expect([path, await textOf(path)]).toEqual([path, expect.not.stringMatching(markup)]);
    }
  });
});
