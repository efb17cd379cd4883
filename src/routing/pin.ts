import { ask, type Call, type Outcome } from './call.ts';
import type { WindowQuestion } from './question.ts';

/** Within one call, silence and a wrong PIN each cost one of these. */
export const PIN_TRIES = 3;

/** Wrong PINs in a window of one hour, over all calls: of one caller, and of all callers, for a caller id is easily forged. */
const WINDOW_SECONDS = 3600;
const MOST_OF_ONE_CALLER = 9;
const MOST_OF_ALL_CALLERS = 100;

/**
 * Whether nobody with this caller id may try a PIN here for now; `failed` counts one wrong PIN first. The outcome of an
 * unanswered question is the second form.
 */
export function pinLock(call: Call, place: string, failed: boolean): boolean | Outcome {
  const caller = call.event.from === '' ? 'anonymous' : call.event.from;
  const question = (key: string): WindowQuestion => ({
    kind: 'window',
    key,
    add: failed ? 1 : 0,
    seconds: WINDOW_SECONDS,
  });
  const all = `pin:${place}`;
  const own = `pin:${place}:${caller}`;
  const ofAll = call.facts.counters[all];
  const ofOne = call.facts.counters[own];
  if (ofAll === undefined || ofOne === undefined) return ask(question(own), question(all));
  const isLocked = ofOne >= MOST_OF_ONE_CALLER || ofAll >= MOST_OF_ALL_CALLERS;
  if (isLocked) call.trace(`too many wrong PINs for ${place} within an hour`);
  return isLocked;
}

/** What was typed, without the key that ended it. */
export function typedPin(call: Call): string | undefined {
  const typed = call.event.digits?.replace(/#+$/, '');
  return typed === '' ? undefined : typed;
}
