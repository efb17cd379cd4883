import { answer, type RoutingNode, sayAndHangUp, turnAway } from '../call.ts';
import { PHRASES } from '../phrases.ts';
import { promptOf } from '../prompt.ts';
import { numberIn } from '../state.ts';

/** A caller leaves a message. */
export const voicemailNode: RoutingNode = {
  enter(call, key) {
    const box = call.plan.voicemailBoxes.get(key);
    if (box === undefined || box.status !== 'active') {
      call.trace(`voicemail box ${key} ${box === undefined ? 'does not exist' : 'is inactive'}`);
      return turnAway(call, PHRASES.destinationUnavailable);
    }
    call.trace(`voicemail box ${key}: take a message of at most ${box.maxMessageSeconds} s`);
    const { documents } = call.resumeAt({});
    return answer(
      promptOf(call.plan, box.greeting, PHRASES.voicemailGreeting.replace('{key}', spokenKey(box.finishOnKey))),
      {
        kind: 'record',
        maxSeconds: box.maxMessageSeconds,
        silenceSeconds: box.silenceSeconds,
        finishOnKey: box.finishOnKey,
        // The document tells two messages of one call apart.
        subject: `voicemail:${key}/${documents}`,
        resume: call.resumeAt({ document: documents }),
      },
      // An empty recording does not come back.
      { kind: 'say', text: PHRASES.nothingRecorded },
      { kind: 'hangup' },
    );
  },

  resume(call, key, position) {
    const { recording } = call.event;
    call.trace(`voicemail box ${key}: ${recording === undefined ? 'the message ended' : 'a message was left'}`);
    if (recording !== undefined)
      call.effect({ kind: 'voicemail', subject: `voicemail:${key}/${numberIn(position, 'document', 0)}`, recording });
    return sayAndHangUp(PHRASES.messageTaken);
  },
};

/** The key to press when done, as it is called on a telephone; of several the pound key, which people look for. */
function spokenKey(keys: string): string {
  const [first = ''] = keys;
  if (keys.includes('#')) return 'pound';
  return first === '*' ? 'star' : first;
}
