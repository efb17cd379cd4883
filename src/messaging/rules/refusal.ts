import { assertNever } from '../../core/errors.ts';

/** What the rule needs of a modem's error. */
export interface Refusal {
  readonly text: string;
  readonly advice: string;
  readonly code?: number;
  readonly class: 'permanent' | 'temporary' | 'modem' | 'ambiguous';
}

export type RefusalDecision =
  /** The network may take it later. */
  | { readonly kind: 'retry'; readonly delayMs: number }
  /** The modem was not able; the network never saw it, so it costs no attempt. */
  | { readonly kind: 'requeue' }
  /** It will never be taken: the message has failed. */
  | { readonly kind: 'fail'; readonly error: string }
  /** It may have been taken after all: held, never resent by itself. */
  | { readonly kind: 'hold'; readonly error: string };

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Pauses after the first, second … temporary refusal; with the last one used up the slice has failed. */
export const RETRY_DELAYS_MS: readonly number[] = [
  1 * SECOND,
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  60 * MINUTE,
];

/**
 * What to do with a slice that was refused for the `attempts`-th time (gsm-sms reference, 14.3 and 14.6): temporary
 * troubles of the network get growing pauses and an end, troubles of the modem wait for the modem, permanent ones fail.
 */
export function decideRefusal(refusal: Refusal, attempts: number): RefusalDecision {
  switch (refusal.class) {
    case 'temporary': {
      const delayMs = RETRY_DELAYS_MS[attempts - 1];
      if (delayMs !== undefined) return { kind: 'retry', delayMs };
      return { kind: 'fail', error: `${wordsOf(refusal)} Given up after ${attempts} attempts.` };
    }
    case 'modem':
      return { kind: 'requeue' };
    case 'permanent':
      return { kind: 'fail', error: wordsOf(refusal) };
    case 'ambiguous':
      return { kind: 'hold', error: doubtOf(refusal) };
    default:
      return assertNever(refusal.class);
  }
}

/** The words of a slice whose end is not known. */
export function doubtOf(refusal: Refusal): string {
  return `It may have been sent: ${wordsOf(refusal)} It is not sent again by itself; a delivery report settles it.`;
}

/** An error as one or two sentences: what it was, the network's number, what to do. */
export function wordsOf({ text, code, advice }: Refusal): string {
  const what = code === undefined ? text : `${text} (error ${code})`;
  return `${what.charAt(0).toUpperCase()}${what.slice(1)}. ${advice}`.trim();
}
