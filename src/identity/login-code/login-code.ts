import { createHmac } from 'node:crypto';
import { and, eq, isNull, lt, sql } from 'drizzle-orm';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { systemRandom, uuidv7 } from '../../core/ids.ts';
import type { Context } from '../../db/context.ts';
import { auditEvents, loginCodes } from '../../db/schema/index.ts';
import { ATTEMPTS, takeAttempt } from '../attempts.ts';
import { refuseHigherPerson } from '../person/guards.ts';
import { findPerson } from '../person/read.ts';
import { foldCode, groupCode, newCode, newNumericCode } from '../rules/code.ts';
import { accountIn, findAccount } from '../sign-in/account.ts';
import { proceed, type SignInRequest, type SignInResult } from '../sign-in/sign-in.ts';
import { parseInput } from '../validation.ts';

const LIFETIME_MS = 10 * 60_000;
const TYPED_LENGTH = 12;
const DIGITS = 6;
/** A code of six digits is guessed within five tries once in two hundred thousand times. */
const TRIES = 5;

/** Sends a text to a number in the name of an organization; the modem's outbox is behind it. */
export type SendText = (context: Context, message: { readonly to: string; readonly body: string }) => Promise<unknown>;

/** What may stand in a code's claims: nothing that would make it worth more than the person it is for. */
const claimsSchema = z.strictObject({
  ivrCall: z.string().max(100).optional().meta({ description: 'Good for this one call only.' }),
});

export const newLoginCodeSchema = z.strictObject({
  person: z.string().min(1).max(100).meta({ description: 'Id or callsign.' }),
  channel: z.enum(['screen', 'sms', 'cli']).default('screen'),
  claims: claimsSchema.default({}),
});

export interface NewLoginCode {
  /** Absent when it was sent to the person's telephone instead of shown. */
  readonly code?: string;
  readonly expiresAt: string;
}

/**
 * Makes a code with which a person signs in once, shown to whoever asked for it, or sent to the person's telephone. Throws
 * `access.escalation` for somebody who may do more than the actor, and `login_code.no_phone`.
 */
export async function createLoginCode(context: Context, input: unknown, sendText: SendText): Promise<NewLoginCode> {
  context.require('identity.login_code.write');
  const { person: name, channel, claims } = parseInput(newLoginCodeSchema, input);
  return context.transaction(async (inner) => {
    const person = await findPerson(inner, name);
    await refuseHigherPerson(inner, person);
    if (person.membership.status !== 'active') throw notActive(person.membership.callsign);
    const code = newCode(TYPED_LENGTH, systemRandom);
    const expiresAt = new Date(inner.clock.now().getTime() + LIFETIME_MS);
    const id = uuidv7();
    await inner.db.insert(loginCodes).values({
      id,
      organizationId: inner.organizationId,
      codeHash: digest(inner, code),
      role: '',
      purpose: 'login',
      userId: person.user.id,
      claims,
      channel,
      auditMeta: { madeBy: inner.actor.name, requestId: inner.requestId ?? null },
      expiresAt,
      createdAt: inner.clock.now(),
    });
    await inner.audit({
      action: 'identity.login_code.create',
      entityType: 'login code',
      entityId: id,
      after: { person: person.membership.callsign, channel, claims, expiresAt: expiresAt.toISOString() },
    });
    if (channel !== 'sms') return { code: groupCode(code), expiresAt: expiresAt.toISOString() };
    if (person.user.phone === null) throw noPhone(person.membership.callsign);
    await sendText(inner.withPermissions(['sms.message.write']), {
      to: person.user.phone,
      body: `${groupCode(code)} is your sign-in code. It works once, within 10 minutes.`,
    });
    return { expiresAt: expiresAt.toISOString() };
  });
}

export const codeRequestSchema = z.strictObject({
  login: z.string().trim().min(1).max(254),
  organization: z.string().max(63).optional(),
});

/**
 * Asks for a code by text message. The answer is at once a token to bring the code back with, for known and unknown names
 * alike; finding the person and sending happen in `later`, where nobody can measure them.
 */
export async function requestLoginCode(
  context: Context,
  input: unknown,
  sendText: SendText,
): Promise<{ readonly challenge: string; readonly later: () => Promise<void> }> {
  const { login, organization } = parseInput(codeRequestSchema, input);
  const now = context.clock.now();
  await takeAttempt(context.db, ATTEMPTS.signInFrom, context.actor.ip ?? 'local', now);
  await takeAttempt(context.db, ATTEMPTS.codeRequestFor, login, now);
  const challenge = uuidv7();
  return { challenge, later: () => sendCode(context, challenge, login, organization, sendText) };
}

async function sendCode(
  context: Context,
  challenge: string,
  login: string,
  organization: string | undefined,
  sendText: SendText,
): Promise<void> {
  const account = await findAccount(context.db, login, organization);
  if (account === undefined || account.user.phone === null) return;
  const { phone } = account.user;
  const code = newNumericCode(DIGITS, systemRandom);
  const now = context.clock.now();
  const inside = context.as({
    organizationId: account.organization.id,
    actor: { kind: 'system', id: null, name: 'sign-in' },
    can: (permission) => permission === 'sms.message.write',
  });
  await inside.transaction(async (inner) => {
    await inner.db.insert(loginCodes).values({
      id: challenge,
      organizationId: inner.organizationId,
      codeHash: digest(inner, `${challenge}/${code}`),
      role: '',
      purpose: 'number',
      userId: account.user.id,
      channel: 'sms',
      auditMeta: { ip: context.actor.ip ?? null, requestId: context.requestId ?? null },
      expiresAt: new Date(now.getTime() + LIFETIME_MS),
      createdAt: now,
    });
    await sendText(inner, { to: phone, body: `${code} is your sign-in code for ${account.organization.name}.` });
  });
}

export const codeSignInSchema = z.strictObject({
  challenge: z
    .guid()
    .optional()
    .meta({ description: 'Of the request, for a code that was sent; absent for a code that was shown.' }),
  code: z.string('give the code').min(1, 'give the code').max(40),
});

/**
 * Signs in with a code, once. Unknown, used, expired and guessed too often are one answer, 403; a second use of a right
 * code is recorded where its owner's organization sees it. Throws `login_code.refused` and `access.limited`.
 */
export async function signInByCode(
  context: Context,
  input: unknown,
  request: SignInRequest = {},
): Promise<SignInResult> {
  const { challenge, code } = parseInput(codeSignInSchema, input);
  const { db, clock } = context;
  const now = clock.now();
  await takeAttempt(db, ATTEMPTS.codeFrom, context.actor.ip ?? 'local', now);
  const codeHash = digest(
    context,
    challenge === undefined ? foldCode(code) : `${challenge}/${code.replace(/\s/g, '')}`,
  );
  if (challenge !== undefined) await countTry(context, challenge);
  const isRight = and(
    eq(loginCodes.codeHash, codeHash),
    eq(loginCodes.purpose, challenge === undefined ? 'login' : 'number'),
  );
  const [won] = await db
    .update(loginCodes)
    .set({
      usedAt: now,
      auditMeta: sql`${loginCodes.auditMeta} || ${JSON.stringify({ usedFrom: context.actor.ip ?? null, usedBy: context.requestId ?? null })}::jsonb`,
    })
    .where(
      and(
        isRight,
        isNull(loginCodes.usedAt),
        lt(sql`${now.toISOString()}::timestamptz`, loginCodes.expiresAt),
        challenge === undefined ? undefined : sql`${loginCodes.attempts} <= ${TRIES}`,
      ),
    )
    .returning();
  if (won === undefined) {
    const [known] = await db.select().from(loginCodes).where(isRight);
    if (known?.usedAt != null) await recordReuse(context, known);
    throw codeRefused();
  }
  const account = await accountIn(db, won.userId ?? '', won.organizationId);
  if (account === undefined) throw codeRefused();
  return proceed(context, account, `code:${won.channel}`, request);
}

/** Counted before it is compared: parallel guesses are all in the count. */
async function countTry({ db }: Context, challenge: string): Promise<void> {
  await db
    .update(loginCodes)
    .set({ attempts: sql`${loginCodes.attempts} + 1` })
    .where(eq(loginCodes.id, challenge));
}

async function recordReuse(context: Context, code: typeof loginCodes.$inferSelect): Promise<void> {
  await context.db.insert(auditEvents).values({
    organizationId: code.organizationId,
    actorKind: 'anonymous',
    actorName: 'anonymous',
    action: 'identity.login_code.reuse',
    entityType: 'login code',
    entityId: code.id,
    outcome: 'refused',
    errorCode: 'login_code.used',
    meta: { usedAt: code.usedAt?.toISOString() ?? null },
    requestId: context.requestId ?? null,
    ip: context.actor.ip ?? null,
    at: context.clock.now(),
  });
}

/** A short code is no secret to somebody who reads the table, unless a key they do not have goes into its digest. */
export function digest(context: Pick<Context, 'secrets'>, code: string): string {
  return createHmac('sha256', context.secrets.derive('short-codes')).update(code).digest('base64url');
}

function codeRefused(): AppError {
  return new AppError({
    code: 'login_code.refused',
    kind: 'forbidden',
    detail: 'This code is not valid, or not any more. Ask for a new one.',
  });
}

function notActive(callsign: string): AppError {
  return new AppError({
    code: 'person.state',
    kind: 'conflict',
    detail: `${callsign} is not active and cannot sign in.`,
  });
}

function noPhone(callsign: string): AppError {
  return new AppError({
    code: 'login_code.no_phone',
    kind: 'conflict',
    detail: `There is no telephone number of ${callsign}. Show the code on the screen instead.`,
  });
}
