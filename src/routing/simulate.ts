import { decide } from './decide.ts';
import type { Answer, Facts } from './decision.ts';
import type { DialOutcome, VoiceEvent } from './event.ts';
import { assumedFinding, type Finding } from './inquiry.ts';
import type { RoutingPlan } from './plan.ts';
import { createMemoryCounters, type MemoryCounters } from './question.ts';
import type { CallState } from './state.ts';
import type { Step } from './step.ts';

/** What the caller, or the line, does while a document plays. */
export type CallerInput =
  | { readonly kind: 'digits'; readonly digits: string }
  | { readonly kind: 'noinput' }
  | { readonly kind: 'speech'; readonly text: string }
  /** A message of this length was left. */
  | { readonly kind: 'record'; readonly seconds: number }
  | { readonly kind: 'dial'; readonly outcome: DialOutcome };

const OUTCOMES: Readonly<Record<string, DialOutcome>> = {
  completed: 'answered',
  answered: 'answered',
  'no-answer': 'no-answer',
  busy: 'busy',
  failed: 'failed',
  canceled: 'canceled',
};

/** Reads `digits:12`, `noinput`, `speech:TEXT`, `record:SECONDS` or `dial:no-answer|busy|failed|completed|canceled`; undefined otherwise. */
export function parseCallerInput(text: string): CallerInput | undefined {
  if (text === 'noinput') return { kind: 'noinput' };
  const [, kind, value = ''] = /^(digits|speech|dial|record):(.+)$/s.exec(text) ?? [];
  switch (kind) {
    case 'digits':
      return /^[0-9*#]+$/.test(value) ? { kind, digits: value } : undefined;
    case 'speech':
      return { kind, text: value };
    case 'record':
      return /^[0-9]{1,4}$/.test(value) ? { kind, seconds: Number(value) } : undefined;
    case 'dial': {
      const outcome = Object.hasOwn(OUTCOMES, value) ? OUTCOMES[value] : undefined;
      return outcome === undefined ? undefined : { kind, outcome };
    }
    default:
      return undefined;
  }
}

/** A document as its player sees it: only what decides where the call goes on. `Resume` is a state, or a URL. */
export type PlayedVerb<Resume> =
  | {
      readonly kind: 'gather';
      readonly digits?: number;
      readonly finishOnKey: string;
      /** Whether it hears words besides keys. */
      readonly hasSpeech: boolean;
      readonly action: Resume;
    }
  | { readonly kind: 'record'; readonly action: Resume }
  /** Without an action the next verb runs when the dialled leg ends. */
  | { readonly kind: 'dial'; readonly action?: Resume }
  | { readonly kind: 'redirect'; readonly to: Resume }
  | { readonly kind: 'end' };

/** Where a call stands after a document met an input. */
export type Advance<Resume> =
  | { readonly kind: 'request'; readonly resume: Resume; readonly input: CallerInput; readonly isInputUsed: boolean }
  /** The document waits, and the input (if any) is not what it waits for. */
  | { readonly kind: 'waiting'; readonly for: 'digits' | 'dial' | 'record' }
  | { readonly kind: 'ended'; readonly isInputUsed: boolean };

const NOTHING: CallerInput = { kind: 'noinput' };

/**
 * Plays the verbs of a document until Cloudonix would send its next request. The rules of CXML (reference 2.6, 2.8): an
 * empty Gather falls through to the next verb; after a Dial with an action nothing follows; a Dial without one falls
 * through; a document that runs out of verbs ends the call. One input serves one verb.
 */
export function advance<Resume>(verbs: readonly PlayedVerb<Resume>[], input: CallerInput | undefined): Advance<Resume> {
  let left = input;
  let isInputUsed = false;
  for (const verb of verbs) {
    switch (verb.kind) {
      case 'gather': {
        if (left === undefined || left.kind === 'dial' || left.kind === 'record')
          return { kind: 'waiting', for: 'digits' };
        if (left.kind === 'speech' && verb.hasSpeech)
          return { kind: 'request', resume: verb.action, input: left, isInputUsed: true };
        const digits = left.kind === 'digits' ? collected(left.digits, verb.digits, verb.finishOnKey) : '';
        isInputUsed = true;
        left = undefined;
        if (digits !== '')
          return { kind: 'request', resume: verb.action, input: { kind: 'digits', digits }, isInputUsed };
        break;
      }
      case 'record': {
        if (left?.kind !== 'record' && left?.kind !== 'noinput') return { kind: 'waiting', for: 'record' };
        isInputUsed = true;
        // An empty recording does not call its action (reference 2.7).
        if (left.kind === 'record') return { kind: 'request', resume: verb.action, input: left, isInputUsed };
        left = undefined;
        break;
      }
      case 'dial': {
        if (left?.kind !== 'dial' && left?.kind !== 'noinput') return { kind: 'waiting', for: 'dial' };
        // When nobody does anything, the far end does not answer.
        const outcome: CallerInput = left.kind === 'dial' ? left : { kind: 'dial', outcome: 'no-answer' };
        if (verb.action !== undefined)
          return { kind: 'request', resume: verb.action, input: outcome, isInputUsed: true };
        isInputUsed = true;
        left = undefined;
        break;
      }
      case 'redirect':
        return { kind: 'request', resume: verb.to, input: NOTHING, isInputUsed };
      case 'end':
        return { kind: 'ended', isInputUsed };
    }
  }
  return { kind: 'ended', isInputUsed };
}

/** What a Gather keeps of the keys pressed: up to the finishing key, and no more than it wants. */
function collected(keys: string, most: number | undefined, finishOnKey: string): string {
  const finish = finishOnKey === '' ? -1 : [...keys].findIndex((key) => finishOnKey.includes(key));
  return keys.slice(0, finish < 0 ? keys.length : finish).slice(0, most);
}

/** The steps of a decision as their player sees them. */
function playedSteps(steps: readonly Step[]): PlayedVerb<CallState>[] {
  return steps.flatMap((step): PlayedVerb<CallState>[] => {
    switch (step.kind) {
      case 'gather': {
        const { digits, finishOnKey, resume } = step;
        const hasSpeech = step.speech !== undefined;
        return [
          { kind: 'gather', ...(digits === undefined ? {} : { digits }), finishOnKey, hasSpeech, action: resume },
        ];
      }
      case 'record':
        return [{ kind: 'record', action: step.resume }];
      case 'dial':
      case 'connect-stream':
        return [{ kind: 'dial', action: step.resume }];
      case 'conference':
      case 'hold':
        return [{ kind: 'dial' }];
      case 'redirect':
        return [{ kind: 'redirect', to: step.resume }];
      case 'hangup':
      case 'reject':
      // No simulation asks an endpoint, so none has a document of somebody else.
      case 'cxml':
        return [{ kind: 'end' }];
      default:
        return [];
    }
  });
}

/** A call played without a server: each document in order, and how the playing stopped. */
export interface Simulation {
  readonly answers: readonly Answer[];
  readonly stopped: 'ended' | 'waiting' | 'input-left';
}

/**
 * Plays a whole call against a plan. `now` and `random` stay the same throughout; counters tick from 0. Pure, so the
 * console plays calls with it in the browser.
 */
export function simulate(
  plan: RoutingPlan,
  event: VoiceEvent,
  inputs: readonly CallerInput[],
  facts: Pick<Facts, 'now' | 'random'>,
): Simulation {
  const answers: Answer[] = [];
  const queue = [...inputs];
  const shared = createMemoryCounters();
  let current: VoiceEvent = event;
  let state: CallState | undefined;
  for (;;) {
    const answer = decideWithAnswers(plan, current, state, facts, shared);
    answers.push(answer);
    const next = advance(playedSteps(answer.steps), queue[0]);
    if (next.kind === 'ended' && next.isInputUsed) queue.shift();
    if (next.kind === 'ended') return { answers, stopped: queue.length > 0 ? 'input-left' : 'ended' };
    if (next.kind === 'waiting') return { answers, stopped: queue.length > 0 ? 'input-left' : 'waiting' };
    if (next.isInputUsed) queue.shift();
    state = next.resume;
    current = eventWith(event, next.input);
  }
}

/** Where a message would be; nobody is there to record one. */
export const SIMULATED_RECORDING = 'https://recordings.example/message.mp3';

/** The event of a later request of the same call. */
function eventWith(event: VoiceEvent, input: CallerInput): VoiceEvent {
  switch (input.kind) {
    case 'digits':
      return { ...event, digits: input.digits };
    case 'speech':
      return { ...event, speech: input.text };
    case 'dial':
      return { ...event, dialOutcome: input.outcome };
    case 'record':
      return { ...event, recording: { url: SIMULATED_RECORDING, seconds: input.seconds } };
    case 'noinput':
      return event;
  }
}

function decideWithAnswers(
  plan: RoutingPlan,
  event: VoiceEvent,
  state: CallState | undefined,
  facts: Pick<Facts, 'now' | 'random'>,
  shared: MemoryCounters,
): Answer {
  const counters: Record<string, number> = {};
  const findings: Record<string, Finding> = {};
  for (;;) {
    const decision = decide(plan, event, state, { ...facts, counters, findings });
    if (decision.kind === 'answer') return decision;
    if (decision.inquiry !== undefined) findings[decision.inquiry.key] = assumedFinding(decision.inquiry);
    for (const question of decision.counters) {
      counters[question.key] = shared.answer('', question, facts.now.getTime());
    }
  }
}
