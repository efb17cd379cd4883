import { equalInConstantTime } from '../core/bytes.ts';
import { AppError } from '../core/errors.ts';
import {
  type AuthenticationDeps,
  authenticateApiKey,
  authenticateSession,
  operatorPrincipal,
  type Principal,
} from '../identity/index.ts';

const SESSION_COOKIE = 'switchhook_session';

/** What a request says of its sender. */
export interface Credentials {
  readonly bearer?: string;
  readonly session?: string;
}

const LONGEST_SECRET = 512;

/** Reads the credentials of a request. An `Authorization` header wins over the cookie, also when it is wrong. */
export function credentialsOf(request: Request): Credentials {
  const authorization = request.headers.get('authorization');
  if (authorization !== null) {
    const [scheme, secret, ...rest] = authorization.trim().split(/\s+/);
    const isBearer = scheme?.toLowerCase() === 'bearer' && secret !== undefined && rest.length === 0;
    return isBearer && secret.length <= LONGEST_SECRET ? { bearer: secret } : {};
  }
  const session = cookieOf(request.headers.get('cookie') ?? '', SESSION_COOKIE);
  return session === undefined || session.length > LONGEST_SECRET ? {} : { session };
}

/** Who sent a request. Throws `access.unauthenticated`, in the same words whatever is wrong. */
export async function authenticate(deps: AuthenticationDeps, request: Request, ip?: string): Promise<Principal> {
  const { bearer, session } = credentialsOf(request);
  if (session !== undefined) refuseOtherSites(request);
  if (bearer !== undefined && isOperator(deps, bearer)) {
    return operatorPrincipal(deps.db, request.headers.get('x-switchhook-organization') ?? undefined);
  }
  const principal =
    bearer !== undefined
      ? await authenticateApiKey(deps, bearer, ip)
      : session !== undefined
        ? await authenticateSession(deps, session, ip)
        : undefined;
  if (principal !== undefined) return principal;
  throw new AppError({
    code: 'access.unauthenticated',
    kind: 'unauthenticated',
    detail: 'Send a valid API key as "Authorization: Bearer sh_…", or sign in to the console again.',
  });
}

function isOperator({ operatorToken }: AuthenticationDeps, bearer: string): boolean {
  const bytes = (text: string) => new TextEncoder().encode(text);
  return operatorToken !== undefined && equalInConstantTime(bytes(operatorToken), bytes(bearer));
}

/**
 * The cookie is SameSite=Strict, which a browser may not know and a sibling domain may get around. So what changes
 * something, and the live connection, must come from our own pages.
 */
function refuseOtherSites(request: Request): void {
  const isReading = ['GET', 'HEAD'].includes(request.method) && request.headers.get('upgrade') === null;
  if (isReading) return;
  const site = request.headers.get('sec-fetch-site');
  const origin = request.headers.get('origin');
  const isOurs = site === null || site === 'same-origin' || site === 'none';
  if (isOurs && (origin === null || hostOf(origin) === request.headers.get('host') || site === 'same-origin')) return;
  throw new AppError({
    code: 'access.other_site',
    kind: 'forbidden',
    detail: 'This request comes from another site. Use the console, or an API key.',
  });
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function cookieOf(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name && value !== undefined && value !== '') return value;
  }
  return undefined;
}

/** The header that gives (or with an empty token takes away) the session cookie. */
export function sessionCookie(token: string, maxAgeSeconds: number, isSecure: boolean): string {
  const attributes = [
    'Path=/',
    'HttpOnly',
    'SameSite=Strict',
    `Max-Age=${maxAgeSeconds}`,
    ...(isSecure ? ['Secure'] : []),
  ];
  return [`${SESSION_COOKIE}=${token}`, ...attributes].join('; ');
}
