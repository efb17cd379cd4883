import { decide } from './decide.ts';
import type { Answer, Facts } from './decision.ts';
import { DigitTable } from './digit-table.ts';
import type { VoiceEvent } from './event.ts';
import { assumedFinding, type Finding } from './inquiry.ts';
import { MAX_DOCUMENTS } from './limits.ts';
import type { RoutingPlan } from './plan.ts';
import { createMemoryCounters } from './question.ts';
import type { CallState } from './state.ts';
import type { Step } from './step.ts';

/** One request of a call that was, with what its decision was told. */
export interface ReplayedRequest {
  readonly event: VoiceEvent;
  readonly now: Date;
  readonly random: number;
  readonly counters: Facts['counters'];
  readonly findings?: Facts['findings'];
  /** The long block list that the caller was on. */
  readonly onList?: string;
}

export interface Replay {
  readonly answers: readonly Answer[];
  /** `ended`: the call would be over; `left`: it waits for something that did not happen in the call that was. */
  readonly stopped: 'ended' | 'left';
}

/**
 * Plays a call that was, against a plan: the same requests in the same order, with the same time, chance and shared state.
 * Where the plan asks what nobody asked then, a memory of its own answers. The replay ends with the requests, or earlier,
 * where the new document does not wait for what happened next.
 */
export function replay(plan: RoutingPlan, requests: readonly ReplayedRequest[]): Replay {
  const answers: Answer[] = [];
  const shared = createMemoryCounters();
  const queue = [...requests];
  let request = queue.shift();
  let state: CallState | undefined;
  while (request !== undefined && answers.length < MAX_DOCUMENTS) {
    const answer = decideAgain(plan, request, state, shared);
    answers.push(answer);
    if (answer.ended) return { answers, stopped: 'ended' };
    const direct = goesOnByItself(answer.steps);
    if (direct !== undefined) {
      state = direct;
      request = { ...request, event: bare(request.event) };
      continue;
    }
    const next = queue.shift();
    const resumed = next === undefined ? undefined : resumeBy(answer.steps, next.event);
    if (next === undefined || resumed === undefined) return { answers, stopped: 'left' };
    state = resumed.state;
    request = { ...next, event: resumed.event };
  }
  return { answers, stopped: 'left' };
}

function decideAgain(
  plan: RoutingPlan,
  { event, now, random, counters: told, findings: found, onList }: ReplayedRequest,
  state: CallState | undefined,
  shared: ReturnType<typeof createMemoryCounters>,
): Answer {
  const counters: Record<string, number> = {};
  const findings: Record<string, Finding> = {};
  const blockLists = onList === undefined ? undefined : listWith(onList, event.from);
  for (;;) {
    const facts = { now, random, counters, findings, ...(blockLists === undefined ? {} : { blockLists }) };
    const decision = decide(plan, event, state, facts);
    if (decision.kind === 'answer') return decision;
    const { inquiry } = decision;
    if (inquiry !== undefined) findings[inquiry.key] = found?.[inquiry.key] ?? assumedFinding(inquiry);
    for (const question of decision.counters) {
      counters[question.key] = told[question.key] ?? shared.answer('', question, now.getTime());
    }
  }
}

/** The block lists as they were for this caller: on the one, and nobody else on any. */
function listWith(name: string, from: string) {
  const table = new DigitTable();
  table.set(from.replace(/[^0-9]/g, ''), false);
  return { of: (list: string) => (list === name ? table : undefined) };
}

/** Where a document goes on without anybody doing anything. */
function goesOnByItself(steps: readonly Step[]): CallState | undefined {
  const waiting = steps.find((step) => 'resume' in step);
  return waiting?.kind === 'redirect' ? waiting.resume : undefined;
}

/** The state in which a document comes back with this event; undefined when it waits for something else. */
function resumeBy(
  steps: readonly Step[],
  event: VoiceEvent,
): { readonly state: CallState; readonly event: VoiceEvent } | undefined {
  for (const step of steps) {
    const [foreign] = step.kind === 'cxml' ? step.resumes : [];
    if (foreign !== undefined) return { state: foreign, event };
    if (!('resume' in step)) continue;
    if (step.kind === 'redirect') return { state: step.resume, event: bare(event) };
    if (step.kind === 'gather') {
      if (event.digits === undefined && event.speech === undefined) continue;
      const digits = event.digits?.slice(0, step.digits);
      return { state: step.resume, event: { ...event, ...(digits === undefined ? {} : { digits }) } };
    }
    const isInput = event.digits !== undefined && event.dialOutcome === undefined && event.recording === undefined;
    if (!isInput) return { state: step.resume, event };
  }
  return undefined;
}

/** A request in which nobody did anything. */
function bare(event: VoiceEvent): VoiceEvent {
  const { digits: _digits, speech: _speech, dialOutcome: _outcome, recording: _recording, ...rest } = event;
  return rest;
}
