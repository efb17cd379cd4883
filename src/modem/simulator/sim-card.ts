const MAX_TRIES = 3;

/** The lock of a SIM card: three wrong PINs and only the PUK opens it. The card remembers, not the modem. */
export class SimCard {
  readonly #pin: string | undefined;
  #triesLeft = MAX_TRIES;
  #open: boolean;
  #isPresent = true;

  constructor(pin: string | undefined) {
    this.#pin = pin;
    this.#open = pin === undefined;
  }

  get state(): 'READY' | 'SIM PIN' | 'SIM PUK' | 'ABSENT' {
    if (!this.#isPresent) return 'ABSENT';
    if (this.#open) return 'READY';
    return this.#triesLeft > 0 ? 'SIM PIN' : 'SIM PUK';
  }

  get triesLeft(): number {
    return this.#triesLeft;
  }

  /** True when the card is open now. */
  enter(pin: string): boolean {
    if (this.state !== 'SIM PIN') return this.#open;
    this.#triesLeft -= 1;
    if (pin !== this.#pin) return false;
    this.#triesLeft = MAX_TRIES;
    this.#open = true;
    return true;
  }

  /** Taken out, or put in again, when the PIN is wanted. */
  place(isPresent: boolean): void {
    this.#isPresent = isPresent;
    this.lock();
  }

  /** Power was off: the PIN is wanted again. */
  lock(): void {
    this.#open = this.#pin === undefined;
  }
}
