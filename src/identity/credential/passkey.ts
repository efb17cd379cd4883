import { and, eq, lt, sql } from 'drizzle-orm';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { userCredentials } from '../../db/schema/index.ts';
import { ATTEMPTS, takeAttempt } from '../attempts.ts';
import { accountOfUser } from '../sign-in/account.ts';
import { finish, refusal, refused, type SignInRequest, type SignInResult } from '../sign-in/sign-in.ts';
import { beginStep, endStep, readStep } from '../sign-in/step.ts';
import { parseInput } from '../validation.ts';

/** The site a passkey is for: its host name, and the address its pages come from. */
export interface RelyingParty {
  readonly id: string;
  readonly origin: string;
}

export function relyingPartyOf(publicUrl: string): RelyingParty {
  const url = new URL(publicUrl);
  // Web Authentication wants a name: who looks at an address of this machine does it as localhost.
  if (/^127\./.test(url.hostname) || url.hostname === '[::1]') url.hostname = 'localhost';
  const { hostname, origin } = url;
  return { id: hostname, origin };
}

const isPasskeyOf = (userId: string) => and(eq(userCredentials.kind, 'passkey'), eq(userCredentials.userId, userId));

const responseSchema = z.looseObject({
  id: z.string().min(1).max(1400),
  rawId: z.string().max(1400),
  type: z.literal('public-key'),
  response: z.record(z.string(), z.unknown()),
  clientExtensionResults: z.record(z.string(), z.unknown()).default({}),
});

export const passkeyAnswerSchema = z.strictObject({
  step: z.string().max(100),
  response: responseSchema.meta({ description: 'What navigator.credentials gave, as JSON.' }),
  name: z.string().trim().max(100).default('passkey'),
});

/** What a browser needs to make a passkey for the person who asks, and the token that brings it back. */
export async function beginPasskey(context: Context, userId: string, name: string, site: RelyingParty) {
  const { generateRegistrationOptions } = await import('@simplewebauthn/server');
  const known = await context.db.select().from(userCredentials).where(isPasskeyOf(userId));
  const options = await generateRegistrationOptions({
    rpName: 'Switchhook',
    rpID: site.id,
    userName: name,
    userID: new TextEncoder().encode(userId),
    attestationType: 'none',
    excludeCredentials: known.map(({ subject }) => ({ id: subject })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  const step = await beginStep(context, {
    kind: 'passkey_register',
    organizationId: context.organizationId,
    userId,
    data: { challenge: options.challenge },
  });
  return { step, options };
}

/** Keeps a passkey the browser made. Throws `passkey.refused` and `passkey.exists`. */
export async function addPasskey(
  context: Context,
  userId: string,
  input: unknown,
  site: RelyingParty,
): Promise<{ readonly id: string; readonly name: string }> {
  const { step: token, response, name } = parseInput(passkeyAnswerSchema, input);
  const step = await readStep(context, 'passkey_register', token);
  if (step.userId !== userId) throw passkeyRefused();
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
  const verified = await verifying(() =>
    verifyRegistrationResponse({
      response: response as never,
      expectedChallenge: String(step.facts.challenge),
      expectedOrigin: site.origin,
      expectedRPID: site.id,
    }),
  );
  if (!verified.verified || verified.registrationInfo === undefined) throw passkeyRefused();
  const { credential } = verified.registrationInfo;
  return context.transaction(async (inner) => {
    await endStep(inner, step);
    const [row] = await inner.db
      .insert(userCredentials)
      .values({
        userId,
        kind: 'passkey',
        subject: credential.id,
        name,
        secret: Buffer.from(credential.publicKey).toString('base64url'),
        data: { counter: credential.counter, transports: credential.transports ?? [] },
        confirmedAt: inner.clock.now(),
        createdAt: inner.clock.now(),
      })
      .onConflictDoNothing()
      .returning({ id: userCredentials.id });
    if (row === undefined) throw passkeyRefused();
    await inner.audit({ action: 'identity.passkey.add', entityType: 'user', entityId: userId, after: { name } });
    return { id: row.id, name };
  });
}

/** The passkeys of the person who asks. */
export async function listPasskeys(context: Context, userId: string) {
  const rows = await context.db.select().from(userCredentials).where(isPasskeyOf(userId));
  return rows.map(({ id, name, createdAt, lastUsedAt }) => ({
    id,
    name,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  }));
}

/** Forgets a passkey of the person who asks. Throws `passkey.missing`. */
export async function removePasskey(context: Context, userId: string, id: string): Promise<void> {
  await context.transaction(async (inner) => {
    const removed = await inner.db
      .delete(userCredentials)
      .where(and(isPasskeyOf(userId), sql`${userCredentials.id}::text = ${id}`))
      .returning({ id: userCredentials.id });
    if (removed.length === 0) {
      throw new AppError({ code: 'passkey.missing', kind: 'missing', detail: 'You have no such passkey.' });
    }
    await inner.audit({ action: 'identity.passkey.remove', entityType: 'user', entityId: userId, before: { id } });
  });
}

/** What a browser needs to ask for a passkey, whosever it is: no name is given, so none can be guessed. */
export async function beginPasskeySignIn(context: Context, site: RelyingParty) {
  await takeAttempt(context.db, ATTEMPTS.signInFrom, context.actor.ip ?? 'local', context.clock.now());
  const { generateAuthenticationOptions } = await import('@simplewebauthn/server');
  const options = await generateAuthenticationOptions({ rpID: site.id, userVerification: 'required' });
  const step = await beginStep(context, { kind: 'passkey', data: { challenge: options.challenge } });
  return { step, options };
}

export const passkeySignInSchema = z.strictObject({
  step: z.string().max(100),
  response: responseSchema,
  organization: z.string().max(63).optional(),
});

/**
 * Signs in by passkey: possession and the device's own check of the person, so no second factor is asked. A counter that
 * does not move means a copied key and is refused. Throws `sign_in.refused` and `sign_in.step_over`.
 */
export async function signInByPasskey(
  context: Context,
  input: unknown,
  site: RelyingParty,
  request: SignInRequest = {},
): Promise<SignInResult> {
  const { step: token, response, organization } = parseInput(passkeySignInSchema, input);
  const step = await readStep(context, 'passkey', token);
  await endStep(context, step);
  const [known] = await context.db
    .select()
    .from(userCredentials)
    .where(and(eq(userCredentials.kind, 'passkey'), eq(userCredentials.subject, response.id)));
  if (known?.secret == null) throw refusal();
  const account = await accountOfUser(context.db, known.userId, organization);
  const data = known.data as { readonly counter?: number };
  const counter = data.counter ?? 0;
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
  const publicKey = new Uint8Array(Buffer.from(known.secret, 'base64url'));
  const verified = await verifying(() =>
    verifyAuthenticationResponse({
      response: response as never,
      expectedChallenge: String(step.facts.challenge),
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      credential: { id: known.subject, publicKey, counter },
    }),
  ).catch(() => undefined);
  if (account === undefined || verified?.verified !== true) throw await refused(context, account);
  const { newCounter } = verified.authenticationInfo;
  const noted = await context.db
    .update(userCredentials)
    .set({ data: { ...data, counter: newCounter }, lastUsedAt: context.clock.now() })
    .where(
      and(
        eq(userCredentials.id, known.id),
        // Devices that keep no counter always say 0.
        newCounter === 0 ? undefined : lt(sql`(${userCredentials.data}->>'counter')::bigint`, newCounter),
      ),
    )
    .returning({ id: userCredentials.id });
  if (noted.length === 0) throw await refused(context, account);
  return finish(context, account, 'passkey', request);
}

/** The library throws on whatever is malformed; to us that is one refusal. */
async function verifying<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify();
  } catch (cause) {
    throw passkeyRefused(cause);
  }
}

function passkeyRefused(cause?: unknown): AppError {
  return new AppError({
    code: 'passkey.refused',
    kind: 'invalid',
    detail: 'This passkey cannot be accepted. Begin again, on this very site.',
    cause,
  });
}
