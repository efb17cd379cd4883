import { sql } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { quotaUsage } from '../../db/schema/index.ts';
import { zoneClock } from '../../routing/zone.ts';
import type { SendingPolicy, SendingRules } from '../messages/sending-rules.ts';
import { quotaWindow } from '../rules/quota-window.ts';

/**
 * Reserves message parts with every quota that holds for the sender, in the transaction that accepts them. Each quota is
 * one atomic statement, so that no two processes overdraw it (promise P8).
 *
 * @returns the windows it was taken from, to give it back to
 * @throws AppError `quota.exceeded` with the numbers
 */
export async function reserveQuota(context: Context, rules: SendingRules, parts: number): Promise<readonly string[]> {
  const charges: string[] = [];
  for (const policy of rules.policies) {
    if (policy.quotaLimit === null || policy.quotaUnit === null) continue;
    charges.push(`${policy.id}/${await reserve(context, rules, policy, parts)}`);
  }
  return charges;
}

async function reserve(context: Context, rules: SendingRules, policy: SendingPolicy, parts: number): Promise<string> {
  const { db, organizationId } = context;
  const limit = policy.quotaLimit ?? 0;
  const unit = policy.quotaUnit ?? 'day';
  const zone = policy.timezone ?? rules.timezone;
  const { firstDay, nextFirstDay } = quotaWindow(unit, zoneClock(zone)(context.clock.now()).date);
  const window = `${unit}/${firstDay}`;
  if (parts <= limit) {
    const reserved = await db.execute(sql`
      insert into ${quotaUsage} as usage (organization_id, policy_id, "window", used)
      values (${organizationId}, ${policy.id}, ${window}, ${parts})
      on conflict (organization_id, policy_id, "window") do update set used = usage.used + excluded.used
        where usage.used + excluded.used <= ${limit}
      returning used`);
    if (reserved.length === 1) return window;
  }
  const [row] = await db.execute<{ used: number }>(sql`
    select used from ${quotaUsage}
    where organization_id = ${organizationId} and policy_id = ${policy.id} and "window" = ${window}`);
  const used = row?.used ?? 0;
  const whose = ownerOf(policy);
  throw new AppError({
    code: 'quota.exceeded',
    kind: 'over_quota',
    detail:
      `This needs ${parts} message ${parts === 1 ? 'part' : 'parts'}; ${whose} has used ${used} of ${limit} ${unit === 'day' ? 'today' : `this ${unit}`} ` +
      `(policy ${policy.name}). The next ${unit} begins on ${nextFirstDay} in ${zone}; an owner can raise the limit.`,
    problems: [
      { path: 'quota.needed', message: String(parts) },
      { path: 'quota.used', message: String(used) },
      { path: 'quota.limit', message: String(limit) },
      { path: 'quota.renewsOn', message: nextFirstDay },
    ],
  });
}

function ownerOf({ apiKey, person }: SendingPolicy): string {
  if (apiKey !== null) return `the API key ${apiKey}`;
  return person === null ? 'the organization' : person;
}
