import { answer, ask, type Call, go, type Outcome, type RoutingNode, sayAndHangUp, turnAway } from '../call.ts';
import type { AiAssistant } from '../document/ai-assistant.ts';
import { targetOf } from '../document/target.ts';
import { PHRASES } from '../phrases.ts';
import type { EngageCandidate } from '../question.ts';
import { numberIn, type Position } from '../state.ts';
import type { Step } from '../step.ts';

/** How long a provider may take to pick up. */
const ANSWER_SECONDS = 30;

/** A media stream that lasted this long was a conversation; one that ends sooner never came about. */
const CONVERSATION_SECONDS = 10;

/** A slot is given up after this at the latest, should the end of its call never be told: longer than any call lasts. */
const LONGEST_CALL_SECONDS = 4 * 60 * 60;

/** An agent in software. */
export const aiAssistantNode: RoutingNode = {
  enter(call, key) {
    const assistant = call.plan.aiAssistants.get(key);
    if (assistant === undefined || assistant.status !== 'active') {
      call.trace(`AI assistant ${key} ${assistant === undefined ? 'does not exist' : 'is inactive'}`);
      return turnAway(call, PHRASES.assistantUnavailable);
    }
    // Without a limit there is nothing to agree on with other processes, so the caller does not wait for it.
    if (assistant.maxConcurrentCalls === undefined) return answer(...engage(call, assistant, {}));
    const slot = `ai_assistant:${key}`;
    const engaged = call.facts.counters[slot];
    if (engaged === undefined) {
      return ask({ kind: 'engage', key: slot, choose: 'first', among: [candidateOf(assistant)], restSeconds: 0 });
    }
    if (engaged >= 0) return answer(...engage(call, assistant, {}));
    return missed(call, assistant, `all its calls (${assistant.maxConcurrentCalls}) are taken`);
  },

  resume(call, key, position) {
    if (conversed(call, position)) {
      call.trace(`AI assistant ${key}: the conversation is over`);
      return answer({ kind: 'hangup' });
    }
    const why = `could not be reached (${call.event.dialOutcome ?? 'no result'})`;
    const assistant = call.plan.aiAssistants.get(key);
    if (assistant !== undefined) return missed(call, assistant, why);
    call.trace(`AI assistant ${key}: ${why}`);
    return sayAndHangUp(PHRASES.assistantUnavailable);
  },
};

function missed(call: Call, { name, fallback }: AiAssistant, why: string): Outcome {
  call.trace(`AI assistant ${name}: ${why}${fallback === undefined ? '' : ` → ${fallback}`}`);
  return fallback === undefined || fallback === 'hangup'
    ? sayAndHangUp(PHRASES.assistantUnavailable)
    : go(targetOf(fallback));
}

/** An assistant as the shared state knows it. */
export function candidateOf({ name, maxConcurrentCalls, maxCallDurationSeconds }: AiAssistant): EngageCandidate {
  return {
    assistant: name,
    limit: maxConcurrentCalls ?? null,
    holdSeconds: maxCallDurationSeconds === undefined ? LONGEST_CALL_SECONDS : maxCallDurationSeconds + ANSWER_SECONDS,
  };
}

/** The steps that bring the caller to an assistant; the calling node is resumed with `position` afterwards. */
export function engage(call: Call, assistant: AiAssistant, position: Position): Step[] {
  call.trace(`AI assistant ${assistant.name} by ${assistant.protocol}`);
  call.effect({ kind: 'assistant', name: assistant.name });
  const resume = call.resumeAt({ ...position, since: Math.floor(call.facts.now.getTime() / 1000) });
  const caller = call.event.from;
  const called = call.did ?? call.event.to;
  if (assistant.protocol === 'sip') {
    return [
      {
        kind: 'dial',
        targets: [
          {
            kind: 'service',
            provider: assistant.provider ?? '',
            number: assistant.phoneNumber ?? '',
            ...(assistant.username === undefined ? {} : { username: assistant.username }),
            ...(assistant.password === undefined ? {} : { password: assistant.password }),
          },
        ],
        timeoutSeconds: ANSWER_SECONDS,
        ...(assistant.maxCallDurationSeconds === undefined
          ? {}
          : { timeLimitSeconds: assistant.maxCallDurationSeconds }),
        headers: { 'X-Caller': caller, 'X-Called': called, ...headersOf(assistant) },
        resume,
      },
    ];
  }
  const session = call.event.callToken;
  return [
    {
      kind: 'connect-stream',
      url: filledIn(assistant.url ?? '', { session, from: caller, to: called }),
      name: assistant.name,
      parameters: {
        ...assistant.parameters,
        organization: call.plan.organization.slug,
        assistant: assistant.name,
        caller,
        called,
        session,
      },
      resume,
    },
    // Whether Cloudonix calls the action of Connect is not documented; if not, the next verb brings the call back.
    { kind: 'redirect', resume },
  ];
}

function headersOf({ parameters }: AiAssistant): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(parameters ?? {}).map(([name, value]) => [`X-${name}`, value]));
}

function filledIn(url: string, values: Readonly<Record<string, string>>): string {
  return url.replace(/\{(session|from|to)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
}

/**
 * True when the caller has talked with the assistant. A stream that simply ended carries no result, so its length
 * tells: otherwise the end of a long talk would bring the caller to the next assistant.
 */
export function conversed(call: Call, position: Position): boolean {
  if (call.event.dialOutcome !== undefined) return call.event.dialOutcome === 'answered';
  const seconds = call.facts.now.getTime() / 1000 - numberIn(position, 'since', Number.MAX_SAFE_INTEGER);
  return seconds >= CONVERSATION_SECONDS;
}
