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
import type { DialOutcome } from '../event.ts';
import { dialOutside } from '../outside/dial-outside.ts';
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
    if (extension.type === 'user') return ring(call, extension);
    if (extension.type === 'forward') return forward(call, extension);
    if (extension.type === 'queue') {
      call.trace(`extension ${key} is a queue, and queues do not exist yet`);
      return turnAway(call, PHRASES.destinationUnavailable);
    }
    return lead(call, extension);
  },

  resume(call, key) {
    const { dialOutcome } = call.event;
    if (dialOutcome === 'answered') {
      call.trace(`extension ${key} took the call`);
      return answer({ kind: 'hangup' });
    }
    call.trace(`extension ${key} did not answer: ${dialOutcome ?? 'no result'}`);
    const extension = call.plan.extensions.get(key);
    return missed(call, extension, dialOutcome) ?? sayAndHangUp(missedSentence(call));
  },
};

function ring(call: Call, extension: Extension): Outcome {
  if (extension.doNotDisturb) {
    call.trace(`extension ${extension.number} does not want to be disturbed`);
    return missed(call, extension, 'busy') ?? turnAway(call, PHRASES.busy);
  }
  const timeoutSeconds = ringSeconds(call, extension);
  call.trace(`ring extension ${extension.number} for ${timeoutSeconds} s`);
  return answer({
    kind: 'dial',
    targets: [{ kind: 'number', number: extension.number }],
    timeoutSeconds,
    resume: call.resumeAt({}),
  });
}

/** Outside, a forward answers for its calls itself: its own permission and limits count, whoever calls it. */
function forward(call: Call, extension: Extension): Outcome {
  const { number, forwardTo } = extension;
  if (forwardTo === undefined) return leadsNowhere(call, extension);
  call.trace(`extension ${number} forwards to ${forwardTo}`);
  if (!forwardTo.startsWith('+')) return go({ type: 'extension', key: forwardTo });
  if (call.plan.numbers.has(forwardTo)) {
    call.trace(`${forwardTo} is one of our own numbers: the call stays inside`);
    return go({ type: 'number', key: forwardTo });
  }
  const outcome = dialOutside(call, forwardTo, extension, ringSeconds(call, extension));
  if (outcome.kind !== 'refused') return outcome;
  return missed(call, extension, 'failed') ?? sayAndHangUp(outcome.text);
}

function lead(call: Call, extension: Extension): Outcome {
  const { number, target } = extension;
  if (target === undefined) return leadsNowhere(call, extension);
  call.trace(`extension ${number} → ${target}`);
  return go(targetOf(target));
}

function leadsNowhere(call: Call, { number, type }: Extension): Outcome {
  call.trace(`extension ${number} of type ${type} leads nowhere`);
  return turnAway(call, PHRASES.extensionUnavailable);
}

function ringSeconds(call: Call, extension: Extension): number {
  return extension.ringTimeoutSeconds ?? call.plan.settings.noAnswerTimeoutSeconds;
}

/** The way on for a call that was not taken. Busy and offline phones follow `onNoAnswer` when they have no way of their own. */
function missed(call: Call, extension: Extension | undefined, outcome: DialOutcome | undefined): Outcome | undefined {
  if (extension === undefined) return undefined;
  const { number, onBusy, onNoAnswer, onOffline } = extension;
  const [why, own] =
    outcome === 'busy' ? ['busy', onBusy] : outcome === 'failed' ? ['offline', onOffline] : ['no answer', onNoAnswer];
  const target = own ?? onNoAnswer;
  if (target === undefined) return undefined;
  call.trace(`extension ${number}, ${why} → ${target}`);
  return target === 'hangup' ? sayAndHangUp(missedSentence(call)) : go(targetOf(target));
}
