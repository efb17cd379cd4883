import type { Effect, Facts } from './decision.ts';
import type { VoiceEvent } from './event.ts';
import type { Inquiry } from './inquiry.ts';
import { PHRASES } from './phrases.ts';
import type { Place } from './place.ts';
import type { RoutingPlan } from './plan.ts';
import type { Question } from './question.ts';
import type { CallState, Origin, Position } from './state.ts';
import type { Step } from './step.ts';

/** What a node sees of the call, and the few things it may do besides returning an outcome. */
export interface Call {
  readonly plan: RoutingPlan;
  readonly event: VoiceEvent;
  readonly facts: Facts;
  readonly origin: Origin;
  /** The number of ours that was called, E.164. */
  readonly did: string | undefined;
  /** True until the call has been answered or a document has been played. */
  readonly isFresh: boolean;
  /** The menus that led here, the present one last. */
  readonly menus: readonly string[];
  /** Notes that the call is in this menu now. Going to one of `menus` again goes back to it. */
  enterMenu(name: string): void;
  /** Adds a readable sentence to the explanation of this document. */
  trace(sentence: string): void;
  effect(effect: Effect): void;
  /** The state in which this node is asked again, with the caller's next input. */
  resumeAt(position: Position): CallState;
}

/** What a node wants. */
export type Outcome =
  /** Go on at another place within the same document, after `before`. */
  | { readonly kind: 'go'; readonly to: Place; readonly before?: readonly Step[] }
  /** Answer with these steps. */
  | { readonly kind: 'answer'; readonly steps: readonly Step[] }
  /** These have to be answered first, by state that all processes share. */
  | { readonly kind: 'ask'; readonly questions: readonly Question[] }
  /** The world outside has to be asked first. */
  | { readonly kind: 'inquire'; readonly inquiry: Inquiry };

/** One kind of place a call can be at. Pure: everything it knows comes through `call`. */
export interface RoutingNode {
  /** The call arrives here. */
  enter(call: Call, key: string): Outcome;
  /** The call comes back after a document of this node; `position` is what the node kept. */
  resume?(call: Call, key: string, position: Position): Outcome;
}

export function go(to: Place, before: readonly Step[] = []): Outcome {
  return { kind: 'go', to, before };
}

export function answer(...steps: readonly Step[]): Outcome {
  return { kind: 'answer', steps };
}

/** Needs answers first; the node is entered, or resumed, again with them in `call.facts.counters`. */
export function ask(...questions: readonly Question[]): Outcome {
  return { kind: 'ask', questions };
}

/** Needs a finding first; the node is entered, or resumed, again with it in `call.facts.findings`. */
export function inquire(inquiry: Inquiry): Outcome {
  return { kind: 'inquire', inquiry };
}

/** A sentence, then the end. */
export function sayAndHangUp(text: string): Outcome {
  return answer({ kind: 'say', text }, { kind: 'hangup' });
}

/**
 * Turns a caller away with a sentence. A call that nobody answered yet is not answered for that: the sentence goes
 * out as early media and the call is rejected (CXML reference 2.3 and 2.11), so the caller does not pay for it.
 */
export function turnAway(call: Call, text: string): Outcome {
  if (!call.isFresh) return sayAndHangUp(text);
  return answer({ kind: 'say', text, early: true }, { kind: 'reject', reason: 'failed' });
}

/** What the caller hears when nobody took the call. */
export function missedSentence(call: Call): string {
  return call.event.dialOutcome === 'busy' ? PHRASES.busy : PHRASES.noAnswer;
}
