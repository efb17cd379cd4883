import { answer, ask, type Call, type Outcome, type RoutingNode, sayAndHangUp, turnAway } from '../call.ts';
import type { ConferenceRoom } from '../document/conference-room.ts';
import { PHRASES } from '../phrases.ts';
import { PIN_TRIES, pinLock, typedPin } from '../pin.ts';
import { numberIn } from '../state.ts';
import type { Prompt } from '../step.ts';

type Role = 'guest' | 'host';

/** No conference lasts longer; a seat whose end nobody told is free again then. */
const SEAT_SECONDS = 12 * 3600;

/** A conference room, behind a PIN when it has one. Who types the PIN of the host is the host. */
export const conferenceRoomNode: RoutingNode = {
  enter(call, key) {
    const room = call.plan.conferenceRooms.get(key);
    if (room === undefined || room.status !== 'active') {
      call.trace(`conference room ${key} ${room === undefined ? 'does not exist' : 'is closed'}`);
      return turnAway(call, PHRASES.destinationUnavailable);
    }
    if (room.pin === undefined && room.hostPin === undefined) return join(call, room, 'guest');
    return unlessLocked(call, room, false, () => askForPin(call, room, 1));
  },

  resume(call, key, position) {
    const room = call.plan.conferenceRooms.get(key);
    if (room === undefined) return sayAndHangUp(PHRASES.destinationUnavailable);
    const typed = typedPin(call);
    const attempt = numberIn(position, 'try', PIN_TRIES);
    if (typed === undefined) {
      // Only the host has a PIN, so whoever types none is a guest.
      if (room.pin === undefined) return join(call, room, 'guest');
      call.trace(`conference room ${key}: no PIN`);
      return askForPin(call, room, attempt + 1);
    }
    const role = roleOf(room, typed);
    return unlessLocked(call, room, role === undefined, () => {
      if (role !== undefined) return join(call, room, role);
      call.trace(`conference room ${key}: wrong PIN`);
      return askForPin(call, room, attempt + 1, [{ kind: 'say', text: PHRASES.wrongPin }]);
    });
  },
};

function roleOf(room: ConferenceRoom, typed: string): Role | undefined {
  if (room.hostPin !== undefined && typed === room.hostPin) return 'host';
  return room.pin !== undefined && typed === room.pin ? 'guest' : undefined;
}

/** Goes on unless too many wrong PINs were typed lately; the right one is worth nothing then either. */
function unlessLocked(call: Call, room: ConferenceRoom, failed: boolean, go: () => Outcome): Outcome {
  const lock = pinLock(call, `conference_room:${room.name}`, failed);
  if (typeof lock !== 'boolean') return lock;
  return lock ? sayAndHangUp(PHRASES.tooManyPins) : go();
}

function askForPin(call: Call, room: ConferenceRoom, attempt: number, before: readonly Prompt[] = []): Outcome {
  if (attempt > PIN_TRIES) {
    call.trace(`conference room ${room.name}: ${PIN_TRIES} tries are used up`);
    return sayAndHangUp(PHRASES.tooManyPins);
  }
  call.trace(`conference room ${room.name}: ask for the PIN, try ${attempt} of ${PIN_TRIES}`);
  const resume = call.resumeAt({ try: attempt });
  const text = room.pin === undefined ? PHRASES.enterHostPin : PHRASES.enterPin;
  return answer(
    {
      kind: 'gather',
      prompt: [...before, { kind: 'say', text }],
      finishOnKey: '#',
      betweenDigitsSeconds: 3,
      firstDigitSeconds: room.pin === undefined ? 5 : 10,
      resume,
    },
    { kind: 'redirect', resume },
  );
}

function join(call: Call, room: ConferenceRoom, role: Role): Outcome {
  const key = `seat:${room.name}`;
  const seat = call.facts.counters[key];
  if (seat === undefined)
    return ask({ kind: 'seat', key, room: room.name, limit: room.maxParticipants, holdSeconds: SEAT_SECONDS });
  if (seat === 0) {
    call.trace(`conference room ${room.name}: all ${room.maxParticipants} seats are taken`);
    return sayAndHangUp(PHRASES.conferenceFull);
  }
  const waits = room.waitForHost && role === 'guest';
  call.trace(`join conference room ${room.name} as ${role}${waits ? ', waiting for the host' : ''}`);
  return answer(
    {
      kind: 'conference',
      room: roomId(room.name),
      maxParticipants: room.maxParticipants,
      muted: room.muteOnEntry && role === 'guest',
      announce: room.announceJoinLeave,
      holdMusic: room.holdMusic,
      starts: !waits,
      ends: room.endWhenHostLeaves && role === 'host',
      record: room.record,
      ...(room.talkDetection === undefined ? {} : { talkDetection: room.talkDetection }),
      subject: `conference_room:${room.name}`,
    },
    { kind: 'hangup' },
  );
}

/** Room names are safe as letters and digits only (CXML reference 2.8.4); the rest is spelled out so that none collide. */
function roomId(name: string): string {
  return name.replace(/[^A-Za-z0-9]/gu, (char) => `x${(char.codePointAt(0) ?? 0).toString(16)}x`);
}
