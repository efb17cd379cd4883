import type { Allowance } from '../rules/budget.ts';
import { claimAhead, claimAloneAt, LONGEST_WAIT_MS, type Pace } from '../rules/pace.ts';
import type { ClaimedSlice } from './claim-slices.ts';

/**
 * The slices an outbox has claimed: committed as `submitting`, and not begun. Each leaves once, either to be submitted or
 * to be put back, and what is to be put back stays until a turn has done it.
 */
export class Claimed {
  #ready: { readonly slice: ClaimedSlice; readonly claimedMs: number }[] = [];
  #returned: ClaimedSlice[] = [];
  #allowed: Allowance | undefined;
  #begun: string | undefined;
  #turns = 0;

  get isEmpty(): boolean {
    return this.#ready.length === 0;
  }

  /** What the next turn is to put back; tell `confirmReturned` when it has. */
  get returned(): readonly ClaimedSlice[] {
    return [...this.#returned];
  }

  /** What may be claimed beside the slice in the air; undefined while none is. */
  get allowed(): Allowance | undefined {
    return this.#allowed;
  }

  /** The message whose next slice goes before all others. */
  get begun(): string | undefined {
    return this.#begun;
  }

  /** Turns that claimed something, not slices: batches of ten would always fall on the same place of the lanes' cycle. */
  get turns(): number {
    return this.#turns;
  }

  /** Takes in what a turn that began at `claimedMs` has claimed. */
  add(claimed: readonly ClaimedSlice[], claimedMs: number): void {
    if (this.#allowed !== undefined)
      this.#allowed = { ...this.#allowed, slices: this.#allowed.slices - claimed.length };
    const last = claimed.at(-1);
    if (last === undefined) return;
    this.#turns += 1;
    this.#ready.push(...claimed.map((slice) => ({ slice, claimedMs })));
    this.#begun = last.sequence < last.total ? last.messageId : undefined;
  }

  /** The next one, which is the caller's from now on. */
  take(): ClaimedSlice | undefined {
    return this.#ready.shift()?.slice;
  }

  /** None of them is to be submitted after all. */
  withdraw(): void {
    this.#withdraw(() => true);
  }

  /** The same as soon as one has waited too long: those behind it must not overtake it. */
  withdrawOld(nowMs: number): void {
    if (this.#ready.some(({ claimedMs }) => claimedMs < nowMs - LONGEST_WAIT_MS)) this.withdraw();
  }

  /** The same for a message of which a slice is not known to be out: those behind it must not go before it is. */
  withdrawMessage(messageId: string): void {
    this.#withdraw((slice) => slice.messageId === messageId);
    if (this.#begun === messageId) this.#begun = undefined;
  }

  /** A turn has put these back; what was withdrawn while it ran waits for the next. */
  confirmReturned(slices: readonly ClaimedSlice[]): void {
    this.#returned.splice(0, slices.length);
  }

  /** For when a turn has failed and nobody knows what is claimed: the database puts all of it back. */
  forget(): void {
    this.#ready = [];
    this.#returned = [];
  }

  /** A slice is in the air: beside it goes what its step was allowed, less itself and those that are ready. */
  allow(allowance: Allowance): void {
    this.#allowed = { ...allowance, slices: allowance.slices - 1 - this.#ready.length };
  }

  /** It has come to its end. */
  allowNone(): void {
    this.#allowed = undefined;
  }

  /** How many to claim beside the slice in the air: none while half of what should be there is. */
  missing(pace: Pace): number {
    if (this.#allowed === undefined) return 0;
    const ahead = claimAhead(pace);
    const missing = ahead - this.#ready.length;
    return missing < ahead / 2 ? 0 : Math.min(missing, this.#allowed.slices);
  }

  /** Whether so few are left that the next ones are worth a turn of their own. */
  isLow(pace: Pace): boolean {
    return this.#ready.length <= claimAloneAt(pace);
  }

  #withdraw(which: (slice: ClaimedSlice) => boolean): void {
    this.#returned.push(...this.#ready.map(({ slice }) => slice).filter(which));
    this.#ready = this.#ready.filter(({ slice }) => !which(slice));
  }
}
