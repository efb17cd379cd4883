import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import {
  acceptInvitation,
  addPasskey,
  beginPasskey,
  beginPasskeySignIn,
  beginTotp,
  bootstrapOwner,
  bootstrapSchema,
  changeOwnPassword,
  changeProfile,
  codeRequestSchema,
  codeSignInSchema,
  confirmTotp,
  createBootstrapCode,
  createLoginCode,
  getPerson,
  listOwnMemberships,
  listOwnSessions,
  listPasskeys,
  newLoginCodeSchema,
  newPasswordSchema,
  type OpenedSession,
  type Principal,
  passkeyAnswerSchema,
  passkeySignInSchema,
  personSchema,
  publicKeySet,
  relyingPartyOf,
  removePasskey,
  removeTotp,
  requestLoginCode,
  requireOwnProof,
  revokeOtherSessions,
  revokeOwnSession,
  SESSION_MS,
  type SendText,
  type SignInResult,
  secondFactorSchema,
  sessionJwt,
  sessionSchema,
  signIn,
  signInByCode,
  signInByPasskey,
  signInNewPassword,
  signInSchema,
  signInSecondFactor,
  switchOrganization,
} from '../identity/index.ts';
import { sessionCookie } from './authenticate.ts';
import type { ApiDeps } from './deps.ts';
import { PUBLIC, Reply, type Route, type RouteSpec, route, SIGNED_IN } from './route.ts';

const signedInSchema = z.object({
  signedIn: z.boolean(),
  needs: z.enum(['totp', 'password_change']).optional().meta({ description: 'What is still missing.' }),
  step: z.string().optional().meta({ description: 'Goes on with it.' }),
});

type Deps = Pick<ApiDeps, 'clock' | 'secrets' | 'publicUrl' | 'log'> & { readonly sendText: SendText };

/** Proving who one is, and what belongs to oneself: sessions, password, second factor, passkeys, profile. */
export function signInRoutes(deps: Deps): readonly Route[] {
  const isSecure = deps.publicUrl.startsWith('https:');
  const site = relyingPartyOf(deps.publicUrl);
  const entrance = {
    method: 'POST',
    tag: 'Sign-in',
    permission: PUBLIC,
    isIdempotent: false,
    response: signedInSchema,
  } as const satisfies Partial<RouteSpec>;
  const mine = { tag: 'My account', permission: SIGNED_IN, isIdempotent: false } as const;
  const cookie = (token: string) => ({ 'set-cookie': sessionCookie(token, SESSION_MS / 1000, isSecure) });
  const opened = ({ token }: OpenedSession) => new Reply({ signedIn: true }, cookie(token));
  const result = (outcome: SignInResult) =>
    outcome.kind === 'signed_in'
      ? opened(outcome.session)
      : new Reply({ signedIn: false, needs: outcome.kind, step: outcome.step }, {});
  const agentOf = (request: Request) => ({ userAgent: request.headers.get('user-agent') ?? undefined });

  return [
    route(
      {
        ...entrance,
        path: '/api/v1/bootstrap',
        summary: 'Become the first owner',
        description: 'With the code that `switchhook bootstrap` and the first start print. It works once.',
        body: bootstrapSchema,
        example: { code: 'ABCD-EFGH-JKLM', callsign: 'ada', password: 'four quiet words here' },
      },
      async ({ context, body, request }) => opened((await bootstrapOwner(context, body, agentOf(request))).session),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/bootstrap-codes',
        tag: 'Sign-in',
        permission: 'identity.owner.bootstrap',
        summary: 'Make the code for the first owner',
        description: 'Refused where there is an owner. Every earlier code ends.',
        response: z.object({ code: z.string(), url: z.url(), expiresAt: z.iso.datetime() }),
        status: 201,
        isIdempotent: false,
      },
      async ({ context, principal }) => {
        const isSomewhere = principal.organization.slug !== '';
        const made = await createBootstrapCode(context, isSomewhere ? context.organizationId : undefined);
        if (made === undefined) throw ownerExists();
        return {
          code: made.code,
          url: `${deps.publicUrl}/bootstrap#${made.code}`,
          expiresAt: made.expiresAt.toISOString(),
        };
      },
    ),
    route(
      {
        ...entrance,
        path: '/api/v1/sign-in',
        summary: 'Sign in with a password',
        description: 'Answers with the session cookie, or with what is still missing.',
        body: signInSchema,
        example: { login: 'ada@example.com', password: 'four quiet words here' },
      },
      async ({ context, body, request }) => result(await signIn(context, body, agentOf(request))),
    ),
    route(
      {
        ...entrance,
        path: '/api/v1/sign-in/totp',
        summary: 'Go on with the code of an authenticator app',
        body: secondFactorSchema,
        example: { step: 'from the sign-in', code: '123456' },
      },
      async ({ context, body, request }) => result(await signInSecondFactor(context, body, agentOf(request))),
    ),
    route(
      {
        ...entrance,
        path: '/api/v1/sign-in/password',
        summary: 'Go on with a password of your own',
        body: newPasswordSchema,
        example: { step: 'from the sign-in', password: 'four quiet words here' },
      },
      async ({ context, body, request }) => result(await signInNewPassword(context, body, agentOf(request))),
    ),
    route(
      {
        ...entrance,
        path: '/api/v1/sign-in/codes',
        summary: 'Ask for a code by text message',
        description: 'The answer is the same whether the name is known or not.',
        body: codeRequestSchema,
        example: { login: '+12125550123' },
        response: z.object({ challenge: z.guid() }),
        status: 202,
      },
      async ({ context, body }) => {
        const { challenge, later } = await requestLoginCode(context, body, deps.sendText);
        later().catch((error) => deps.log.warn({ error }, 'a sign-in code could not be sent'));
        return { challenge };
      },
    ),
    route(
      {
        ...entrance,
        path: '/api/v1/sign-in/code',
        summary: 'Sign in with a code',
        body: codeSignInSchema,
        example: { code: 'ABCD-EFGH-JKLM' },
      },
      async ({ context, body, request }) => result(await signInByCode(context, body, agentOf(request))),
    ),
    route(
      {
        ...entrance,
        path: '/api/v1/sign-in/passkey/options',
        summary: 'What a browser needs to ask for a passkey',
        response: z.object({ step: z.string(), options: z.record(z.string(), z.unknown()) }),
      },
      ({ context }) => beginPasskeySignIn(context, site),
    ),
    route(
      {
        ...entrance,
        path: '/api/v1/sign-in/passkey',
        summary: 'Sign in with a passkey',
        body: passkeySignInSchema,
      },
      async ({ context, body, request }) => result(await signInByPasskey(context, body, site, agentOf(request))),
    ),
    route(
      {
        method: 'GET',
        path: '/api/v1/keys',
        tag: 'Sign-in',
        permission: PUBLIC,
        summary: 'The public key of our session tokens (JWKS)',
        response: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }),
      },
      () => publicKeySet(deps.secrets),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/login-codes',
        tag: 'People',
        permission: 'identity.login_code.write',
        summary: 'Make a code with which a person signs in once',
        body: newLoginCodeSchema,
        example: { person: 'ada', channel: 'sms' },
        response: z.object({ code: z.string().optional(), expiresAt: z.iso.datetime() }),
        status: 201,
        isIdempotent: false,
      },
      ({ context, body }) => createLoginCode(context, body, deps.sendText),
    ),
    route(
      {
        ...mine,
        method: 'POST',
        path: '/api/v1/session/token',
        summary: 'A JWT for this session, good for a quarter of an hour',
        response: z.object({ token: z.string(), expiresAt: z.iso.datetime() }),
      },
      async ({ context, principal }) => {
        await requireOwnSession(principal);
        const { token, expiresAt } = await sessionJwt(deps.secrets, principal, context.clock.now());
        return { token, expiresAt: expiresAt.toISOString() };
      },
    ),
    route(
      {
        ...mine,
        method: 'GET',
        path: '/api/v1/me/sessions',
        summary: 'Your open sessions',
        response: listOf(sessionSchema),
      },
      async ({ context, principal }) => ({ items: await listOwnSessions(context, principal) }),
    ),
    route(
      { ...mine, method: 'DELETE', path: '/api/v1/me/sessions/{id}', summary: 'End one of your sessions' },
      ({ context, principal, params }) => revokeOwnSession(context, principal, params.id ?? ''),
    ),
    route(
      {
        ...mine,
        method: 'DELETE',
        path: '/api/v1/me/sessions',
        summary: 'End all your other sessions',
        response: z.object({ ended: z.int() }),
      },
      async ({ context, principal }) => ({ ended: await revokeOtherSessions(context, principal) }),
    ),
    route(
      {
        ...mine,
        method: 'GET',
        path: '/api/v1/me/person',
        summary: 'Yourself as the organization knows you',
        response: personSchema,
      },
      ({ context, principal }) => getPerson(context, requirePerson(principal)),
    ),
    route(
      {
        ...mine,
        method: 'PATCH',
        path: '/api/v1/me/person',
        summary: 'Change your name and addresses',
        body: z.looseObject({}),
        example: { firstName: 'Ada' },
        response: personSchema,
      },
      async ({ context, principal, body }) => {
        await requireOwnProof(context, principal);
        return changeProfile(context, requirePerson(principal), body);
      },
    ),
    route(
      {
        ...mine,
        method: 'PUT',
        path: '/api/v1/me/password',
        summary: 'Choose another password; your other sessions end',
        body: z.looseObject({ password: z.string() }),
        example: { current: 'four quiet words here', password: 'another four quiet words' },
      },
      ({ context, principal, body }) => changeOwnPassword(context, principal, body),
    ),
    route(
      {
        ...mine,
        method: 'POST',
        path: '/api/v1/me/totp',
        summary: 'Set up an authenticator app',
        response: z.object({ secret: z.string(), uri: z.string(), qr: z.string().meta({ description: 'SVG.' }) }),
        status: 201,
      },
      async ({ context, principal }) => {
        const userId = await requireOwnProof(context, principal);
        const made = await beginTotp(
          context,
          userId,
          principal.actor.name,
          `Switchhook ${principal.organization.name}`,
        );
        return { ...made, qr: await qrOf(made.uri) };
      },
    ),
    route(
      {
        ...mine,
        method: 'PUT',
        path: '/api/v1/me/totp',
        summary: 'Switch the second factor on with its first code',
        body: z.strictObject({ code: z.string().max(20) }),
        example: { code: '123456' },
      },
      async ({ context, principal, body }) =>
        confirmTotp(context, await requireOwnProof(context, principal), body.code),
    ),
    route(
      { ...mine, method: 'DELETE', path: '/api/v1/me/totp', summary: 'Switch the second factor off' },
      async ({ context, principal }) => removeTotp(context, await requireOwnProof(context, principal)),
    ),
    route(
      {
        ...mine,
        method: 'GET',
        path: '/api/v1/me/passkeys',
        summary: 'Your passkeys',
        response: listOf(
          z.object({
            id: z.guid(),
            name: z.string(),
            createdAt: z.iso.datetime(),
            lastUsedAt: z.iso.datetime().nullable(),
          }),
        ),
      },
      async ({ context, principal }) => ({
        items: await listPasskeys(context, await requireOwnProof(context, principal)),
      }),
    ),
    route(
      {
        ...mine,
        method: 'POST',
        path: '/api/v1/me/passkeys/options',
        summary: 'What a browser needs to make a passkey',
        response: z.object({ step: z.string(), options: z.record(z.string(), z.unknown()) }),
      },
      async ({ context, principal }) =>
        beginPasskey(context, await requireOwnProof(context, principal), principal.actor.name, site),
    ),
    route(
      {
        ...mine,
        method: 'POST',
        path: '/api/v1/me/passkeys',
        summary: 'Keep a passkey',
        body: passkeyAnswerSchema,
        response: z.object({ id: z.guid(), name: z.string() }),
        status: 201,
      },
      async ({ context, principal, body }) =>
        addPasskey(context, await requireOwnProof(context, principal), body, site),
    ),
    route(
      { ...mine, method: 'DELETE', path: '/api/v1/me/passkeys/{id}', summary: 'Forget a passkey' },
      async ({ context, principal, params }) =>
        removePasskey(context, await requireOwnProof(context, principal), params.id ?? ''),
    ),
    route(
      {
        ...mine,
        method: 'GET',
        path: '/api/v1/me/organizations',
        summary: 'Where you belong, and where you are invited',
        response: listOf(
          z.object({ organization: z.string(), name: z.string(), callsign: z.string(), status: z.string() }),
        ),
      },
      async ({ context, principal }) => ({ items: await listOwnMemberships(context, principal) }),
    ),
    route(
      { ...mine, method: 'POST', path: '/api/v1/me/organizations/{slug}/accept', summary: 'Accept an invitation' },
      ({ context, principal, params }) => acceptInvitation(context, principal, params.slug ?? ''),
    ),
    route(
      {
        ...mine,
        method: 'POST',
        path: '/api/v1/me/organizations/{slug}/enter',
        summary: 'Go on in another organization of yours',
      },
      async ({ context, principal, params }) =>
        new Reply(null, cookie(await switchOrganization(context, principal, params.slug ?? ''))),
    ),
  ];
}

export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item) });
}

/** A picture to point a telephone at, as SVG text. */
export async function qrOf(text: string): Promise<string> {
  const { toString: draw } = await import('qrcode');
  return draw(text, { type: 'svg', margin: 1, errorCorrectionLevel: 'M' });
}

function requirePerson({ membershipId }: Principal): string {
  if (membershipId !== undefined) return membershipId;
  throw notAPerson();
}

async function requireOwnSession({ sessionId }: Principal): Promise<void> {
  if (sessionId === undefined) throw notAPerson();
}

function ownerExists(): AppError {
  return new AppError({
    code: 'bootstrap.closed',
    kind: 'conflict',
    detail: 'There is an owner already. They add people with: npm run -s switchhook -- person add',
  });
}

function notAPerson(): AppError {
  return new AppError({
    code: 'access.person',
    kind: 'forbidden',
    detail: 'This is about a person who signed in. A key is none.',
  });
}
