import { answer, ask, type Call, go, type Outcome, type RoutingNode, sayAndHangUp, turnAway } from '../call.ts';
import type { Extension } from '../document/extension.ts';
import type { RingGroup } from '../document/ring-group.ts';
import { targetOf } from '../document/target.ts';
import { outboundDialing, outboundRuleFor } from '../outbound.ts';
import { PHRASES } from '../phrases.ts';
import { numberIn } from '../state.ts';
import type { DialStep } from '../step.ts';

/**
 * Several people. `simultaneous` rings all at once; `sequential` one after the other; `round_robin` likewise, but each
 * call begins one member further. The group is gone through `turns` times, then the call goes to the fallback.
 */
export const ringGroupNode: RoutingNode = {
  enter(call, key) {
    const group = call.plan.ringGroups.get(key);
    if (group === undefined || group.status !== 'active') {
      call.trace(`ring group ${key} ${group === undefined ? 'does not exist' : 'is inactive'}`);
      return turnAway(call, PHRASES.destinationUnavailable);
    }
    const members = activeMembers(call, group);
    for (const number of group.members) {
      if (members.every((member) => member.number !== number))
        call.trace(`member ${number} skipped: ${why(call, group, number)}`);
    }
    if (members.length === 0) return fallBack(call, group, 'nobody can be rung');
    if (group.strategy !== 'round_robin') return ring(call, group, members, 0, 0);
    // The pointer moves when a call arrives, not when somebody answers: a caller who gives up has had their turn.
    const tick = call.facts.counters[counterOf(group)];
    return tick === undefined
      ? ask({ kind: 'tick', key: counterOf(group) })
      : ring(call, group, members, 0, tick % members.length);
  },

  resume(call, key, position) {
    if (call.event.dialOutcome === 'answered') {
      call.trace(`ring group ${key}: somebody took the call`);
      return answer({ kind: 'hangup' });
    }
    const group = call.plan.ringGroups.get(key);
    if (group === undefined) return sayAndHangUp(PHRASES.nobodyAvailable);
    call.trace(`ring group ${key}: not answered (${call.event.dialOutcome ?? 'no result'})`);
    const members = activeMembers(call, group);
    return ring(call, group, members, numberIn(position, 'attempt', 0) + 1, numberIn(position, 'start', 0));
  },
};

function counterOf(group: RingGroup): string {
  return `ring_group:${group.name}`;
}

/** Rings attempt number `attempt` (from 0), or falls back when every turn is used up. */
function ring(call: Call, group: RingGroup, members: readonly Extension[], attempt: number, start: number): Outcome {
  const together = group.strategy === 'simultaneous';
  const attempts = group.turns * (together ? 1 : members.length);
  if (attempt >= attempts || members.length === 0) return fallBack(call, group, 'every turn is used up');
  const single = members[(start + attempt) % members.length];
  const rung = together || single === undefined ? members : [single];
  call.trace(
    `ring group ${group.name} (${group.strategy}): ring ${rung.map((member) => member.number).join(', ')} ` +
      `for ${group.timeoutSeconds} s, attempt ${attempt + 1} of ${attempts}`,
  );
  return answer({
    kind: 'dial',
    ...dialing(call, rung),
    timeoutSeconds: group.timeoutSeconds,
    ...(group.maxCallDurationSeconds === undefined ? {} : { timeLimitSeconds: group.maxCallDurationSeconds }),
    resume: call.resumeAt({ attempt, start }),
  });
}

/** Phones ring under their extension number; a forward leaves over its trunk, which pins the whole Dial. */
function dialing(call: Call, rung: readonly Extension[]): Pick<DialStep, 'targets' | 'trunk' | 'callerId'> {
  const [first] = rung;
  const rule = first?.forwardTo === undefined ? undefined : outboundRuleFor(call.plan, first.forwardTo);
  return {
    targets: rung.map((member) => ({ kind: 'number', number: member.forwardTo ?? member.number })),
    ...(rule === undefined ? {} : outboundDialing(call, rule)),
  };
}

function activeMembers(call: Call, group: RingGroup): readonly Extension[] {
  const members: Extension[] = [];
  for (const number of group.members) {
    const extension = call.plan.extensions.get(number);
    if (extension !== undefined && canRing(call, group, extension)) members.push(extension);
  }
  return members;
}

/** A forward cannot ring beside phones: the trunk belongs to the whole Dial and would take the phones with it. */
function canRing(call: Call, group: RingGroup, extension: Extension): boolean {
  if (extension.status !== 'active') return false;
  if (extension.type === 'user') return true;
  return (
    extension.type === 'forward' &&
    group.strategy !== 'simultaneous' &&
    extension.forwardTo?.startsWith('+') === true &&
    !call.plan.numbers.has(extension.forwardTo) &&
    outboundRuleFor(call.plan, extension.forwardTo) !== undefined
  );
}

function why(call: Call, group: RingGroup, number: string): string {
  const extension = call.plan.extensions.get(number);
  if (extension === undefined) return 'no such extension';
  if (extension.status !== 'active') return 'inactive';
  return `a ${extension.type} extension cannot be rung in a ${group.strategy} group`;
}

function fallBack(call: Call, group: RingGroup, reason: string): Outcome {
  call.trace(`ring group ${group.name}: ${reason} → ${group.fallback}`);
  return group.fallback === 'hangup' ? sayAndHangUp(PHRASES.nobodyAvailable) : go(targetOf(group.fallback));
}
