import { answer, type Call, type RoutingNode, sayAndHangUp, turnAway } from '../call.ts';
import type { AiAssistant } from '../document/ai-assistant.ts';
import { PHRASES } from '../phrases.ts';
import { numberIn, type Position } from '../state.ts';
import type { Step } from '../step.ts';

/** How long a provider may take to pick up. */
const ANSWER_SECONDS = 30;

/** A media stream that lasted this long was a conversation; one that ends sooner never came about. */
const CONVERSATION_SECONDS = 10;

/** An agent in software. */
export const aiAssistantNode: RoutingNode = {
  enter(call, key) {
    const assistant = call.plan.aiAssistants.get(key);
    if (assistant === undefined || assistant.status !== 'active') {
      call.trace(`AI assistant ${key} ${assistant === undefined ? 'does not exist' : 'is inactive'}`);
      return turnAway(call, PHRASES.assistantUnavailable);
    }
    return answer(...engage(call, assistant, {}));
  },

  resume(call, key, position) {
    if (conversed(call, position)) {
      call.trace(`AI assistant ${key}: the conversation is over`);
      return answer({ kind: 'hangup' });
    }
    call.trace(`AI assistant ${key} could not be reached: ${call.event.dialOutcome ?? 'no result'}`);
    return sayAndHangUp(PHRASES.assistantUnavailable);
  },
};

/** The steps that bring the caller to an assistant; the calling node is resumed with `position` afterwards. */
export function engage(call: Call, assistant: AiAssistant, position: Position): Step[] {
  call.trace(`AI assistant ${assistant.name} by ${assistant.protocol}`);
  call.effect({ kind: 'assistant', name: assistant.name });
  const resume = call.resumeAt({ ...position, since: Math.floor(call.facts.now.getTime() / 1000) });
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
        headers: { 'X-Caller': call.event.from, 'X-Called': call.did ?? call.event.to },
        resume,
      },
    ];
  }
  return [
    {
      kind: 'connect-stream',
      url: assistant.url ?? '',
      name: assistant.name,
      parameters: {
        organization: call.plan.organization.slug,
        assistant: assistant.name,
        caller: call.event.from,
        called: call.did ?? call.event.to,
        session: call.event.callToken,
      },
      resume,
    },
    // Whether Cloudonix calls the action of Connect is not documented; if not, the next verb brings the call back.
    { kind: 'redirect', resume },
  ];
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
