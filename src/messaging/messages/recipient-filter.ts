import { sql } from 'drizzle-orm';
import type { AppErrorOptions } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { contactPoints, smsSuppressions } from '../../db/schema/index.ts';
import type { SendingRules } from './sending-rules.ts';

export type Refused = Pick<AppErrorOptions, 'code' | 'kind' | 'detail'>;

/** Why some of these numbers get nothing; numbers that may be written to are not in the answer. Two statements at most. */
export async function refusedRecipients(
  context: Context,
  rules: SendingRules,
  peers: readonly string[],
): Promise<ReadonlyMap<string, Refused>> {
  const refused = new Map<string, Refused>();
  const { db, organizationId } = context;
  const list = sql`select jsonb_array_elements_text(${JSON.stringify(peers)}::jsonb)`;
  for (const { name, allowedPrefixes } of rules.policies) {
    if (allowedPrefixes === null) continue;
    for (const peer of peers) {
      if (!allowedPrefixes.some((prefix) => peer.startsWith(prefix)))
        refused.set(peer, wrongPrefix(name, allowedPrefixes));
    }
  }
  const strict = rules.policies.find(({ restrictToContacts }) => restrictToContacts);
  if (strict !== undefined) {
    const rows = await db.execute<{ value: string }>(sql`
      select distinct value_normalised as value from ${contactPoints}
      where organization_id = ${organizationId} and kind = 'phone' and value_normalised in (${list})`);
    const known = new Set([...rows].map(({ value }) => value));
    for (const peer of peers) if (!known.has(peer)) refused.set(peer, noContact(strict.name));
  }
  const suppressed = await db.execute<{ number: string; reason: string }>(sql`
    select phone_e164 as number, reason from ${smsSuppressions}
    where organization_id = ${organizationId} and phone_e164 in (${list})`);
  for (const { number, reason } of suppressed) refused.set(number, isSuppressed(number, reason));
  return refused;
}

function wrongPrefix(policy: string, prefixes: readonly string[]): Refused {
  const detail = `The policy ${policy} allows only numbers that begin with ${prefixes.join(', ')}.`;
  return { code: 'message.prefix_refused', kind: 'forbidden', detail };
}

function noContact(policy: string): Refused {
  const detail = `The policy ${policy} allows only numbers of contacts. Add a contact with this number first.`;
  return { code: 'message.not_a_contact', kind: 'forbidden', detail };
}

const REASONS: Readonly<Record<string, string>> = {
  opt_out: 'its owner wants no messages',
  complaint: 'its owner has complained',
  manual: 'somebody put it there',
  import: 'it came with an import',
};

function isSuppressed(number: string, reason: string): Refused {
  const why = REASONS[reason] ?? reason;
  const detail = `${number} is on the list of suppressed numbers: ${why}. Nothing is sent to it until it is taken off.`;
  return { code: 'message.suppressed', kind: 'forbidden', detail };
}
