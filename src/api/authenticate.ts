import { equalInConstantTime } from '../core/bytes.ts';
import { AppError } from '../core/errors.ts';
import {
  type AuthenticationDeps,
  authenticateApiKey,
  authenticateCertificate,
  authenticateJwt,
  authenticateSession,
  authenticationStatements,
  isJwt,
  operatorPrincipal,
  type Principal,
} from '../identity/index.ts';
import type { ApiDeps } from './deps.ts';
import { type ApiContext, certificateOf, remoteAddressOf } from './hono-env.ts';

const SESSION_COOKIE = 'switchhook_session';

/** What a request says of its sender. */
export interface Credentials {
  readonly bearer?: string;
  readonly session?: string;
}

/** What the connection itself says of its other end. */
export interface Peer {
  readonly ip?: string;
  /** SHA-256 of the client certificate of a TLS connection. */
  readonly certificate?: string;
}

export function peerOf(c: ApiContext): Peer {
  const ip = remoteAddressOf(c);
  const certificate = certificateOf(c);
  return { ...(ip === undefined ? {} : { ip }), ...(certificate === undefined ? {} : { certificate }) };
}

/** What finding out who asks needs, of what the API has. */
export function identityDeps(
  deps: Pick<ApiDeps, 'database' | 'clock' | 'secrets' | 'log' | 'operatorToken'>,
): AuthenticationDeps {
  return {
    db: deps.database.orm,
    statements: authenticationStatements(deps.database.orm),
    clock: deps.clock,
    secrets: deps.secrets,
    report: (error: unknown) => deps.log.warn({ error }, 'the last use of a key or session could not be noted'),
    ...(deps.operatorToken === undefined ? {} : { operatorToken: deps.operatorToken }),
  };
}

/** Longer than any JWT of ours. */
const LONGEST_SECRET = 1024;

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

/**
 * Who sent a request: by an API key, a JWT, a session cookie or the client certificate of its connection, all equal in what
 * they open. Throws `access.unauthenticated`, in the same words whatever is wrong.
 */
export async function authenticate(
  deps: AuthenticationDeps,
  request: Request,
  { ip, certificate }: Peer = {},
): Promise<Principal> {
  const { bearer, session } = credentialsOf(request);
  if (session !== undefined) refuseOtherSites(request);
  if (bearer !== undefined && isOperator(deps, bearer)) {
    return operatorPrincipal(deps.db, request.headers.get('x-switchhook-organization') ?? undefined);
  }
  const principal =
    bearer !== undefined
      ? await (isJwt(bearer) ? authenticateJwt(deps, bearer, ip) : authenticateApiKey(deps, bearer, ip))
      : session !== undefined
        ? await authenticateSession(deps, session, ip)
        : certificate !== undefined && request.headers.get('authorization') === null
          ? await ofCertificate(deps, request, certificate, ip)
          : undefined;
  if (principal !== undefined) return principal;
  throw new AppError({
    code: 'access.unauthenticated',
    kind: 'unauthenticated',
    detail: 'Send a valid API key as "Authorization: Bearer sh_…", or sign in to the console again.',
  });
}

/** A browser shows its certificate to whoever asks in its name, as it does a cookie. */
function ofCertificate(
  deps: AuthenticationDeps,
  request: Request,
  certificate: string,
  ip: string | undefined,
): Promise<Principal | undefined> {
  refuseOtherSites(request);
  return authenticateCertificate(deps, certificate, ip);
}

function isOperator({ operatorToken }: AuthenticationDeps, bearer: string): boolean {
  return operatorToken !== undefined && equalInConstantTime(operatorToken, bearer);
}

/**
 * The cookie is SameSite=Strict, which a browser may not know and a sibling domain may get around. So what changes
 * something, and the live connection, must come from our own pages.
 */
export function refuseOtherSites(request: Request): void {
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

export function cookieOf(header: string, name: string): string | undefined {
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
