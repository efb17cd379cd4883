import { lettersOf } from './loose.ts';

/** What a conference says, by the ending of its words (CXML reference 2.8.4: only `participant-join` was ever seen). */
const CHANGES = {
  join: 'join',
  leave: 'leave',
  end: 'end',
  mute: 'mute',
  unmute: 'unmute',
  hold: 'hold',
  unhold: 'unhold',
  speechstart: 'speech-start',
  speechstop: 'speech-stop',
} as const;

export type ConferenceChange = (typeof CHANGES)[keyof typeof CHANGES];

export type SpeechChange = Extract<ConferenceChange, `speech-${string}`>;

const ENTRIES = Object.entries(CHANGES).sort(([left], [right]) => right.length - left.length);

/**
 * What a conference event changes: `participant-join`, `ParticipantJoin` and `join` are one; `unmute` is not read as
 * `mute`. Undefined when nothing we keep changes.
 */
export function conferenceChangeOf(event: string): ConferenceChange | undefined {
  const word = lettersOf(event);
  return ENTRIES.find(([ending]) => word.endsWith(ending))?.[1];
}

/** Whether somebody began or ended to speak. */
export function isSpeechChange(change: ConferenceChange | undefined): change is SpeechChange {
  return change === 'speech-start' || change === 'speech-stop';
}
