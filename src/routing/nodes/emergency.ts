import { answer, type Call, type Outcome, type RoutingNode, sayAndHangUp } from '../call.ts';
import { callerIdFor } from '../outside/caller-id.ts';
import { PHRASES } from '../phrases.ts';
import { numberIn } from '../state.ts';

/** The services answer when they can; nobody gives up before they do. */
const RING_SECONDS = 180;

/** The trunk of the plan first, then whatever trunk there is, twice. */
const TRIES = 3;

/**
 * A call for help. No whitelist, permission, limit, recording or announcement stands in its way, and a trunk that fails is
 * followed by every other. Not a target: it is reached only by dialling.
 */
export const emergencyNode: RoutingNode = {
  enter(call, key) {
    call.effect({ kind: 'emergency', from: call.event.from });
    return dialServices(call, key, 1);
  },

  resume(call, key, position) {
    if (call.event.dialOutcome === 'answered') {
      call.trace(`emergency ${key} took the call`);
      return answer({ kind: 'hangup' });
    }
    call.trace(`emergency ${key} was not reached: ${call.event.dialOutcome ?? 'no result'}`);
    const attempt = numberIn(position, 'try', TRIES) + 1;
    return attempt > TRIES ? sayAndHangUp(PHRASES.emergencyUnreached) : dialServices(call, key, attempt);
  },
};

function dialServices(call: Call, number: string, attempt: number): Outcome {
  const { trunk, callerId = callerIdFor(call, undefined) } = call.plan.voice.emergency;
  const pinned = attempt === 1 ? trunk : undefined;
  call.trace(
    `emergency call to ${number} over ${pinned === undefined ? 'any trunk' : `trunk ${pinned}`}: no rule or limit applies, ` +
      `try ${attempt} of ${TRIES}`,
  );
  return answer({
    kind: 'dial',
    targets: [{ kind: 'number', number }],
    timeoutSeconds: RING_SECONDS,
    ...(pinned === undefined ? {} : { trunk: pinned }),
    ...(callerId === undefined ? {} : { callerId }),
    isEmergency: true,
    resume: call.resumeAt({ try: attempt }),
  });
}
