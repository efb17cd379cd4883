import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Hono } from 'hono';
import { AppError } from '../core/errors.ts';
import { Context } from '../db/context.ts';
import { anonymousPrincipal, redeemSignInCode } from '../identity/index.ts';
import { sessionCookie } from './authenticate.ts';
import type { ApiDeps } from './deps.ts';
import { type ApiEnv, remoteAddressOf } from './hono-env.ts';
import { toAppError } from './problem.ts';
import { explain } from './problems/page.ts';

const FOLDER = new URL('../../web/', import.meta.url);
/** The one library of the console: `web/api.js` imports it by this path, which leads there on the disk as in the browser. */
const FETCH_CLIENT = '../node_modules/openapi-fetch/dist/index.mjs';

const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';

/** Each script, under the address it has in the folder. */
const SCRIPTS: readonly string[] = [
  ...['api.js', 'element.js', 'form.js', 'join.js', 'docs.js'],
  ...[
    ...['main', 'connection', 'live', 'live-list', 'row', 'reading', 'status'],
    ...['calls', 'xml', 'messages', 'modems', 'compose', 'test-call'],
  ].map((name) => `phone-room/${name}.js`),
  ...[
    ...['main', 'page', 'dialog', 'list', 'live', 'passkey'],
    ...['sign-in', 'waiting', 'invites', 'persons', 'account'],
  ].map((name) => `people/${name}.js`),
];

/** Every address of the site and the file behind it. What is not in this list is not served, whatever a path says. */
const FILES: Readonly<Record<string, readonly [file: string, contentType: string]>> = {
  '/': ['index.html', HTML],
  '/style.css': ['style.css', STYLE],
  '/join': ['join.html', HTML],
  '/bootstrap': ['join.html', HTML],
  '/people': ['people.html', HTML],
  '/people.css': ['people.css', STYLE],
  '/docs': ['docs.html', HTML],
  ...Object.fromEntries(SCRIPTS.map((path) => [`/${path}`, [path, SCRIPT]] as const)),
  [FETCH_CLIENT.slice(2)]: [FETCH_CLIENT, SCRIPT],
  '/favicon.svg': ['favicon.svg', 'image/svg+xml'],
};

const SESSION_SECONDS = 12 * 3600;

/** The first page, the documentation page and the sign-in link. */
export function createSite(deps: Pick<ApiDeps, 'database' | 'clock' | 'secrets' | 'publicUrl' | 'log'>): Hono<ApiEnv> {
  const site = new Hono<ApiEnv>();
  for (const [path, [file, contentType]] of Object.entries(FILES)) {
    const content = readFileSync(new URL(file, FOLDER));
    const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
    // Asked again each time and answered with 304: a new version is seen at once.
    const headers = { 'content-type': contentType, 'cache-control': 'no-cache', etag };
    site.get(path, (c) =>
      c.req.header('if-none-match') === etag
        ? new Response(null, { status: 304, headers })
        : new Response(new Uint8Array(content), { headers }),
    );
  }

  site.get('/sign-in', async (c) => {
    // What only looks at a link (a preview, a scanner) must not use it up.
    if (c.req.method === 'HEAD') return signInPage(200, 'Open this link to sign in.', '');
    const ip = remoteAddressOf(c);
    try {
      const { organization, actor, can } = anonymousPrincipal(ip);
      const context = new Context({
        db: deps.database.orm,
        organizationId: organization.id,
        actor,
        can,
        clock: deps.clock,
        secrets: deps.secrets,
        requestId: c.get('requestId'),
      });
      const { token } = await redeemSignInCode(context, c.req.query('code') ?? '', {
        userAgent: c.req.header('user-agent'),
      });
      const page = signInPage(200, 'You are signed in.', '<meta http-equiv="refresh" content="0;url=/">');
      page.headers.set('set-cookie', sessionCookie(token, SESSION_SECONDS, deps.publicUrl.startsWith('https:')));
      return page;
    } catch (thrown) {
      const error = toAppError(thrown);
      if (!(thrown instanceof AppError)) deps.log.error({ error: thrown, code: error.code }, 'sign-in failed');
      return signInPage(error.status, error.detail, '');
    }
  });
  site.get('/problems/:code', (c) => {
    const explanation = explain(c.req.param('code'));
    if (explanation === undefined) return signInPage(404, 'There is no problem of this name.', '');
    return signInPage(200, `${explanation.meaning} ${explanation.remedy}`, '', c.req.param('code'));
  });
  return site;
}

/**
 * A page of its own instead of a redirect: a browser that came here from another site would not send a SameSite=Strict
 * cookie along a redirect, and would land signed out. All texts are ours; none comes from the request.
 */
export function signInPage(status: number, message: string, head: string, title = 'Switchhook'): Response {
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Switchhook</title><link rel="icon" href="/favicon.svg"><link rel="stylesheet" href="/style.css">${head}</head>
<body class="plain"><main class="card notice"><h1>${title}</h1><p>${message}</p><p><a href="/">To the console</a></p></main></body></html>
`;
  return new Response(html, { status, headers: { 'content-type': HTML, 'cache-control': 'no-store' } });
}
