import { asciiDigits } from '../core/digits.ts';
import { toE164 } from '../core/e164.ts';
import type { Call } from './call.ts';
import type { OutboundWhitelistEntry } from './document/outbound-whitelist.ts';
import { callerIdFor } from './outside/caller-id.ts';
import type { RoutingPlan } from './plan.ts';
import { longestPrefix } from './prefix-table.ts';

/** Fewer digits are a short code or a slip of the finger, never a call to the outside. */
const SHORTEST_OUTSIDE_NUMBER = 7;

/** What someone inside dialled, as E.164, or undefined when it is not a number outside. */
export function outsideNumber(plan: RoutingPlan, dialed: string): string | undefined {
  if (asciiDigits(dialed).replace(/[^0-9]/g, '').length < SHORTEST_OUTSIDE_NUMBER) return undefined;
  return toE164(dialed, plan.region);
}

/** The rule that lets a call to this number out: the longest matching prefix. */
export function outboundRuleFor(plan: RoutingPlan, e164: string): OutboundWhitelistEntry | undefined {
  return longestPrefix(plan.whitelist, e164.slice(1));
}

/** The `Dial` attributes that pin a call to the outside to its trunk and caller id. */
export function outboundDialing(
  call: Call,
  rule: OutboundWhitelistEntry,
): { readonly trunk: string; readonly callerId?: string } {
  const callerId = callerIdFor(call, rule);
  return callerId === undefined ? { trunk: rule.trunk } : { trunk: rule.trunk, callerId };
}
