import { answer, ask, type Call, type Outcome } from '../call.ts';
import type { Extension } from '../document/extension.ts';
import type { OutboundWhitelistEntry } from '../document/outbound-whitelist.ts';
import { outboundDialing, outboundRuleFor } from '../outbound.ts';
import { PHRASES } from '../phrases.ts';
import { beyondReach } from './reach.ts';
import { isLimited, limitsInWords, refusingScope, UNLIMITED_SECONDS, type UsageScope } from './usage.ts';

/** The call may not go out; `text` is what the caller may hear. */
export interface Refusal {
  readonly kind: 'refused';
  readonly text: string;
}

/**
 * Dials a number outside, if the outbound policy lets it: the whitelist, the permission of the extension that answers for
 * the call, its limits and the organization's. The one door for everything that leaves, forwards included. The current
 * node is resumed afterwards.
 */
export function dialOutside(
  call: Call,
  e164: string,
  account: Extension | undefined,
  timeoutSeconds: number,
): Outcome | Refusal {
  const { plan } = call;
  const rule = outboundRuleFor(plan, e164);
  if (rule === undefined) return refused(call, `${e164} is refused: no outbound rule matches`, PHRASES.outboundRefused);
  const why =
    account === undefined ? undefined : beyondReach(account.outbound ?? plan.voice.outbound, e164, plan.region);
  if (why !== undefined) {
    return refused(call, `${e164} is refused to extension ${account?.number}: ${why}`, PHRASES.outboundRefused);
  }
  const counted = countCall(call, e164, account, rule);
  if (typeof counted !== 'number') return counted;
  call.trace(`dial ${e164} over trunk ${rule.trunk} (outbound rule ${rule.prefix})`);
  return answer({
    kind: 'dial',
    targets: [{ kind: 'number', number: e164 }],
    timeoutSeconds,
    ...(counted < UNLIMITED_SECONDS ? { timeLimitSeconds: counted } : {}),
    ...outboundDialing(call, rule),
    resume: call.resumeAt({}),
  });
}

/** Seconds that the call may last; or what has to happen first, or the refusal. */
function countCall(
  call: Call,
  e164: string,
  account: Extension | undefined,
  rule: OutboundWhitelistEntry,
): number | Outcome | Refusal {
  const { plan, facts } = call;
  const scopes = scopesOf(call, account);
  if (scopes.length === 0 || plan.dayClock === undefined) return UNLIMITED_SECONDS;
  const key = `usage:${account?.number ?? ''}:${e164}`;
  const found = facts.counters[key];
  if (found === undefined) {
    const day = plan.dayClock(facts.now).date;
    return ask({ kind: 'usage', key, scopes, weight: rule.costWeight, day });
  }
  const refusing = refusingScope(found);
  if (refusing === undefined) return Math.max(1, found);
  const { scope, limits } = scopes[refusing] ?? { scope: '', limits: {} };
  call.effect({ kind: 'outbound_limited', scope });
  const whose = scope === '' ? 'the organization' : `extension ${scope}`;
  return refused(
    call,
    `${e164} is refused: a limit of ${whose} is used up (${limitsInWords(limits)})`,
    PHRASES.limited,
  );
}

function scopesOf({ plan }: Call, account: Extension | undefined): readonly UsageScope[] {
  const { limits } = plan.voice;
  const scopes: UsageScope[] = [];
  if (account !== undefined) scopes.push({ scope: account.number, limits: account.outboundLimits ?? limits.extension });
  scopes.push({ scope: '', limits: limits.organization });
  return scopes.some((scope) => isLimited(scope.limits)) ? scopes : [];
}

function refused(call: Call, sentence: string, text: string): Refusal {
  call.trace(sentence);
  return { kind: 'refused', text };
}
