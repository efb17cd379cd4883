import type { ReceivedPdu } from './arrival.ts';

/** More in one transaction would keep the modem's other business waiting. */
const MOST = 100;

interface Waiting {
  readonly received: ReceivedPdu;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets what arrives together be committed together: while one commit runs, the next batch gathers. Each `receive`
 * resolves when its PDU is committed, and rejects when the commit of its batch failed.
 */
export class Intake {
  readonly #store: (batch: readonly ReceivedPdu[]) => Promise<void>;
  #waiting: Waiting[] = [];
  #isWorking = false;

  constructor(store: (batch: readonly ReceivedPdu[]) => Promise<void>) {
    this.#store = store;
  }

  receive(received: ReceivedPdu): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ received, resolve, reject });
      void this.#work();
    });
  }

  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    // Whoever hands over a list does so in one go: let it finish.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MOST);
      try {
        await this.#store(batch.map(({ received }) => received));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#isWorking = false;
  }
}
