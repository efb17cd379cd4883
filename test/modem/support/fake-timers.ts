import type { Timers } from '../../../src/modem/time.ts';

/** Time that stands still until a test moves it. */
export class FakeTimers implements Timers {
  #now = 0;
  #sequence = 0;
  readonly #due = new Map<number, { readonly at: number; readonly callback: () => void }>();

  nowMs(): number {
    return this.#now;
  }

  after(delayMs: number, callback: () => void): () => void {
    this.#sequence += 1;
    const id = this.#sequence;
    this.#due.set(id, { at: this.#now + Math.max(0, delayMs), callback });
    return () => this.#due.delete(id);
  }

  /** Lets promises and microtasks run without moving the time. */
  async settle(): Promise<void> {
    for (let round = 0; round < 3; round += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Moves the time; everything due on the way happens in its order. */
  async advance(byMs: number): Promise<void> {
    const end = this.#now + byMs;
    await this.settle();
    for (;;) {
      const next = [...this.#due].filter(([, { at }]) => at <= end).sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];
      if (next === undefined) break;
      const [id, { at, callback }] = next;
      this.#due.delete(id);
      this.#now = Math.max(this.#now, at);
      callback();
      await this.settle();
    }
    this.#now = end;
  }

  /** Moves the time from event to event until the condition holds; fails when `withinMs` passes first. */
  async until(condition: () => boolean, withinMs = 120_000): Promise<void> {
    const end = this.#now + withinMs;
    await this.settle();
    while (!condition()) {
      const next = Math.min(...[...this.#due.values()].map(({ at }) => at));
      if (next > end) throw new Error(`still waiting after ${withinMs} ms of fake time for ${condition}`);
      await this.advance(Math.max(0, next - this.#now));
    }
  }

  /** Settles a promise by moving the time. */
  async resolve<T>(promise: Promise<T>, withinMs = 300_000): Promise<T> {
    let settled = false;
    const mark = () => {
      settled = true;
    };
    promise.then(mark, mark);
    await this.until(() => settled, withinMs);
    return promise;
  }

  /** Timers not yet due or cancelled: zero when nothing leaked. */
  get pending(): number {
    return this.#due.size;
  }
}
