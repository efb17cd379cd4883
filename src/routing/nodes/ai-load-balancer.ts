import { byPosition, pickByWeight, rotated } from '../balance.ts';
import { answer, ask, type Call, go, type Outcome, type RoutingNode, sayAndHangUp, turnAway } from '../call.ts';
import type { AiLoadBalancer, LoadBalancerMember } from '../document/ai-load-balancer.ts';
import { targetOf } from '../document/target.ts';
import { PHRASES } from '../phrases.ts';
import { namesIn, numberIn } from '../state.ts';
import { conversed, engage } from './ai-assistant.ts';

/** Several assistants. With `followThrough` one that fails is followed by the next untried, else by the fallback. */
export const aiLoadBalancerNode: RoutingNode = {
  enter(call, key) {
    const balancer = call.plan.aiLoadBalancers.get(key);
    if (balancer === undefined || balancer.status !== 'active') {
      call.trace(`AI load balancer ${key} ${balancer === undefined ? 'does not exist' : 'is inactive'}`);
      return turnAway(call, PHRASES.assistantUnavailable);
    }
    if (balancer.strategy !== 'round_robin' || available(call, balancer).length === 0) {
      return tryNext(call, balancer, [], 0);
    }
    const counter = `ai_load_balancer:${balancer.name}`;
    const tick = call.facts.counters[counter];
    return tick === undefined ? ask({ kind: 'tick', key: counter }) : tryNext(call, balancer, [], tick);
  },

  resume(call, key, position) {
    if (conversed(call, position)) {
      call.trace(`AI load balancer ${key}: the conversation is over`);
      return answer({ kind: 'hangup' });
    }
    const balancer = call.plan.aiLoadBalancers.get(key);
    if (balancer === undefined) return sayAndHangUp(PHRASES.assistantUnavailable);
    const tried = namesIn(position, 'tried');
    call.trace(`AI load balancer ${key}: ${tried.at(-1)} failed (${call.event.dialOutcome ?? 'no result'})`);
    if (!balancer.followThrough) return fallBack(call, balancer, 'it does not follow through');
    return tryNext(call, balancer, tried, numberIn(position, 'start', 0));
  },
};

function tryNext(call: Call, balancer: AiLoadBalancer, tried: readonly string[], start: number): Outcome {
  const members = available(call, balancer);
  const member = next(balancer, members, tried, start, call.facts.random);
  const assistant = member === undefined ? undefined : call.plan.aiAssistants.get(member.assistant);
  if (assistant === undefined) {
    return fallBack(call, balancer, members.length === 0 ? 'no assistant is active' : 'every assistant was tried');
  }
  call.trace(`AI load balancer ${balancer.name} (${balancer.strategy}) → ${assistant.name}`);
  return answer(...engage(call, assistant, { tried: [...tried, assistant.name], start }));
}

function next(
  balancer: AiLoadBalancer,
  members: readonly LoadBalancerMember[],
  tried: readonly string[],
  start: number,
  random: number,
): LoadBalancerMember | undefined {
  const isUntried = (member: LoadBalancerMember) => !tried.includes(member.assistant);
  switch (balancer.strategy) {
    case 'sequential':
      return members.find(isUntried);
    case 'round_robin':
      return rotated(members, start).find(isUntried);
    case 'weighted_random':
      return pickByWeight(members.filter(isUntried), random);
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
