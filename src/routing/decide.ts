import { arrive, originOf } from './arrival.ts';
import { type Call, type Outcome, sayAndHangUp } from './call.ts';
import type { Decision, Effect, Facts } from './decision.ts';
import type { VoiceEvent } from './event.ts';
import { MAX_DOCUMENTS, MAX_VISITS } from './limits.ts';
import { NODES } from './nodes/registry.ts';
import { PHRASES } from './phrases.ts';
import { type Place, placeKey, placeOf } from './place.ts';
import type { RoutingPlan } from './plan.ts';
import type { CallState } from './state.ts';
import type { Step } from './step.ts';

/**
 * What a call does next. Pure: the same plan, event, state and facts give the same decision in Node, in a Worker and
 * in a browser. `state` is undefined for the first request of a call. Answers `ask` when a shared counter is needed
 * that `facts` does not hold; the shell takes a tick and calls again with otherwise the same arguments.
 */
export function decide(plan: RoutingPlan, event: VoiceEvent, state: CallState | undefined, facts: Facts): Decision {
  const trace: string[] = [];
  const effects: Effect[] = [];
  const before: Step[] = [];
  const visits: Record<string, number> = { ...state?.visits };
  const enteredNow = new Set<string>();
  const document = (state?.documents ?? 0) + 1;
  const origin = state?.origin ?? originOf(plan, event);
  let did = state?.did;
  let node = state?.node ?? '';

  const call: Call = {
    plan,
    event,
    facts,
    origin,
    get did() {
      return did;
    },
    // A call that the API placed was answered before its first document.
    get isFresh() {
      return document === 1 && origin !== 'api' && before.length === 0;
    },
    trace: (sentence) => trace.push(sentence),
    effect: (effect) => effects.push(effect),
    resumeAt: (position) => ({
      origin,
      ...(did === undefined ? {} : { did }),
      node,
      position,
      documents: document,
      visits: { ...visits },
    }),
  };

  const end = (reason: string): Outcome => {
    trace.push(reason);
    return sayAndHangUp(PHRASES.goingInCircles);
  };

  const enter = (place: Place): Outcome => {
    node = placeKey(place);
    const visit = (visits[node] ?? 0) + 1;
    visits[node] = visit;
    // Nothing can have changed since it was entered a moment ago: this way leads around in a circle.
    if (enteredNow.has(node)) return end(`loop: ${node} leads back to itself`);
    if (visit > MAX_VISITS) return end(`loop: ${node} was entered ${MAX_VISITS} times`);
    enteredNow.add(node);
    if (place.type === 'number') did = place.key;
    return NODES[place.type].enter(call, place.key);
  };

  const resume = (from: CallState): Outcome => {
    if (document >= MAX_DOCUMENTS) return end(`the call used up its ${MAX_DOCUMENTS} documents`);
    const place = placeOf(from.node);
    const waiting = place === undefined ? undefined : NODES[place.type];
    if (place === undefined || waiting?.resume === undefined) return end(`nothing waits at ${from.node}`);
    return waiting.resume(call, place.key, from.position);
  };

  let outcome = state === undefined ? arrive(call) : resume(state);
  while (outcome.kind === 'go') {
    if (outcome.before !== undefined) before.push(...outcome.before);
    outcome = enter(outcome.to);
  }
  if (outcome.kind === 'ask') return { kind: 'ask', counters: [{ key: outcome.counter }] };
  const steps = [...before, ...outcome.steps];
  const ended = !steps.some((step) => 'resume' in step);
  return { kind: 'answer', steps, effects, trace, ended, document, did };
}
