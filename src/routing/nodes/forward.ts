import { answer, go, missedSentence, type RoutingNode, sayAndHangUp } from '../call.ts';
import { outboundDialing, outboundRuleFor } from '../outbound.ts';
import { PHRASES } from '../phrases.ts';

/** A number outside, dialled or forwarded to. Leaves only where the outbound whitelist says so, on its trunk. */
export const forwardNode: RoutingNode = {
  enter(call, key) {
    const { plan } = call;
    if (plan.numbers.has(key)) {
      call.trace(`${key} is one of our own numbers: the call stays inside`);
      return go({ type: 'number', key });
    }
    const rule = outboundRuleFor(plan, key);
    if (rule === undefined) {
      call.trace(`${key} is refused: no outbound rule matches`);
      return sayAndHangUp(PHRASES.outboundRefused);
    }
    call.trace(`dial ${key} over trunk ${rule.trunk} (outbound rule ${rule.prefix})`);
    return answer({
      kind: 'dial',
      targets: [{ kind: 'number', number: key }],
      timeoutSeconds: plan.settings.noAnswerTimeoutSeconds,
      ...outboundDialing(call, rule),
      resume: call.resumeAt({}),
    });
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
