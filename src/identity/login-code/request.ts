import { z } from 'zod';
import { systemRandom, uuidv7 } from '../../core/ids.ts';
import type { Context } from '../../db/context.ts';
import { loginCodes } from '../../db/schema/index.ts';
import { ATTEMPTS, takeAttempt } from '../attempts.ts';
import { newNumericCode } from '../rules/code.ts';
import { findAccount } from '../sign-in/account.ts';
import { parseInput } from '../validation.ts';
import { LOGIN_CODE_MS } from './create.ts';
import { digest } from './digest.ts';
import { type CodeSenders, requireEmail, sendCode, wayTo } from './senders.ts';

const DIGITS = 6;

export const codeRequestSchema = z.strictObject({
  login: z.string().trim().min(1).max(254),
  organization: z.string().max(63).optional(),
  channel: z.enum(['sms', 'email']).optional().meta({
    description: 'Absent: by e-mail to an address that was typed, else by text message, else whichever there is.',
  }),
});

type Wish = z.output<typeof codeRequestSchema>;

/**
 * Asks for a code by text message or e-mail. The answer is at once a token to bring the code back with, for known and
 * unknown names alike; finding the person and sending happen in `later`, where nobody can measure them. Throws
 * `email.not_set_up` and `access.limited`.
 */
export async function requestLoginCode(
  context: Context,
  input: unknown,
  senders: CodeSenders,
): Promise<{ readonly challenge: string; readonly later: () => Promise<void> }> {
  const wish = parseInput(codeRequestSchema, input);
  if (wish.channel === 'email') requireEmail(senders.sendEmail);
  const now = context.clock.now();
  await takeAttempt(context.db, ATTEMPTS.signInFrom, context.actor.ip ?? 'local', now);
  await takeAttempt(context.db, ATTEMPTS.codeRequestFor, wish.login, now);
  const challenge = uuidv7();
  return { challenge, later: () => answer(context, challenge, wish, senders) };
}

async function answer(context: Context, challenge: string, wish: Wish, senders: CodeSenders): Promise<void> {
  const account = await findAccount(context.db, wish.login, wish.organization);
  if (account === undefined) return;
  const { user, organization } = account;
  const way =
    wish.channel === undefined && wish.login.includes('@')
      ? (wayTo(user, 'email', senders) ?? wayTo(user, undefined, senders))
      : wayTo(user, wish.channel, senders);
  if (way === undefined) return;
  const code = newNumericCode(DIGITS, systemRandom);
  const now = context.clock.now();
  const expiresAt = new Date(now.getTime() + LOGIN_CODE_MS);
  const inside = context.as({
    organizationId: organization.id,
    actor: { kind: 'system', id: null, name: 'sign-in' },
    can: () => false,
  });
  await inside.transaction(async (inner) => {
    await inner.db.insert(loginCodes).values({
      id: challenge,
      organizationId: inner.organizationId,
      codeHash: digest(inner, `${challenge}/${code}`),
      role: '',
      purpose: 'number',
      userId: user.id,
      channel: way.channel,
      auditMeta: { ip: context.actor.ip ?? null, requestId: context.requestId ?? null },
      expiresAt,
      createdAt: now,
    });
    await sendCode(inner, way, { code, organization: organization.name, expiresAt }, senders);
  });
}
