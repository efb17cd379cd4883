import { arrive, originOf } from './arrival.ts';
import { type Call, type Outcome, sayAndHangUp } from './call.ts';
import type { Decision, Effect, Facts } from './decision.ts';
import { dressed } from './dressing.ts';
import type { VoiceEvent } from './event.ts';
import { MAX_DOCUMENTS, MAX_MENUS, MAX_VISITS } from './limits.ts';
import { moverOf } from './move.ts';
import { NODES } from './nodes/registry.ts';
import { PHRASES } from './phrases.ts';
import { type Place, placeKey, placeOf } from './place.ts';
import type { RoutingPlan } from './plan.ts';
import type { CallState, Origin, Position } from './state.ts';
import { comesBack, type Step } from './step.ts';

/**
 * What a call does next. Pure: the same plan, event, state and facts give the same decision in Node, in a Worker and
 * in a browser. `state` is undefined for the first request of a call. Answers `ask` when a shared counter is needed
 * that `facts` does not hold; the shell takes a tick and calls again with otherwise the same arguments.
 */
export function decide(plan: RoutingPlan, event: VoiceEvent, state: CallState | undefined, facts: Facts): Decision {
  return new Walk(plan, event, state, facts).decision(state);
}

/** Most calls meet no menu; they share this. */
const NO_MENUS: readonly string[] = [];

/**
 * One decision in the making: the way from place to place until a document is found. A class and not a set of closures,
 * because making closures is what this function would spend most of its time on.
 */
class Walk implements Call {
  readonly plan: RoutingPlan;
  readonly event: VoiceEvent;
  readonly facts: Facts;
  readonly origin: Origin;
  did: string | undefined;
  menus: readonly string[];
  readonly #document: number;
  readonly #trace: string[] = [];
  readonly #effects: Effect[] = [];
  /** Steps that go before those of the place where the way ends. */
  readonly #before: Step[] = [];
  readonly visits: Record<string, number>;
  readonly #enteredNow: string[] = [];
  /** The place the call came back to, when it did. */
  #resumed: string | undefined;
  #node = '';

  constructor(plan: RoutingPlan, event: VoiceEvent, state: CallState | undefined, facts: Facts) {
    this.plan = plan;
    this.event = event;
    this.facts = facts;
    this.origin = state?.origin ?? originOf(plan, event);
    this.did = state?.did;
    this.menus = state?.menus ?? NO_MENUS;
    this.#document = (state?.documents ?? 0) + 1;
    this.visits = { ...state?.visits };
  }

  decision(state: CallState | undefined): Decision {
    let outcome = state === undefined ? arrive(this) : this.#resume(state);
    while (outcome.kind === 'go') {
      if (outcome.before !== undefined) this.#before.push(...outcome.before);
      outcome = this.#enter(outcome.to);
    }
    if (outcome.kind === 'ask') return { kind: 'ask', counters: outcome.questions };
    if (outcome.kind === 'inquire') return { kind: 'ask', counters: [], inquiry: outcome.inquiry };
    const plain = this.#before.length === 0 ? outcome.steps : [...this.#before, ...outcome.steps];
    const steps = dressed(this, plain);
    return {
      kind: 'answer',
      steps,
      effects: this.#effects,
      trace: this.#trace,
      path: this.#resumed === undefined ? this.#enteredNow : [this.#resumed, ...this.#enteredNow],
      ended: !steps.some(comesBack),
      document: this.#document,
      did: this.did,
    };
  }

  /** A call that the API placed was answered before its first document. */
  get isFresh(): boolean {
    return this.#document === 1 && this.origin !== 'api' && this.#before.length === 0;
  }

  trace(sentence: string): void {
    this.#trace.push(sentence);
  }

  enterMenu(name: string): void {
    const known = this.menus.indexOf(name);
    this.menus = known >= 0 ? this.menus.slice(0, known + 1) : [...this.menus, name].slice(-MAX_MENUS);
  }

  effect(effect: Effect): void {
    this.#effects.push(effect);
  }

  resumeAt(position: Position): CallState {
    return {
      origin: this.origin,
      ...(this.did === undefined ? {} : { did: this.did }),
      node: this.#node,
      position,
      documents: this.#document,
      visits: { ...this.visits },
      ...(this.menus.length === 0 ? {} : { menus: this.menus }),
    };
  }

  #enter(place: Place): Outcome {
    const node = placeKey(place);
    this.#node = node;
    const visit = (this.visits[node] ?? 0) + 1;
    this.visits[node] = visit;
    // Nothing can have changed since it was entered a moment ago: this way leads around in a circle.
    if (this.#enteredNow.includes(node)) return this.#end(`loop: ${node} leads back to itself`);
    if (visit > MAX_VISITS) return this.#end(`loop: ${node} was entered ${MAX_VISITS} times`);
    this.#enteredNow.push(node);
    if (place.type === 'number') this.did = place.key;
    return NODES[place.type].enter(this, place.key);
  }

  #resume(from: CallState): Outcome {
    this.#node = from.node;
    this.#resumed = from.node;
    if (this.#document >= MAX_DOCUMENTS) return this.#end(`the call used up its ${MAX_DOCUMENTS} documents`);
    const place = placeOf(from.node);
    const mover = moverOf(from);
    if (place !== undefined && mover !== undefined) {
      this.trace(`moved to ${from.node} by ${mover}`);
      return this.#enter(place);
    }
    const waiting = place === undefined ? undefined : NODES[place.type];
    if (place === undefined || waiting?.resume === undefined) return this.#end(`nothing waits at ${from.node}`);
    return waiting.resume(this, place.key, from.position);
  }

  #end(reason: string): Outcome {
    this.trace(reason);
    return sayAndHangUp(PHRASES.goingInCircles);
  }
}
