import { assertNever } from '../../core/errors.ts';
import { byWeight } from '../balance.ts';
import { answer, ask, type Call, go, type Outcome, type RoutingNode, sayAndHangUp, turnAway } from '../call.ts';
import type { Extension } from '../document/extension.ts';
import type { RingGroup } from '../document/ring-group.ts';
import { targetOf } from '../document/target.ts';
import { outboundRuleFor } from '../outbound.ts';
import { dialOutside } from '../outside/dial-outside.ts';
import { PHRASES } from '../phrases.ts';
import { type CallState, namesIn, numberIn, type Position } from '../state.ts';
import type { Step } from '../step.ts';

/**
 * Several people. `simultaneous` rings all at once; `sequential` one after the other; `round_robin` likewise, but each
 * call begins one member further; `least_recent` rings whoever rang longest ago, over all calls; `weighted` draws by share.
 * The group is gone through `turns` times, then the call goes to the fallback.
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
    if (group.strategy !== 'round_robin') return ring(call, group, members, {});
    // The pointer moves when a call arrives, not when somebody answers: a caller who gives up has had their turn.
    const tick = call.facts.counters[counterOf(group)];
    return tick === undefined
      ? ask({ kind: 'tick', key: counterOf(group) })
      : ring(call, group, members, { start: tick % members.length });
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
    return ring(call, group, members, { ...position, attempt: numberIn(position, 'attempt', 0) + 1 });
  },
};

function counterOf(group: RingGroup): string {
  return `ring_group:${group.name}`;
}

/** Rings the attempt that `position` says (from 0), or falls back when every turn is used up. */
function ring(call: Call, group: RingGroup, members: readonly Extension[], position: Position): Outcome {
  const together = group.strategy === 'simultaneous';
  const attempts = group.turns * (together ? 1 : members.length);
  const attempt = numberIn(position, 'attempt', 0);
  if (attempt >= attempts || members.length === 0) return fallBack(call, group, 'every turn is used up');
  const next = nextOf(call, group, members, position);
  if ('kind' in next) return next;
  call.trace(
    `ring group ${group.name} (${group.strategy}): ring ${next.rung.map((member) => member.number).join(', ')} ` +
      `for ${group.timeoutSeconds} s, attempt ${attempt + 1} of ${attempts}`,
  );
  const resume = call.resumeAt({ attempt, ...next.kept });
  const limit = group.maxCallDurationSeconds;
  const [first] = next.rung;
  if (first?.type === 'forward' && first.forwardTo !== undefined) {
    // A telephone outside rings as the outbound policy lets it; a refusal costs the attempt, as no answer would.
    const outcome = dialOutside(call, first.forwardTo, first, group.timeoutSeconds);
    if (outcome.kind === 'refused') {
      return ring(call, group, members, { ...position, ...next.kept, attempt: attempt + 1 });
    }
    return outcome.kind === 'answer' ? answer(...outcome.steps.map((step) => bounded(step, resume, limit))) : outcome;
  }
  return answer({
    kind: 'dial',
    targets: next.rung.map(({ number }) => ({ kind: 'number', number })),
    timeoutSeconds: group.timeoutSeconds,
    ...(limit === undefined ? {} : { timeLimitSeconds: limit }),
    resume,
  });
}

/** A dial of the group: it comes back here, and lasts no longer than the group allows. */
function bounded(step: Step, resume: CallState, limit: number | undefined): Step {
  if (step.kind !== 'dial') return step;
  const seconds = Math.min(step.timeLimitSeconds ?? Number.POSITIVE_INFINITY, limit ?? Number.POSITIVE_INFINITY);
  return { ...step, resume, ...(Number.isFinite(seconds) ? { timeLimitSeconds: seconds } : {}) };
}

interface Next {
  readonly rung: readonly Extension[];
  /** What the next attempt has to know. */
  readonly kept: Position;
}

/** Who rings now; or the question that has to be answered first. */
function nextOf(call: Call, group: RingGroup, members: readonly Extension[], position: Position): Next | Outcome {
  const attempt = numberIn(position, 'attempt', 0);
  switch (group.strategy) {
    case 'simultaneous':
      return { rung: members, kept: {} };
    case 'sequential':
    case 'round_robin': {
      const start = numberIn(position, 'start', 0);
      return single(members, members[(start + attempt) % members.length], { start });
    }
    case 'least_recent': {
      const left = notYetRung(members, position);
      const among = left.map(({ number }) => number);
      const index = call.facts.counters[counterOf(group)];
      if (index === undefined) return ask({ kind: 'least_recent', key: counterOf(group), among });
      // The answer was given before a forward in it was refused: then whoever is left comes in the order of the group.
      return single(members, left[index] ?? left[0], position);
    }
    case 'weighted': {
      const left = notYetRung(members, position).map((extension) => ({
        extension,
        weight: group.weights?.[extension.number] ?? 1,
      }));
      return single(members, (byWeight(left, call.facts.random)[0] ?? left[0])?.extension, position);
    }
    default:
      return assertNever(group.strategy);
  }
}

function single(members: readonly Extension[], chosen: Extension | undefined, kept: Position): Next {
  if (chosen === undefined) return { rung: members.slice(0, 1), kept };
  const rung = namesIn(kept, 'rung').filter((number) => members.some((member) => member.number === number));
  const inTurn = rung.length >= members.length ? [] : rung;
  return { rung: [chosen], kept: 'start' in kept ? kept : { rung: [...inTurn, chosen.number] } };
}

/** Members whose telephone did not ring in this turn; everybody, when a new turn begins. */
function notYetRung(members: readonly Extension[], position: Position): readonly Extension[] {
  const rung = namesIn(position, 'rung');
  const left = members.filter(({ number }) => !rung.includes(number));
  return left.length === 0 ? members : left;
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
  if (extension.status !== 'active' || extension.doNotDisturb) return false;
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
  if (extension.doNotDisturb) return 'does not want to be disturbed';
  return `a ${extension.type} extension cannot be rung in a ${group.strategy} group`;
}

function fallBack(call: Call, group: RingGroup, reason: string): Outcome {
  call.trace(`ring group ${group.name}: ${reason} → ${group.fallback}`);
  return group.fallback === 'hangup' ? sayAndHangUp(PHRASES.nobodyAvailable) : go(targetOf(group.fallback));
}
