import { and, eq, isNull } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { memberships, users } from '../../db/schema/index.ts';
import { seeOnce } from '../once.ts';
import { checkOf, reachOf } from '../permissions.ts';
import { authorityOf, customGrants, roleRowsOfMembership, rolesOfMembership } from '../role/held-grants.ts';
import { decideByCode } from './decide.ts';

const COMMAND =
  /^\s*(approve|accept|ok|yes|reject|deny|no)\s+([A-Za-z0-9][A-Za-z0-9 -]{6,18}?)(?:\s*[,:;.]\s*(.{1,200}?))?\s*$/i;
const REPEATS_MS = 7 * 24 * 3_600_000;

/** A text as it came in. */
export interface ArrivedText {
  readonly id: string;
  readonly from: string;
  readonly body: string;
}

/**
 * Whether a text can be a decision: `APPROVE ABCD-EFGH`, `REJECT ABCD-EFGH: reason`. Cheap, for every message.
 */
export function isDecision(body: string): boolean {
  return COMMAND.test(body);
}

/**
 * Decides about an enrollment by a text message from the number of a person who may. Returns the words to answer with, or
 * undefined when the text is no decision, its sender is none of ours or may not: strangers learn nothing. A message that
 * arrives twice counts once. The context acts for the organization whose modem received it.
 */
export async function decideByText(context: Context, text: ArrivedText): Promise<string | undefined> {
  const command = COMMAND.exec(text.body);
  if (command === null) return undefined;
  const sender = await senderOf(context, text.from);
  if (sender === undefined) return undefined;
  const now = context.clock.now();
  const isFirst = await seeOnce(context.db, 'sms_inbound', text.id, {
    now,
    expiresAt: new Date(now.getTime() + REPEATS_MS),
    auditMeta: { from: text.from },
  });
  if (!isFirst) return undefined;
  const [, word = '', code = '', reason] = command;
  const decision = /^(approve|accept|ok|yes)$/i.test(word) ? 'approve' : 'reject';
  const evidence = { message: text.id, from: text.from, body: text.body };
  try {
    const view = await decideByCode(
      sender,
      decision === 'approve' ? { decision, code } : { decision, code, reason: reason ?? 'rejected by text message' },
      { channel: 'sms', evidence },
    );
    return decision === 'approve' ? `${view.name} is in.` : `${view.name} was turned away.`;
  } catch (error) {
    if (error instanceof AppError) return error.detail;
    throw error;
  }
}

/** The rest of the work on behalf of whoever the number belongs to, or undefined for nobody who may decide. */
async function senderOf(context: Context, number: string): Promise<Context | undefined> {
  const [row] = await context.db
    .select({
      membership: memberships,
      userId: users.id,
      roles: rolesOfMembership(memberships.id),
      custom: customGrants(memberships.organizationId, roleRowsOfMembership(memberships.id)),
    })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(
      and(
        eq(memberships.organizationId, context.organizationId),
        eq(memberships.status, 'active'),
        eq(users.phone, number),
        eq(users.isActive, true),
        isNull(users.deletedAt),
      ),
    );
  if (row === undefined) return undefined;
  const authority = authorityOf({ roles: row.roles, custom: row.custom, membershipId: row.membership.id });
  const sender = context.as({
    organizationId: context.organizationId,
    actor: { kind: 'phone', id: row.userId, name: row.membership.callsign },
    can: checkOf(authority),
    reach: (permission) => reachOf(authority, permission),
  });
  return sender.may('identity.enrollment.decide') ? sender : undefined;
}
