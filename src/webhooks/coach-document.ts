import { document, element } from './cxml/element.ts';

/**
 * What a supervisor's phone runs once it is answered (reference/cloudonix.md 2.12). Any key ends it. `calee` is how the
 * platform spells it.
 */
export function coachDocument(coach: {
  readonly mode: 'listen' | 'whisper' | 'barge';
  readonly whisperTo: 'caller' | 'callee' | 'both';
  /** The session that is listened to. */
  readonly callToken: string;
}): string {
  const side = coach.whisperTo === 'callee' ? 'calee' : coach.whisperTo;
  const whisperDirection = coach.mode === 'whisper' ? side : undefined;
  return document(
    element('Coach', { policy: coach.mode, spyDirection: 'both', whisperDirection }, coach.callToken),
    element('Hangup'),
  );
}
