/** What an alarm needs of a clock: to be called back once after a delay, and to take that back. */
export interface AlarmTimers {
  after(delayMs: number, callback: () => void): () => void;
}

/** Lets one loop wait for work: until a time, a ring, or its end. A ring while nobody waits is kept. */
export class Alarm {
  readonly #timers: AlarmTimers;
  #isRung = false;
  #wake: (() => void) | undefined;

  constructor(timers: AlarmTimers) {
    this.#timers = timers;
  }

  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  /** Resolves after `delayMs`, when `signal` aborts or, unless `deaf`, at the next ring. Never rejects. */
  async wait(delayMs: number, signal: AbortSignal, deaf = false): Promise<void> {
    if (!signal.aborted && delayMs > 0 && (deaf || !this.#isRung)) {
      await new Promise<void>((resolve) => {
        const finish = () => {
          cancel();
          signal.removeEventListener('abort', finish);
          this.#wake = undefined;
          resolve();
        };
        const cancel = this.#timers.after(delayMs, finish);
        signal.addEventListener('abort', finish);
        if (!deaf) this.#wake = finish;
      });
    }
    if (!deaf) this.#isRung = false;
  }
}
