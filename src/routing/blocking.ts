import { assertNever } from '../core/errors.ts';
import { blockedBy } from './blacklist.ts';
import { answer, type Call, type Outcome } from './call.ts';
import { TORMENT_SECONDS } from './document/treatment.ts';
import { findNumber } from './plan.ts';
import type { Step } from './step.ts';

/** Refuses a caller who is on a list, in the way the list says; undefined lets them in. */
export function refuseBlocked(call: Call): Outcome | undefined {
  const { plan, event, facts } = call;
  if (!plan.blacklist.isUsed) return undefined;
  const caller = { from: event.from, called: findNumber(plan, event.to)?.number, nowMs: facts.now.getTime() };
  const blocked = blockedBy(plan.blacklist, caller, plan.region, facts.blockLists);
  if (blocked === undefined) return undefined;
  const { match, pattern, list, treatment } = blocked;
  const { action, reason } = treatment;
  const where = list === undefined ? '' : ` of list ${list}`;
  call.trace(`caller is blacklisted by ${match} ${pattern}${where}: ${action}`);
  call.effect({ kind: 'blocked', match, pattern, list: list ?? null, action, reason });
  switch (action) {
    case 'drop':
      return answer({ kind: 'hangup' });
    case 'reject': {
      const refusal: Step = { kind: 'reject', reason: treatment.cause ?? 'rejected' };
      // Spoken as early media: a caller who is not let in shall not have been answered for it.
      return treatment.say === undefined
        ? answer(refusal)
        : answer({ kind: 'say', text: treatment.say, early: true }, refusal);
    }
    case 'torment':
      return answer(
        {
          kind: 'hold',
          room: `held${roomSafe(event.callToken)}`,
          seconds: treatment.tormentSeconds ?? TORMENT_SECONDS,
        },
        { kind: 'hangup' },
      );
    case 'allow':
      return undefined;
    default:
      return assertNever(action);
  }
}

/** A room of the caller's own; its name is safe as letters and digits only (CXML reference 2.8.4). */
function roomSafe(callToken: string): string {
  return callToken.replace(/[^A-Za-z0-9]/g, '').slice(0, 40);
}
