import { createHash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { AppError, messageOf } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { organizations } from '../../db/schema/index.ts';
import { ATTEMPTS, takeAttempt } from '../attempts.ts';
import { newToken } from '../secret-token.ts';
import { finish, proceed, refusal, type SignInRequest, type SignInResult } from '../sign-in/sign-in.ts';
import { beginStep, endStep, readStep } from '../sign-in/step.ts';
import { activeProviders, type OidcConfig, oidcConfigSchema, providerMissing } from './providers.ts';
import { accountOfVouched } from './vouched.ts';

const TIMEOUT_MS = 5_000;

/** What a provider may sign with: asymmetric only. `none` and the HMACs, whose key would be public, are not here. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

type Fetch = typeof fetch;

const discoverySchema = z.looseObject({
  issuer: z.string(),
  authorization_endpoint: z.url({ protocol: /^https?$/ }),
  token_endpoint: z.url({ protocol: /^https?$/ }),
  jwks_uri: z.url({ protocol: /^https?$/ }),
});

/** OpenID Connect Discovery 1.0, section 4; the issuer it names must be the one that was asked (section 4.3). */
async function discover(config: OidcConfig, ask: Fetch) {
  const address = `${config.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await ask(address, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
  const found = discoverySchema.safeParse(response.ok ? await response.json() : undefined);
  if (!found.success) throw new Error(`${address} answered ${response.status} without a usable document`);
  if (found.data.issuer !== config.issuer) throw new Error(`${address} names another issuer: ${found.data.issuer}`);
  return found.data;
}

export interface OidcStart {
  /** Where the browser goes. */
  readonly location: string;
  /** What it brings back as `state`, and must also hold in a cookie: a foreign sign-in cannot be foisted on it. */
  readonly state: string;
}

/** Begins the way to an identity provider: PKCE (RFC 7636), state and nonce are remembered here. Throws `provider.missing`. */
export async function beginOidc(
  context: Context,
  slug: string,
  name: string,
  redirectUri: string,
  ask: Fetch = fetch,
): Promise<OidcStart> {
  await takeAttempt(context.db, ATTEMPTS.signInFrom, context.actor.ip ?? 'local', context.clock.now());
  const { inside, provider, config, organizationId } = await find(context, slug, name);
  const endpoints = await reaching(() => discover(config, ask));
  const verifier = newToken();
  const nonce = newToken();
  const state = await beginStep(inside, {
    kind: 'oidc',
    organizationId,
    data: { provider: provider.id, name, slug, verifier, nonce, redirectUri },
  });
  const location = new URL(endpoints.authorization_endpoint);
  const parameters = {
    response_type: 'code',
    client_id: config.clientId,
    redirect_uri: redirectUri,
    scope: config.scope,
    state,
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  for (const [key, value] of Object.entries(parameters)) location.searchParams.set(key, value);
  return { location: location.href, state };
}

const tokensSchema = z.looseObject({ id_token: z.string() });

const claimsSchema = z.looseObject({
  sub: z.string().min(1).max(255),
  nonce: z.string(),
  email: z.string().optional(),
  email_verified: z.union([z.boolean(), z.string()]).optional(),
  preferred_username: z.string().optional(),
  given_name: z.string().optional(),
  family_name: z.string().optional(),
  azp: z.string().optional(),
});

/**
 * The way back: trades the code, verifies the ID token (signature by an allowed algorithm and a published key, issuer,
 * audience, time, nonce) and signs in whoever it names, with their second factor where they have one and the issuer does not
 * ask for its own. Throws `sign_in.refused` and `sign_in.step_over`.
 */
export async function finishOidc(
  context: Context,
  answer: { readonly code: string; readonly state: string },
  request: SignInRequest = {},
  ask: Fetch = fetch,
): Promise<SignInResult> {
  const step = await readStep(context, 'oidc', answer.state);
  await endStep(context, step);
  const facts = step.facts as Readonly<Record<'name' | 'slug' | 'verifier' | 'nonce' | 'redirectUri', string>>;
  const { inside, provider, config } = await find(context, facts.slug, facts.name);
  const endpoints = await reaching(() => discover(config, ask));
  const idToken = await reaching(() =>
    trade(config, provider.secret, endpoints.token_endpoint, answer.code, facts, ask),
  );
  const keys = createRemoteJWKSet(new URL(endpoints.jwks_uri), { [customFetch]: ask, timeoutDuration: TIMEOUT_MS });
  const claims = await verify(idToken, keys, config, context.clock.now());
  if (claims === undefined || claims.nonce !== facts.nonce) throw refusal();
  // Only an address the provider has verified says who somebody is.
  const isVerified = claims.email_verified === true || claims.email_verified === 'true';
  const account = await accountOfVouched(
    inside,
    {
      kind: 'oidc',
      subject: `${provider.id}/${claims.sub}`,
      callsign: (claims.preferred_username ?? claims.email ?? claims.sub).split('@')[0]?.slice(0, 64) || claims.sub,
      email: isVerified ? claims.email?.toLowerCase() : undefined,
      firstName: claims.given_name?.slice(0, 100),
      lastName: claims.family_name?.slice(0, 100),
    },
    config,
    facts.slug,
  );
  if (account === undefined) throw refusal();
  return config.hasOwnSecondFactor
    ? finish(context, account, 'oidc', request)
    : proceed(context, account, 'oidc', request);
}

async function trade(
  config: OidcConfig,
  secret: string | undefined,
  endpoint: string,
  code: string,
  facts: Readonly<Record<'verifier' | 'redirectUri', string>>,
  ask: Fetch,
): Promise<string> {
  const response = await ask(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: facts.redirectUri,
      client_id: config.clientId,
      code_verifier: facts.verifier,
      ...(secret === undefined ? {} : { client_secret: secret }),
    }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: 'error',
  });
  if (response.status === 400 || response.status === 401) throw refusal();
  const tokens = tokensSchema.safeParse(response.ok ? await response.json() : undefined);
  if (!tokens.success) throw new Error(`${endpoint} answered ${response.status} without an ID token`);
  return tokens.data.id_token;
}

async function verify(
  idToken: string,
  keys: ReturnType<typeof createRemoteJWKSet>,
  config: OidcConfig,
  now: Date,
): Promise<z.output<typeof claimsSchema> | undefined> {
  try {
    const { payload } = await jwtVerify(idToken, keys, {
      algorithms: ALGORITHMS,
      issuer: config.issuer,
      audience: config.clientId,
      clockTolerance: 60,
      currentDate: now,
      requiredClaims: ['sub', 'exp', 'iat', 'nonce'],
    });
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success) return undefined;
    // Section 3.1.3.7: who the token was made for, when it names several.
    return claims.data.azp === undefined || claims.data.azp === config.clientId ? claims.data : undefined;
  } catch (error) {
    if (error instanceof errors.JWKSTimeout) throw unreachable(error);
    return undefined;
  }
}

async function find(context: Context, slug: string, name: string) {
  const [organization] = await context.db.select().from(organizations).where(eq(organizations.slug, slug));
  if (organization === undefined || organization.status !== 'active') throw providerMissing(name);
  const inside = context.as({
    organizationId: organization.id,
    actor: { ...context.actor, kind: 'anonymous', name },
    can: () => false,
  });
  const provider = (await activeProviders(inside, 'oidc')).find((candidate) => candidate.name === name);
  if (provider === undefined) throw providerMissing(name);
  return { inside, provider, config: oidcConfigSchema.parse(provider.config), organizationId: organization.id };
}

async function reaching<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unreachable(error);
  }
}

function unreachable(cause: unknown): AppError {
  return new AppError({
    code: 'oidc.unavailable',
    kind: 'unavailable',
    detail: 'The identity provider cannot be asked right now. Try again, or sign in another way.',
    cause: new Error(messageOf(cause)),
  });
}
