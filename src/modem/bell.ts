import type { Timers } from './time.ts';

/** Wakes one waiting loop. A ring while nobody waits is kept, so that nothing is slept through. */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves after `delayMs`, at the next ring, or when `signal` aborts; whichever is first. */
  async wait(timers: Timers, delayMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted && delayMs > 0) {
      await new Promise<void>((resolve) => {
        const finish = () => {
          cancel();
          signal.removeEventListener('abort', finish);
          this.#wake = undefined;
          resolve();
        };
        const cancel = timers.after(delayMs, finish);
        signal.addEventListener('abort', finish);
        this.#wake = finish;
      });
    }
    this.#rung = false;
  }
}
