import { type BackoffOptions, backoffMs } from '../../../core/backoff.ts';

/** Quick at first: most of what is sent is a code somebody waits for. */
const BACKOFF: BackoffOptions = { baseMs: 5_000, maxMs: 15 * 60_000 };

/** Two hours and a half of trying. */
const MAX_ATTEMPTS = 16;

/** What became of one attempt, in the words of the mail server where it said some. */
export type Attempt =
  | { readonly kind: 'accepted' }
  | {
      readonly kind: 'refused';
      readonly reason: string;
      /** The server will not take this message, however often it is asked: a 5xx answer to it (RFC 5321, 4.2.1). */
      readonly isFinal: boolean;
    };

/** What happens to the message now. */
export type NextStep =
  | { readonly status: 'sent' }
  | { readonly status: 'failed'; readonly error: string }
  | { readonly status: 'pending'; readonly error: string; readonly nextAttemptAt: Date };

/**
 * The step after an attempt: sent, tried again with growing pauses, or given up because the server refuses it, it was tried
 * often enough, or nobody could use it any more. `random` is in [0, 1).
 */
export function afterAttempt(
  attempt: Attempt,
  message: { readonly attempts: number; readonly expiresAt: Date | null },
  now: Date,
  random: number,
): NextStep {
  if (attempt.kind === 'accepted') return { status: 'sent' };
  const error = attempt.reason;
  if (attempt.isFinal || message.attempts >= MAX_ATTEMPTS) return { status: 'failed', error };
  const nextAttemptAt = new Date(now.getTime() + backoffMs(message.attempts, BACKOFF, random));
  if (message.expiresAt !== null && nextAttemptAt >= message.expiresAt) return { status: 'failed', error };
  return { status: 'pending', error, nextAttemptAt };
}
