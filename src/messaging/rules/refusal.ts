import { assertNever } from '../../core/errors.ts';

/** What the rule needs of a modem's error. */
export interface Refusal {
  readonly text: string;
  readonly advice: string;
  readonly code?: number;
  readonly class: 'permanent' | 'temporary' | 'modem' | 'ambiguous';
}

/** How often a slice is tried again, by the class of the refusal (CMS and CME errors, gsm-sms reference section 5). */
export interface RetryPolicy {
  /** The network may take it later. */
  readonly temporary: number;
  /** It will hardly ever be taken; more than 0 is for networks that say so when they mean "busy". */
  readonly permanent: number;
  /** The modem was not able, and the network never saw it; null: as long as the message is valid. */
  readonly modem: number | null;
}

export type RefusalDecision =
  /** The network may take it later. */
  | { readonly kind: 'retry'; readonly delayMs: number }
  /** The modem was not able; the network never saw it, so it costs no attempt. */
  | { readonly kind: 'requeue' }
  /** It will never be taken: the message has failed. */
  | { readonly kind: 'fail'; readonly error: string }
  /** It may have been taken after all: held until a report or the policy settles it. */
  | { readonly kind: 'hold'; readonly error: string };

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Pauses after the first, second … refusal; later ones are as long as the last. */
export const RETRY_DELAYS_MS: readonly number[] = [
  1 * SECOND,
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  60 * MINUTE,
];

export const DEFAULT_RETRY: RetryPolicy = { temporary: RETRY_DELAYS_MS.length, permanent: 0, modem: null };

/**
 * What to do with a slice that was refused for the `attempts`-th time (gsm-sms reference, 14.3 and 14.6): temporary
 * troubles of the network get growing pauses and an end, troubles of the modem wait for the modem, permanent ones fail.
 */
export function decideRefusal(
  refusal: Refusal,
  attempts: number,
  policy: RetryPolicy = DEFAULT_RETRY,
): RefusalDecision {
  switch (refusal.class) {
    case 'temporary':
    case 'permanent':
      return retryUpTo(policy[refusal.class], refusal, attempts);
    case 'modem':
      return policy.modem === null ? { kind: 'requeue' } : retryUpTo(policy.modem, refusal, attempts);
    case 'ambiguous':
      return { kind: 'hold', error: doubtOf(refusal) };
    default:
      return assertNever(refusal.class);
  }
}

function retryUpTo(retries: number, refusal: Refusal, attempts: number): RefusalDecision {
  if (attempts <= retries) {
    return { kind: 'retry', delayMs: RETRY_DELAYS_MS[Math.min(attempts, RETRY_DELAYS_MS.length) - 1] ?? 0 };
  }
  const givenUp = attempts === 1 ? '' : ` Given up after ${attempts} attempts.`;
  return { kind: 'fail', error: `${wordsOf(refusal)}${givenUp}` };
}

/** The words of a slice whose end is not known. */
export function doubtOf(refusal: Refusal): string {
  return `It may have been sent: ${wordsOf(refusal)} It is not sent again by itself unless the policy says so; a delivery report settles it.`;
}

/** An error as one or two sentences: what it was, the network's number, what to do. */
export function wordsOf({ text, code, advice }: Refusal): string {
  const what = code === undefined ? text : `${text} (error ${code})`;
  return `${what.charAt(0).toUpperCase()}${what.slice(1)}. ${advice}`.trim();
}
