import type { LiveEvent } from './event.ts';

/** The last events of an organization, so that a short absence costs a client nothing. */
export class EventRing {
  readonly #size: number;
  /** Everything up to this sequence is no longer (or was never) here. */
  #floor: number;
  #events: LiveEvent[] = [];

  constructor(size: number, floor: number) {
    this.#size = size;
    this.#floor = floor;
  }

  /** The sequence of the newest event. */
  get last(): number {
    return this.#events.at(-1)?.sequence ?? this.#floor;
  }

  push(event: LiveEvent): void {
    this.#events.push(event);
    // Cut in halves: a shift at each event would move the whole array each time.
    if (this.#events.length <= this.#size * 2) return;
    this.#events = this.#events.slice(-this.#size);
    this.#floor = (this.#events[0]?.sequence ?? this.#floor + 1) - 1;
  }

  /** What came after a sequence, or undefined when that cannot be told any more. */
  after(sequence: number): readonly LiveEvent[] | undefined {
    if (sequence < this.#floor || sequence > this.last) return undefined;
    return this.#events.filter((event) => event.sequence > sequence);
  }

  /** Forgets everything: who asks for what was before is told to reload. */
  clear(): void {
    this.#floor = this.last + 1;
    this.#events = [];
  }
}
