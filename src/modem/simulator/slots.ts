/** A message in a memory of the simulated modem. */
export interface Slot {
  readonly index: number;
  readonly stat: 0 | 1;
  readonly pdu: string;
}

/** A memory with a fixed number of slots. New messages take the lowest free one, as SIM cards do. */
export class Slots {
  readonly size: number;
  readonly #firstIndex: number;
  readonly #slots = new Map<number, Slot>();

  constructor(size: number, firstIndex: number) {
    this.size = size;
    this.#firstIndex = firstIndex;
  }

  get used(): number {
    return this.#slots.size;
  }

  /** In the order of their places. */
  all(): readonly Slot[] {
    return [...this.#slots.values()].sort((left, right) => left.index - right.index);
  }

  get(index: number): Slot | undefined {
    return this.#slots.get(index);
  }

  /** The place it was put in, or undefined when the memory is full. */
  add(pdu: string): number | undefined {
    for (let index = this.#firstIndex; index < this.#firstIndex + this.size; index += 1) {
      if (this.#slots.has(index)) continue;
      this.#slots.set(index, { index, stat: 0, pdu });
      return index;
    }
    return undefined;
  }

  markRead(index: number): void {
    const slot = this.#slots.get(index);
    if (slot !== undefined) this.#slots.set(index, { ...slot, stat: 1 });
  }

  delete(index: number): boolean {
    return this.#slots.delete(index);
  }
}
