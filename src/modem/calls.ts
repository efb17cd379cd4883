import type { Timers } from './time.ts';

/** A call that came in and was not answered here: modems of this program never answer. */
export interface MissedCall {
  /** As the network told it; empty when withheld or not told. */
  readonly number: string;
  readonly rings: number;
}

/** RING comes every three to five seconds; after this silence the caller has hung up. */
const OVER_AFTER_MS = 8_000;

/** Makes one missed call of the RING and +CLIP lines of a call (3GPP TS 27.007 7.11). */
export class CallWatch {
  readonly #timers: Timers;
  readonly #missed: (call: MissedCall) => void;
  #rings = 0;
  #number = '';
  #cancel: (() => void) | undefined;

  constructor(timers: Timers, missed: (call: MissedCall) => void) {
    this.#timers = timers;
    this.#missed = missed;
  }

  /** True for the first ring of a call. */
  ring(): boolean {
    this.#rings += 1;
    this.#wait();
    return this.#rings === 1;
  }

  caller(number: string): void {
    this.#number ||= number;
    this.#wait();
  }

  /** Forgets what rings; the port is gone. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #wait(): void {
    this.#cancel?.();
    this.#cancel = this.#timers.after(OVER_AFTER_MS, () => {
      const call = { number: this.#number, rings: Math.max(1, this.#rings) };
      this.#rings = 0;
      this.#number = '';
      this.#missed(call);
    });
  }
}
