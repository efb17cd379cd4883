/** What a SIM card may send; absent limits are none. */
export interface Limits {
  readonly maxPerMinute?: number;
  readonly maxPerHour?: number;
  readonly maxPerDay?: number;
  readonly maxRecipientsPerDay?: number;
}

/** A slice that was sent. */
export interface Spent {
  readonly at: Date;
  readonly peer: string;
}

export interface Allowance {
  /** So many slices may go now; infinite without limits. */
  readonly slices: number;
  /** Until more may go. */
  readonly waitMs?: number;
  /** Only to these, because no more different numbers may be written to. */
  readonly recipients?: readonly string[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** What may be sent now, after `history` (the last day, oldest first). Windows slide: a limit holds at every moment. */
export function allowanceOf(limits: Limits, history: readonly Spent[], now: Date): Allowance {
  const windows = [
    [limits.maxPerMinute, MINUTE_MS],
    [limits.maxPerHour, HOUR_MS],
    [limits.maxPerDay, DAY_MS],
  ] as const;
  let slices = Number.POSITIVE_INFINITY;
  let waitMs = 0;
  for (const [limit, windowMs] of windows) {
    if (limit === undefined) continue;
    const within = history.filter(({ at }) => at.getTime() > now.getTime() - windowMs);
    slices = Math.min(slices, limit - within.length);
    const oldest = within[within.length - limit];
    if (oldest !== undefined) waitMs = Math.max(waitMs, oldest.at.getTime() + windowMs - now.getTime());
  }
  return {
    slices: Math.max(0, slices),
    ...(waitMs > 0 ? { waitMs } : {}),
    ...recipientsOf(limits.maxRecipientsPerDay, history, now),
  };
}

function recipientsOf(limit: number | undefined, history: readonly Spent[], now: Date): Pick<Allowance, 'recipients'> {
  if (limit === undefined) return {};
  const within = history.filter(({ at }) => at.getTime() > now.getTime() - DAY_MS);
  const known = [...new Set(within.map(({ peer }) => peer))];
  // One below the limit a claim of several could overshoot: the caller then claims one at a time.
  return known.length >= limit ? { recipients: known } : {};
}
