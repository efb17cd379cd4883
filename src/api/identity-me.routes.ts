import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import {
  acceptInvitation,
  addPasskey,
  beginPasskey,
  beginTotp,
  changeOwnPassword,
  changeProfile,
  confirmTotp,
  getPerson,
  listOwnMemberships,
  listOwnSessions,
  listPasskeys,
  type Principal,
  passkeyAnswerSchema,
  personSchema,
  relyingPartyOf,
  removePasskey,
  removeTotp,
  requireOwnProof,
  revokeOtherSessions,
  revokeOwnSession,
  SESSION_MS,
  sessionJwt,
  sessionSchema,
  switchOrganization,
} from '../identity/index.ts';
import { sessionCookie } from './authenticate.ts';
import type { ApiDeps } from './deps.ts';
import { listOf, qrOf } from './identity-forms.ts';
import { Reply, type Route, route, SIGNED_IN } from './route.ts';

/** What belongs to whoever asks: sessions, profile, password, second factor, passkeys, organizations. */
export function myRoutes({ secrets, publicUrl }: Pick<ApiDeps, 'secrets' | 'publicUrl'>): readonly Route[] {
  const site = relyingPartyOf(publicUrl);
  const mine = { tag: 'My account', permission: SIGNED_IN, isIdempotent: false } as const;
  return [
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
        const { token, expiresAt } = await sessionJwt(secrets, principal, context.clock.now());
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
        new Reply(null, {
          'set-cookie': sessionCookie(
            await switchOrganization(context, principal, params.slug ?? ''),
            SESSION_MS / 1000,
            publicUrl.startsWith('https:'),
          ),
        }),
    ),
  ];
}

function requirePerson({ membershipId }: Principal): string {
  if (membershipId !== undefined) return membershipId;
  throw notAPerson();
}

async function requireOwnSession({ sessionId }: Principal): Promise<void> {
  if (sessionId === undefined) throw notAPerson();
}

function notAPerson(): AppError {
  return new AppError({
    code: 'access.person',
    kind: 'forbidden',
    detail: 'This is about a person who signed in. A key is none.',
  });
}
