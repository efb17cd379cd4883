import { answer, type Call, type Outcome, type RoutingNode, sayAndHangUp, turnAway } from '../call.ts';
import type { ConferenceRoom } from '../document/conference-room.ts';
import { PHRASES } from '../phrases.ts';
import { numberIn } from '../state.ts';
import type { Prompt } from '../step.ts';

/** A PIN cannot be guessed for ever: silence and a wrong PIN each cost one of these, then the call ends. */
const PIN_TRIES = 3;

/** A conference room, behind a PIN when it has one. */
export const conferenceRoomNode: RoutingNode = {
  enter(call, key) {
    const room = call.plan.conferenceRooms.get(key);
    if (room === undefined || room.status !== 'active') {
      call.trace(`conference room ${key} ${room === undefined ? 'does not exist' : 'is closed'}`);
      return turnAway(call, PHRASES.destinationUnavailable);
    }
    return room.pin === undefined ? join(call, room) : askForPin(call, room, 1);
  },

  resume(call, key, position) {
    const room = call.plan.conferenceRooms.get(key);
    if (room === undefined) return sayAndHangUp(PHRASES.destinationUnavailable);
    const typed = call.event.digits?.replace(/#$/, '');
    if (room.pin === undefined || typed === room.pin) return join(call, room);
    call.trace(`conference room ${key}: ${typed === undefined ? 'no PIN' : 'wrong PIN'}`);
    const wrong: Prompt[] = typed === undefined ? [] : [{ kind: 'say', text: PHRASES.wrongPin }];
    return askForPin(call, room, numberIn(position, 'try', PIN_TRIES) + 1, wrong);
  },
};

function askForPin(call: Call, room: ConferenceRoom, attempt: number, before: readonly Prompt[] = []): Outcome {
  if (attempt > PIN_TRIES) {
    call.trace(`conference room ${room.name}: ${PIN_TRIES} tries are used up`);
    return sayAndHangUp(PHRASES.tooManyPins);
  }
  call.trace(`conference room ${room.name}: ask for the PIN, try ${attempt} of ${PIN_TRIES}`);
  const resume = call.resumeAt({ try: attempt });
  return answer(
    {
      kind: 'gather',
      prompt: [...before, { kind: 'say', text: PHRASES.enterPin }],
      finishOnKey: '#',
      betweenDigitsSeconds: 3,
      firstDigitSeconds: 10,
      resume,
    },
    { kind: 'redirect', resume },
  );
}

function join(call: Call, room: ConferenceRoom): Outcome {
  call.trace(`join conference room ${room.name}`);
  return answer(
    {
      kind: 'conference',
      room: roomId(room.name),
      maxParticipants: room.maxParticipants,
      muted: room.muteOnEntry,
      announce: room.announceJoinLeave,
    },
    { kind: 'hangup' },
  );
}

/** Room names are safe as letters and digits only (CXML reference 2.8.4); the rest is spelled out so that none collide. */
function roomId(name: string): string {
  return name.replace(/[^A-Za-z0-9]/gu, (char) => `x${(char.codePointAt(0) ?? 0).toString(16)}x`);
}
