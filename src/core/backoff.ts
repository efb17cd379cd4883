export interface BackoffOptions {
  readonly baseMs: number;
  readonly maxMs: number;
}

/**
 * Delay before attempt `attempt` (1 = first retry): doubling from `baseMs` to `maxMs`, with "full jitter" so that
 * many waiters do not return together. `random` is in [0, 1).
 */
export function backoffMs(attempt: number, options: BackoffOptions, random: number): number {
  const ceiling = Math.min(options.maxMs, options.baseMs * 2 ** Math.min(30, Math.max(0, attempt - 1)));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
