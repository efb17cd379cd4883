import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import {
  beginPasskeySignIn,
  bootstrapOwner,
  bootstrapSchema,
  type CodeSenders,
  codeRequestSchema,
  codeSignInSchema,
  createBootstrapCode,
  createLoginCode,
  listSignInProviders,
  newLoginCodeSchema,
  newPasswordSchema,
  type OpenedSession,
  passkeySignInSchema,
  publicKeySet,
  relyingPartyOf,
  requestLoginCode,
  SESSION_MS,
  type SignInResult,
  secondFactorSchema,
  signIn,
  signInByCode,
  signInByPasskey,
  signInNewPassword,
  signInSchema,
  signInSecondFactor,
  signInWaysSchema,
} from '../identity/index.ts';
import { sessionCookie } from './authenticate.ts';
import type { ApiDeps } from './deps.ts';
import { PUBLIC, Reply, type Route, type RouteSpec, route } from './route.ts';

const signedInSchema = z.object({
  signedIn: z.boolean(),
  needs: z.enum(['totp', 'password_change']).optional().meta({ description: 'What is still missing.' }),
  step: z.string().optional().meta({ description: 'Goes on with it.' }),
});

type Deps = Pick<ApiDeps, 'clock' | 'secrets' | 'publicUrl' | 'log'> & CodeSenders;

/** Proving who one is: the first owner’s code, passwords, codes, passkeys. */
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
        method: 'GET',
        path: '/api/v1/sign-in/ways',
        tag: 'Sign-in',
        permission: PUBLIC,
        summary: 'How people can sign in here, besides password and passkey',
        query: z.object({ organization: z.string().max(63).optional() }),
        response: signInWaysSchema,
      },
      async ({ context, query }) => ({
        email: deps.sendEmail !== undefined,
        providers: await listSignInProviders(context.db, query.organization),
      }),
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
        const { challenge, later } = await requestLoginCode(context, body, deps);
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
      ({ context, body }) => createLoginCode(context, body, deps),
    ),
  ];
}

function ownerExists(): AppError {
  return new AppError({
    code: 'bootstrap.closed',
    kind: 'conflict',
    detail: 'There is an owner already. They add people with: npm run -s switchhook -- person add',
  });
}
