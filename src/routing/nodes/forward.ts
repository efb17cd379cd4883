import { answer, go, missedSentence, type RoutingNode, sayAndHangUp } from '../call.ts';
import { dialOutside } from '../outside/dial-outside.ts';

/** A number outside, dialled by a phone of ours or sent to by the plan. It leaves only as the outbound policy allows. */
export const forwardNode: RoutingNode = {
  enter(call, key) {
    const { plan } = call;
    if (plan.numbers.has(key)) {
      call.trace(`${key} is one of our own numbers: the call stays inside`);
      return go({ type: 'number', key });
    }
    const account = call.origin === 'subscriber' ? plan.extensions.get(call.event.from) : undefined;
    const outcome = dialOutside(call, key, account, plan.settings.noAnswerTimeoutSeconds);
    return outcome.kind === 'refused' ? sayAndHangUp(outcome.text) : outcome;
  },

  resume(call, key) {
    if (call.event.dialOutcome === 'answered') {
      call.trace(`${key} took the call`);
      return answer({ kind: 'hangup' });
    }
    call.trace(`${key} did not answer: ${call.event.dialOutcome ?? 'no result'}`);
    return sayAndHangUp(missedSentence(call));
  },
};
