/**
 * Elapsed time for protocols: monotonic, so that a clock correction neither ends a wait early nor prolongs it.
 * Tests inject one they move by hand.
 */
export interface Timers {
  /** Milliseconds since an arbitrary start; never goes backwards. */
  nowMs(): number;
  /** Calls back once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

export const systemTimers: Timers = {
  nowMs: () => performance.now(),
  after(delayMs, callback) {
    const handle = setTimeout(callback, delayMs);
    return () => clearTimeout(handle);
  },
};

/** Resolves after `delayMs`, or as soon as `signal` aborts; never rejects, so a loop only checks its own condition. */
export function pause(timers: Timers, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const finish = () => {
      cancel();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = timers.after(delayMs, finish);
    signal?.addEventListener('abort', finish);
  });
}
