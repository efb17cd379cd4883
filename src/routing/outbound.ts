import { toE164 } from '../core/e164.ts';
import type { Call } from './call.ts';
import type { OutboundWhitelistEntry } from './document/outbound-whitelist.ts';
import type { RoutingPlan } from './plan.ts';
import { longestPrefix } from './prefix-table.ts';

/** Fewer digits are a short code or a slip of the finger, never a call to the outside. */
const SHORTEST_OUTSIDE_NUMBER = 7;

/** What someone inside dialled, as E.164, or undefined when it is not a number outside. */
export function outsideNumber(plan: RoutingPlan, dialed: string): string | undefined {
  if (dialed.replace(/[^0-9]/g, '').length < SHORTEST_OUTSIDE_NUMBER) return undefined;
  return toE164(dialed, plan.region);
}

/** The rule that lets a call to this number out: the longest matching prefix. */
export function outboundRuleFor(plan: RoutingPlan, e164: string): OutboundWhitelistEntry | undefined {
  return longestPrefix(plan.whitelist, e164.slice(1));
}

/**
 * The caller id for a call that leaves: the extension's own, else the main number, because a carrier refuses an
 * extension number. A caller from outside keeps theirs (undefined) unless they withhold it.
 */
function callerIdFor(call: Call): string | undefined {
  if (call.origin === 'subscriber') {
    return call.plan.extensions.get(call.event.from)?.callerId ?? call.plan.mainNumber;
  }
  return toE164(call.event.from, call.plan.region) === undefined ? (call.did ?? call.plan.mainNumber) : undefined;
}

/** The `Dial` attributes that pin a call to the outside to its trunk and caller id. */
export function outboundDialing(
  call: Call,
  rule: OutboundWhitelistEntry,
): { readonly trunk: string; readonly callerId?: string } {
  const callerId = callerIdFor(call);
  return callerId === undefined ? { trunk: rule.trunk } : { trunk: rule.trunk, callerId };
}
