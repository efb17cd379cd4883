import { assertNever } from '../../core/errors.ts';
import { byCaller, byPosition, byWeight, rotated } from '../balance.ts';
import { answer, ask, type Call, go, type Outcome, type RoutingNode, sayAndHangUp, turnAway } from '../call.ts';
import type { AiAssistant } from '../document/ai-assistant.ts';
import type { AiLoadBalancer, LoadBalancerMember } from '../document/ai-load-balancer.ts';
import { targetOf } from '../document/target.ts';
import { PHRASES } from '../phrases.ts';
import type { EngageQuestion } from '../question.ts';
import { namesIn } from '../state.ts';
import { candidateOf, conversed, engage } from './ai-assistant.ts';

/**
 * Several assistants. Whose calls are all taken, or who rests after failures, only all processes together know: the
 * strategy gives an order, and the shared state takes the first of it that is free.
 */
export const aiLoadBalancerNode: RoutingNode = {
  enter(call, key) {
    const balancer = call.plan.aiLoadBalancers.get(key);
    if (balancer === undefined || balancer.status !== 'active') {
      call.trace(`AI load balancer ${key} ${balancer === undefined ? 'does not exist' : 'is inactive'}`);
      return turnAway(call, PHRASES.assistantUnavailable);
    }
    return engageNext(call, balancer, []);
  },

  resume(call, key, position) {
    const tried = namesIn(position, 'tried');
    const last = tried.at(-1) ?? '';
    const balancer = call.plan.aiLoadBalancers.get(key);
    if (conversed(call, position)) {
      call.trace(`AI load balancer ${key}: the conversation is over`);
      if (balancer !== undefined) tellResult(call, balancer, last, true);
      return answer({ kind: 'hangup' });
    }
    if (balancer === undefined) return sayAndHangUp(PHRASES.assistantUnavailable);
    const { dialOutcome } = call.event;
    call.trace(`AI load balancer ${key}: ${last} failed (${dialOutcome ?? 'no result'})`);
    // A caller who gives up and an agent that is busy say nothing about the agent's health.
    if (dialOutcome !== 'canceled' && dialOutcome !== 'busy') tellResult(call, balancer, last, false);
    return balancer.followThrough
      ? engageNext(call, balancer, tried)
      : fallBack(call, balancer, 'it does not follow through');
  },
};

function tellResult(call: Call, balancer: AiLoadBalancer, name: string, isGood: boolean): void {
  const { restAfterFailures, restSeconds } = balancer;
  if (restAfterFailures > 0) call.effect({ kind: 'assistant-result', name, isGood, restAfterFailures, restSeconds });
}

function engageNext(call: Call, balancer: AiLoadBalancer, tried: readonly string[]): Outcome {
  const members = available(call, balancer);
  const order = inOrder(balancer, members, tried, call);
  const among = order.flatMap(({ assistant }) => call.plan.aiAssistants.get(assistant) ?? []);
  if (among.length === 0) {
    return fallBack(call, balancer, members.length === 0 ? 'no assistant is active' : 'every assistant was tried');
  }
  const key = `ai_load_balancer:${balancer.name}`;
  const engaged = call.facts.counters[key];
  if (engaged === undefined) {
    const choose = chooseOf(balancer, tried);
    const { restSeconds } = balancer;
    return ask({ kind: 'engage', key, choose, among: among.map(candidateOf), restSeconds });
  }
  const assistant: AiAssistant | undefined = among[engaged];
  if (assistant === undefined) {
    return fallBack(call, balancer, `nobody is free: ${among.map(({ name }) => name).join(', ')} busy or resting`);
  }
  call.trace(`AI load balancer ${balancer.name} (${balancer.strategy}) → ${assistant.name}`);
  return answer(...engage(call, assistant, { tried: [...tried, assistant.name] }));
}

/** The first try of a rotation takes its turn; the next ones go on from there. */
function chooseOf({ strategy }: AiLoadBalancer, tried: readonly string[]): EngageQuestion['choose'] {
  if (strategy === 'least_active') return 'least_active';
  return strategy === 'round_robin' && tried.length === 0 ? 'in_turn' : 'first';
}

/** The untried members, the preferred first. */
function inOrder(
  balancer: AiLoadBalancer,
  members: readonly LoadBalancerMember[],
  tried: readonly string[],
  call: Call,
): readonly LoadBalancerMember[] {
  const isUntried = (member: LoadBalancerMember) => !tried.includes(member.assistant);
  const untried = members.filter(isUntried);
  const { strategy } = balancer;
  switch (strategy) {
    case 'sequential':
      return untried;
    case 'round_robin': {
      const last = members.findIndex((member) => member.assistant === tried.at(-1));
      return rotated(members, last + 1).filter(isUntried);
    }
    case 'weighted_random':
      return byWeight(untried, call.facts.random);
    case 'least_active':
      // Among equally busy ones chance decides, or the first would get every call of a quiet hour.
      return rotated(untried, Math.floor(call.facts.random * untried.length));
    case 'sticky':
      return byCaller(untried, call.event.from.replace(/^\+/, ''));
    default:
      return assertNever(strategy);
  }
}

function available(call: Call, balancer: AiLoadBalancer): readonly LoadBalancerMember[] {
  return byPosition(balancer.members).filter(
    (member) => member.status === 'active' && call.plan.aiAssistants.get(member.assistant)?.status === 'active',
  );
}

function fallBack(call: Call, balancer: AiLoadBalancer, reason: string): Outcome {
  call.trace(`AI load balancer ${balancer.name}: ${reason} → ${balancer.fallback}`);
  return balancer.fallback === 'hangup' ? sayAndHangUp(PHRASES.assistantUnavailable) : go(targetOf(balancer.fallback));
}
