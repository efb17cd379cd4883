/**
 * How long to wait for the final result, from the manuals of SIM800, EC25 and Telit; the specification gives none.
 * First match wins, so longer names stand before their beginnings.
 */
const TIMEOUTS: readonly (readonly [pattern: RegExp, timeoutMs: number])[] = [
  [/^AT\+CMGS|^AT\+CMSS/, 120_000],
  [/^AT\+CMGW|^AT\+CMGR/, 10_000],
  [/^AT\+CMGL/, 60_000],
  [/^AT\+CMGD/, 30_000],
  [/^AT\+CPMS/, 20_000],
  [/^AT\+CPIN/, 20_000],
  [/^AT\+COPS=\?/, 300_000],
  [/^AT\+COPS=/, 180_000],
  [/^AT\+CFUN/, 20_000],
  [/^AT\+CUSD/, 30_000],
];

const DEFAULT_TIMEOUT_MS = 5_000;

/** The prompt of +CMGS and +CMGW: Telit allows itself ten seconds. */
export const PROMPT_TIMEOUT_MS = 10_000;

/** A message in the air, where nothing is known of the network's pace: SIM800 allows itself 60 s. */
export const SEND_TIMEOUT_MS = 60_000;
/** Never less: a network that was quick until now may meet congestion. */
const LEAST_SEND_TIMEOUT_MS = 10_000;

/**
 * How long to wait for the answer to a message on a line whose answers took `recentMs`: ten times the slowest of them,
 * within 10 s and `mostMs`. A lost answer holds the line up only as long as a late one could be worth waiting for.
 */
export function sendTimeoutMs(recentMs: readonly number[], mostMs: number): number {
  if (recentMs.length < LEARN_FROM) return mostMs;
  return Math.min(mostMs, Math.max(LEAST_SEND_TIMEOUT_MS, 10 * Math.max(...recentMs)));
}

/** Fewer answers than this say nothing about a network. */
const LEARN_FROM = 5;

/** A missing OK after the answer itself: the answer counts, this is only to stay in step. */
export const LATE_OK_MS = 5_000;

/** After boot lines in the middle of a send its answer will hardly come; long enough for a stray line to be harmless. */
export const AFTER_RESTART_MS = 30_000;

/** Milliseconds to wait for the final result of this command line. */
export function timeoutOf(commandText: string): number {
  return TIMEOUTS.find(([pattern]) => pattern.test(commandText.toUpperCase()))?.[1] ?? DEFAULT_TIMEOUT_MS;
}
