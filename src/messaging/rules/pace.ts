/** How long the last slices were in the air, and how long the database took for a turn; smoothed. */
export interface Pace {
  readonly airMs: number | undefined;
  readonly turnMs: number | undefined;
}

export const UNKNOWN_PACE: Pace = { airMs: undefined, turnMs: undefined };

/** Weight of the newest measurement. */
const NEWEST = 0.3;
/** Less idle time of the line than this share is not worth an additional slice in doubt after a crash. */
const NEGLIGIBLE = 0.02;
const MOST = 16;
/** A turn for several slices costs hardly more than one for a single slice: so much of a fast line's time goes in one. */
const TOGETHER_MS = 300;
/** A slice waits at most so long between its claim and its line; then the lease may have been lost, and it goes back. */
export const LONGEST_WAIT_MS = 6_000;

export function measured(pace: Pace, what: keyof Pace, ms: number): Pace {
  const former = pace[what];
  return { ...pace, [what]: former === undefined ? ms : former + (ms - former) * NEWEST };
}

/**
 * How many slices to claim before the one in the air has come to its end, so that the line never waits for the database.
 * Each of them is committed as `submitting` and in doubt when the process is killed; so it is none where a network takes
 * many seconds (what is claimed would be too old when its turn comes), one where it takes some turns of the database, and
 * more only on a line that is faster than the database, or so fast that a turn for each would be most of the work.
 */
export function claimAhead({ airMs, turnMs }: Pace): number {
  if (airMs === undefined || turnMs === undefined || turnMs <= airMs * NEGLIGIBLE) return 0;
  if (airMs + turnMs >= LONGEST_WAIT_MS) return 0;
  return Math.min(MOST, Math.max(slicesIn(turnMs, airMs), Math.floor(TOGETHER_MS / Math.max(airMs, 0.5))));
}

/**
 * With how many claimed slices left a turn is taken for the sake of the next ones alone. While there are more they wait
 * for a turn that is taken anyway, because a report came; that one brings them when half of what should be there is gone.
 */
export function claimAloneAt(pace: Pace): number {
  const ahead = claimAhead(pace);
  const needed = slicesIn(pace.turnMs ?? 0, pace.airMs ?? 0);
  return Math.floor(Math.min(ahead / 2, Math.max(needed, ahead / 4)));
}

/** What goes out while a turn runs: in the background it takes longer than its own time when the machine is busy. */
function slicesIn(turnMs: number, airMs: number): number {
  return Math.ceil((turnMs * 1.5) / Math.max(airMs, 0.5));
}
