import type { Timers } from '../modem/index.ts';

/** Lets one loop wait for work: until a time, a ring, or its end. A ring while nobody waits is kept. */
export class Alarm {
  readonly #timers: Timers;
  #isRung = false;
  #wake: (() => void) | undefined;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  /** Resolves after `delayMs`, when `signal` aborts or, unless `deaf`, at the next ring. Never rejects. */
  async wait(delayMs: number, signal: AbortSignal, deaf = false): Promise<void> {
    if (!signal.aborted && (deaf || !this.#isRung)) {
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
