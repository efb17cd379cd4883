import { Hono } from 'hono';
import { Context } from '../db/context.ts';
import { anonymousPrincipal, beginOidc, finishOidc, SESSION_MS } from '../identity/index.ts';
import { cookieOf, sessionCookie } from './authenticate.ts';
import type { ApiDeps } from './deps.ts';
import { type ApiContext, type ApiEnv, remoteAddressOf } from './hono-env.ts';
import { toAppError } from './problem.ts';
import { signInPage } from './site.ts';

const STATE_COOKIE = 'switchhook_oidc';
const CALLBACK = '/sign-in/oidc/callback';

/**
 * `/sign-in/oidc/{organization}/{provider}` sends the browser to an OpenID Connect issuer, and the callback takes it back.
 * The state also travels in a cookie: somebody else's half-finished sign-in cannot be put into this browser.
 */
export function createOidcPages(
  deps: Pick<ApiDeps, 'database' | 'clock' | 'secrets' | 'publicUrl' | 'log'>,
): Hono<ApiEnv> {
  const pages = new Hono<ApiEnv>();
  const isSecure = deps.publicUrl.startsWith('https:');
  const contextOf = (c: ApiContext) => {
    const { organization, actor, can } = anonymousPrincipal(remoteAddressOf(c));
    return new Context({
      db: deps.database.orm,
      organizationId: organization.id,
      actor,
      can,
      clock: deps.clock,
      secrets: deps.secrets,
      requestId: c.get('requestId'),
    });
  };
  const refusal = (thrown: unknown) => {
    const error = toAppError(thrown);
    if (error.status >= 500) deps.log.warn({ error: error.cause ?? thrown, code: error.code }, error.detail);
    return signInPage(error.status, error.detail, '');
  };
  // Lax: the way back is a navigation from the issuer's site.
  const stateCookie = (value: string, maxAge: number) =>
    [`${STATE_COOKIE}=${value}`, `Path=${CALLBACK}`, 'HttpOnly', 'SameSite=Lax', `Max-Age=${maxAge}`]
      .concat(isSecure ? ['Secure'] : [])
      .join('; ');

  pages.get(CALLBACK, async (c) => {
    const { code, state } = c.req.query();
    const held = cookieOf(c.req.header('cookie') ?? '', STATE_COOKIE);
    try {
      if (code === undefined || state === undefined || held !== state) {
        return signInPage(400, 'This sign-in was not begun in this browser. Begin again.', '');
      }
      const result = await finishOidc(contextOf(c), { code, state }, { userAgent: c.req.header('user-agent') });
      if (result.kind !== 'signed_in') {
        // Behind the `#` the token of the step reaches the page and no log; it is base64url.
        const onward = `/people#${result.kind}=${result.step}`;
        const page = signInPage(200, 'One more step.', `<meta http-equiv="refresh" content="0;url=${onward}">`);
        page.headers.append('set-cookie', stateCookie('', 0));
        return page;
      }
      const page = signInPage(200, 'You are signed in.', '<meta http-equiv="refresh" content="0;url=/">');
      page.headers.append('set-cookie', sessionCookie(result.session.token, SESSION_MS / 1000, isSecure));
      page.headers.append('set-cookie', stateCookie('', 0));
      return page;
    } catch (thrown) {
      return refusal(thrown);
    }
  });

  pages.get('/sign-in/oidc/:organization/:provider', async (c) => {
    try {
      const { organization, provider } = c.req.param();
      const { location, state } = await beginOidc(contextOf(c), organization, provider, `${deps.publicUrl}${CALLBACK}`);
      return new Response(null, {
        status: 302,
        headers: { location, 'set-cookie': stateCookie(state, 600), 'cache-control': 'no-store' },
      });
    } catch (thrown) {
      return refusal(thrown);
    }
  });
  return pages;
}
