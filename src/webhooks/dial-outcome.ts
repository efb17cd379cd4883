import type { DialOutcome } from '../routing/index.ts';
import { entryFor, numberOf } from './loose.ts';

const OUTCOMES: Readonly<Record<string, DialOutcome>> = {
  completed: 'answered',
  answered: 'answered',
  answer: 'answered',
  connected: 'answered',
  busy: 'busy',
  noanswer: 'no-answer',
  canceled: 'canceled',
  cancelled: 'canceled',
  cancel: 'canceled',
  failed: 'failed',
  congestion: 'failed',
  error: 'failed',
  unknown: 'failed',
  nocredit: 'failed',
  rejected: 'failed',
};

/**
 * What became of a Dial: `DialCallStatus`, else `CallStatus`, which stays `in-progress` while the caller is still there
 * and then says nothing. Where both are silent a connected time still shows that somebody answered.
 */
export function dialOutcomeOf(
  dialCallStatus: unknown,
  callStatus: unknown,
  duration: unknown,
): DialOutcome | undefined {
  const told = entryFor(OUTCOMES, dialCallStatus) ?? entryFor(OUTCOMES, callStatus);
  return told ?? ((numberOf(duration) ?? 0) > 0 ? 'answered' : undefined);
}
