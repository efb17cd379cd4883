/** Each step is this much longer than the one before: quantiles are right to 2 %. */
const STEP = 1.02;
const SHORTEST_MS = 0.01;

/** Counts how long answers took, in as many numbers for a million as for ten. */
export class Latencies {
  readonly #steps = new Map<number, number>();
  #count = 0;
  #longest = 0;

  add(ms: number): void {
    const step = Math.round(Math.log(Math.max(SHORTEST_MS, ms) / SHORTEST_MS) / Math.log(STEP));
    this.#steps.set(step, (this.#steps.get(step) ?? 0) + 1);
    this.#count += 1;
    this.#longest = Math.max(this.#longest, ms);
  }

  get count(): number {
    return this.#count;
  }

  get longestMs(): number {
    return this.#longest;
  }

  /** The time within which `share` of all answers came; 0 when there is none. */
  quantileMs(share: number): number {
    let left = Math.ceil(this.#count * share);
    for (const [step, count] of [...this.#steps].sort(([one], [other]) => one - other)) {
      left -= count;
      if (left <= 0) return SHORTEST_MS * STEP ** step;
    }
    return 0;
  }
}
