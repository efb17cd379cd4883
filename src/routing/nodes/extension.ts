import {
  answer,
  type Call,
  go,
  missedSentence,
  type Outcome,
  type RoutingNode,
  sayAndHangUp,
  turnAway,
} from '../call.ts';
import type { Extension } from '../document/extension.ts';
import { targetOf } from '../document/target.ts';
import { PHRASES } from '../phrases.ts';

/** An extension: rings a phone, or leads on to what it stands for. */
export const extensionNode: RoutingNode = {
  enter(call, key) {
    const extension = call.plan.extensions.get(key);
    if (extension === undefined) {
      call.trace(`extension ${key} does not exist`);
      return turnAway(call, PHRASES.extensionUnknown);
    }
    if (extension.status !== 'active') {
      call.trace(`extension ${key} is inactive`);
      return turnAway(call, PHRASES.extensionUnavailable);
    }
    return extension.type === 'user' ? ring(call, extension) : lead(call, extension);
  },

  resume(call, key) {
    if (call.event.dialOutcome === 'answered') {
      call.trace(`extension ${key} took the call`);
      return answer({ kind: 'hangup' });
    }
    call.trace(`extension ${key} did not answer: ${call.event.dialOutcome ?? 'no result'}`);
    return sayAndHangUp(missedSentence(call));
  },
};

function ring(call: Call, extension: Extension): Outcome {
  const timeoutSeconds = call.plan.settings.noAnswerTimeoutSeconds;
  call.trace(`ring extension ${extension.number} for ${timeoutSeconds} s`);
  return answer({
    kind: 'dial',
    targets: [{ kind: 'number', number: extension.number }],
    timeoutSeconds,
    resume: call.resumeAt({}),
  });
}

function lead(call: Call, extension: Extension): Outcome {
  const { number, forwardTo, target } = extension;
  if (forwardTo !== undefined) {
    call.trace(`extension ${number} forwards to ${forwardTo}`);
    return go(forwardTo.startsWith('+') ? { type: 'forward', key: forwardTo } : { type: 'extension', key: forwardTo });
  }
  if (target === undefined) {
    call.trace(`extension ${number} of type ${extension.type} leads nowhere`);
    return turnAway(call, PHRASES.extensionUnavailable);
  }
  call.trace(`extension ${number} → ${target}`);
  return go(targetOf(target));
}
