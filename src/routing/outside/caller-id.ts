import { toE164 } from '../../core/e164.ts';
import type { Call } from '../call.ts';
import type { OutboundWhitelistEntry } from '../document/outbound-whitelist.ts';
import type { RoutingPlan } from '../plan.ts';

/** Whether a number may be shown as ours: one of our active numbers, or one that was verified. */
export function isOurs(plan: RoutingPlan, number: string): boolean {
  return plan.numbers.get(number)?.status === 'active' || plan.voice.verifiedCallerIds.includes(number);
}

/**
 * The caller id for a call that leaves. For a phone of ours: the extension's own, its user's, the whitelist entry's, the
 * organization's, else the main number; the first that is ours, because showing a number of somebody else is fraud and a
 * carrier refuses it. A caller from outside keeps theirs (undefined) unless they withhold it.
 */
export function callerIdFor(call: Call, rule: OutboundWhitelistEntry | undefined): string | undefined {
  const { plan, event } = call;
  if (call.origin !== 'subscriber') {
    return toE164(event.from, plan.region) === undefined ? (call.did ?? organizationNumber(plan)) : undefined;
  }
  const extension = plan.extensions.get(event.from);
  const user = extension?.user;
  const candidates = [
    ['its own', extension?.callerId],
    [
      `of ${user}`,
      user === undefined || !Object.hasOwn(plan.voice.userCallerIds, user) ? undefined : plan.voice.userCallerIds[user],
    ],
    [`of outbound rule ${rule?.prefix}`, rule?.callerId],
  ] as const;
  for (const [whose, number] of candidates) {
    if (number === undefined) continue;
    if (isOurs(plan, number)) return number;
    call.trace(`caller id ${number} (${whose}) is not shown: it is not a number of ours`);
  }
  return organizationNumber(plan);
}

function organizationNumber(plan: RoutingPlan): string | undefined {
  const { callerId } = plan.voice;
  return callerId !== undefined && isOurs(plan, callerId) ? callerId : plan.mainNumber;
}
