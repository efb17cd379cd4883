import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { systemRandom, uuidv7 } from '../../core/ids.ts';
import type { Context } from '../../db/context.ts';
import { loginCodes } from '../../db/schema/index.ts';
import { organizationOf } from '../organization/organization.ts';
import { refuseHigherPerson } from '../person/guards.ts';
import { findPerson } from '../person/read.ts';
import { groupCode, newCode } from '../rules/code.ts';
import { parseInput } from '../validation.ts';
import { digest } from './digest.ts';
import { type CodeSenders, requireEmail, sendCode, wayTo } from './senders.ts';

/** How long a code is good for. */
export const LOGIN_CODE_MS = 10 * 60_000;
const LENGTH = 12;

/** What may stand in a code's claims: nothing that would make it worth more than the person it is for. */
const claimsSchema = z.strictObject({
  ivrCall: z.string().max(100).optional().meta({ description: 'Good for this one call only.' }),
});

export const newLoginCodeSchema = z.strictObject({
  person: z.string().min(1).max(100).meta({ description: 'Id or callsign.' }),
  channel: z.enum(['screen', 'sms', 'email', 'cli']).default('screen'),
  claims: claimsSchema.default({}),
});

export interface NewLoginCode {
  /** Absent when it was sent to the person instead of shown. */
  readonly code?: string;
  readonly expiresAt: string;
}

/**
 * Makes a code with which a person signs in once, shown to whoever asked for it, or sent to the person's telephone or e-mail
 * address. Throws `access.escalation` for somebody who may do more than the actor, `login_code.no_phone`,
 * `login_code.no_email` and `email.not_set_up`.
 */
export async function createLoginCode(context: Context, input: unknown, senders: CodeSenders): Promise<NewLoginCode> {
  context.require('identity.login_code.write');
  const { person: named, channel, claims } = parseInput(newLoginCodeSchema, input);
  if (channel === 'email') requireEmail(senders.sendEmail);
  return context.transaction(async (inner) => {
    const person = await findPerson(inner, named);
    const { callsign, status } = person.membership;
    await refuseHigherPerson(inner, person);
    if (status !== 'active') throw notActive(callsign);
    const code = newCode(LENGTH, systemRandom);
    const expiresAt = new Date(inner.clock.now().getTime() + LOGIN_CODE_MS);
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
      after: { person: callsign, channel, claims, expiresAt: expiresAt.toISOString() },
    });
    if (channel === 'screen' || channel === 'cli') return { code: groupCode(code), expiresAt: expiresAt.toISOString() };
    const way = wayTo(person.user, channel, senders);
    if (way === undefined) throw channel === 'sms' ? noPhone(callsign) : noEmail(callsign);
    const { name: organization } = await organizationOf(inner);
    await sendCode(inner, way, { code: groupCode(code), organization, expiresAt }, senders);
    return { expiresAt: expiresAt.toISOString() };
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

function noEmail(callsign: string): AppError {
  return new AppError({
    code: 'login_code.no_email',
    kind: 'conflict',
    detail: `There is no e-mail address of ${callsign}. Show the code on the screen instead.`,
  });
}
