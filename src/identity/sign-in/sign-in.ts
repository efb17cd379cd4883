import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { auditEvents } from '../../db/schema/index.ts';
import { ATTEMPTS, clearAttempts, takeAttempt } from '../attempts.ts';
import { checkPassword, setPassword } from '../credential/password.ts';
import { checkTotp, hasTotp } from '../credential/totp.ts';
import { signInByDirectory } from '../provider/ldap.ts';
import { type OpenedSession, openSession } from '../session/open.ts';
import { parseInput } from '../validation.ts';
import { type Account, accountIn, asAccount, findAccount } from './account.ts';
import { beginStep, endStep, readStep } from './step.ts';

export const signInSchema = z.strictObject({
  login: z.string('give your e-mail address, number or callsign').trim().min(1).max(254),
  password: z.string('give your password').min(1, 'give your password').max(1024),
  organization: z.string().max(63).optional().meta({ description: 'Slug, for who belongs to several.' }),
});

/** In, or what is still missing, and the token that goes on with it. */
export type SignInResult =
  | { readonly kind: 'signed_in'; readonly session: OpenedSession }
  | { readonly kind: 'totp' | 'password_change'; readonly step: string };

export interface SignInRequest {
  readonly userAgent?: string | undefined;
}

/**
 * Signs in by password: our own, or that of the organization's directory. Attempts are counted before they are made, by
 * address and by name. An unknown name, a wrong password and an account that is shut give the same answer after the same
 * work. Throws `sign_in.refused` and `access.limited`.
 */
export async function signIn(context: Context, input: unknown, request: SignInRequest = {}): Promise<SignInResult> {
  const { login, password, organization } = parseInput(signInSchema, input);
  const now = context.clock.now();
  await takeAttempt(context.db, ATTEMPTS.signInFrom, context.actor.ip ?? 'local', now);
  await takeAttempt(context.db, ATTEMPTS.signInAs, login, now);
  const account = await findAccount(context.db, login, organization);
  const checked = await checkPassword(context.db, account?.user.id, password);
  const proven =
    account !== undefined && checked.isRight
      ? { account, method: 'password' }
      : await signInByDirectory(context, { login, password, organization, account });
  if (proven === undefined) throw await refused(context, account);
  await clearAttempts(context.db, ATTEMPTS.signInAs, login);
  return proceed(context, proven.account, proven.method, request, checked.isRight && checked.mustChange);
}

/** What comes after a first proof: a second factor where there is one, a new password where it is due, else the session. */
export async function proceed(
  context: Context,
  account: Account,
  method: string,
  request: SignInRequest,
  mustChange = false,
): Promise<SignInResult> {
  const facts = { userId: account.user.id, organizationId: account.organization.id };
  if (await hasTotp(context.db, account.user.id)) {
    return {
      kind: 'totp',
      step: await beginStep(context, { ...facts, kind: 'totp', data: { method, mustChange } }),
    };
  }
  if (mustChange) return passwordStep(context, account, method);
  return finish(context, account, method, request);
}

/** Opens the session of somebody who has proven enough. */
export async function finish(
  context: Context,
  account: Account,
  method: string,
  request: SignInRequest,
): Promise<SignInResult> {
  const session = await asAccount(context, account).transaction((inner) =>
    openSession(inner, { userId: account.user.id, method, userAgent: request.userAgent }),
  );
  return { kind: 'signed_in', session };
}

async function passwordStep(context: Context, account: Account, method: string): Promise<SignInResult> {
  const step = await beginStep(context, {
    kind: 'password_change',
    userId: account.user.id,
    organizationId: account.organization.id,
    data: { method },
  });
  return { kind: 'password_change', step };
}

export const secondFactorSchema = z.strictObject({
  step: z.string().max(100),
  code: z.string('give the code of your app').max(20),
});

/** Goes on with the code of an authenticator app. Throws `sign_in.step_over` and `sign_in.refused`. */
export async function signInSecondFactor(
  context: Context,
  input: unknown,
  request: SignInRequest = {},
): Promise<SignInResult> {
  const { step: token, code } = parseInput(secondFactorSchema, input);
  const step = await readStep(context, 'totp', token);
  const account = await accountIn(context.db, step.userId ?? '', step.organizationId ?? '');
  await takeAttempt(context.db, ATTEMPTS.secondFactor, step.userId ?? '', context.clock.now());
  if (account === undefined || !(await checkTotp(context, account.user.id, code)))
    throw await refused(context, account);
  await clearAttempts(context.db, ATTEMPTS.secondFactor, account.user.id);
  await endStep(context, step);
  const method = `${String(step.facts.method)}+totp`;
  if (step.facts.mustChange === true) return passwordStep(context, account, method);
  return finish(context, account, method, request);
}

export const newPasswordSchema = z.strictObject({ step: z.string().max(100), password: z.string().max(1024) });

/** Goes on with a password of the person's own choice. Throws `sign_in.step_over` and `password.weak`. */
export async function signInNewPassword(
  context: Context,
  input: unknown,
  request: SignInRequest = {},
): Promise<SignInResult> {
  const { step: token, password } = parseInput(newPasswordSchema, input);
  const step = await readStep(context, 'password_change', token);
  const account = await accountIn(context.db, step.userId ?? '', step.organizationId ?? '');
  if (account === undefined) throw refusal();
  await asAccount(context, account).transaction(async (inner) => {
    await setPassword(inner, account.user.id, password);
    await endStep(inner, step);
    await inner.audit({
      action: 'identity.password.change',
      entityType: 'person',
      entityId: account.membership.id,
    });
  });
  return finish(context, account, String(step.facts.method), request);
}

/**
 * The same words for every reason, and the same work: each refusal leaves a row, that of an unknown name in no
 * organization's audit.
 */
export async function refused(context: Context, account: Account | undefined): Promise<AppError> {
  await context.db.insert(auditEvents).values({
    organizationId: account?.organization.id ?? null,
    actorKind: 'anonymous',
    actorName: account?.membership.callsign ?? 'unknown',
    action: 'identity.session.create',
    entityType: 'person',
    entityId: account?.membership.id ?? null,
    outcome: 'refused',
    errorCode: 'sign_in.refused',
    requestId: context.requestId ?? null,
    ip: context.actor.ip ?? null,
    at: context.clock.now(),
  });
  return refusal();
}

export function refusal(): AppError {
  return new AppError({
    code: 'sign_in.refused',
    kind: 'unauthenticated',
    detail: 'This name and this proof do not go together, or the account is closed.',
  });
}
