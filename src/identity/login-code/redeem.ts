import { and, eq, isNull, lt, sql } from 'drizzle-orm';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { auditEvents, loginCodes } from '../../db/schema/index.ts';
import { ATTEMPTS, takeAttempt } from '../attempts.ts';
import { foldCode } from '../rules/code.ts';
import { accountIn } from '../sign-in/account.ts';
import { proceed, type SignInRequest, type SignInResult } from '../sign-in/sign-in.ts';
import { parseInput } from '../validation.ts';
import { digest } from './digest.ts';

/** A code of six digits is guessed within five tries once in two hundred thousand times. */
const TRIES = 5;

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

function codeRefused(): AppError {
  return new AppError({
    code: 'login_code.refused',
    kind: 'forbidden',
    detail: 'This code is not valid, or not any more. Ask for a new one.',
  });
}
