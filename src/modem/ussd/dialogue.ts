import { action } from '../at/command.ts';
import type { Urc } from '../at/urc.ts';
import type { Commander } from '../channel.ts';
import { createLock } from '../lock.ts';
import { failureOf, type ModemError } from '../modem-error.ts';
import type { Timers } from '../time.ts';
import { decodeUssd, encodeUssd, USSD_GSM7 } from './text.ts';

/** A code like `*100#`, or the answer to what the network asked last. */
export interface UssdRequest {
  readonly text: string;
  readonly isAnswer: boolean;
}

/** What the network said to a USSD request. */
export type UssdOutcome =
  /** `open`: it expects an answer, which the next request is. */
  | { readonly kind: 'reply'; readonly text: string; readonly open: boolean }
  | { readonly kind: 'failed'; readonly error: ModemError };

/** Networks take up to two minutes; a person has given up by then. */
const ANSWER_WITHIN_MS = 90_000;

const failed = (text: string, advice: string, kind: ModemError['class'] = 'temporary'): UssdOutcome => ({
  kind: 'failed',
  error: { reason: 'rejected', text, advice, class: kind },
});

/**
 * One USSD dialogue at a time (AT+CUSD, 3GPP TS 27.007 7.15). The answer is an indication that may come before or long
 * after the command's OK; meanwhile messages can be sent.
 */
export class UssdDialogue {
  readonly #timers: Timers;
  readonly #inOrder = createLock();
  #isOpen = false;
  #answered: ((urc: Extract<Urc, { kind: 'ussd' }>) => void) | undefined;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /**
   * Sends a code, or the answer the network waits for. A new code ends a dialogue that was left open first: the network
   * would take it for the answer. Never rejects.
   */
  request(commander: Commander, { text, isAnswer }: UssdRequest, packed: boolean): Promise<UssdOutcome> {
    return this.#inOrder(async () => {
      if (this.#isOpen && !isAnswer) await this.#cancel(commander);
      this.#isOpen = false;
      const answer = this.#nextAnswer();
      const command = action(`AT+CUSD=1,"${encodeUssd(text, packed)}",${USSD_GSM7}`);
      const error = failureOf(await commander.execute(command));
      if (error !== undefined) {
        answer.giveUp();
        return { kind: 'failed', error };
      }
      const urc = await answer.urc;
      if (urc === undefined) {
        await this.#cancel(commander);
        return failed('the network did not answer', 'Try again, or ask the operator for the code.');
      }
      this.#isOpen = urc.mode === 1;
      return outcomeOf(urc, packed);
    });
  }

  async #cancel(commander: Commander): Promise<void> {
    await commander.execute(action('AT+CUSD=2'));
  }

  /** Who a `+CUSD` is for: somebody who waits, or nobody; it may be the end of a dialogue that was open. */
  take(urc: Extract<Urc, { kind: 'ussd' }>): 'answer' | 'end' | 'unasked' {
    const answered = this.#answered;
    if (answered !== undefined) {
      answered(urc);
      return 'answer';
    }
    const isEnd = this.#isOpen && urc.mode !== 1;
    if (isEnd) this.#isOpen = false;
    return isEnd ? 'end' : 'unasked';
  }

  #nextAnswer() {
    let giveUp: () => void = () => undefined;
    const urc = new Promise<Extract<Urc, { kind: 'ussd' }> | undefined>((resolve) => {
      const finish = (value: Extract<Urc, { kind: 'ussd' }> | undefined) => {
        cancel();
        this.#answered = undefined;
        resolve(value);
      };
      const cancel = this.#timers.after(ANSWER_WITHIN_MS, () => finish(undefined));
      this.#answered = finish;
      giveUp = () => finish(undefined);
    });
    return { urc, giveUp };
  }
}

function outcomeOf({ mode, text, coding }: Extract<Urc, { kind: 'ussd' }>, packed: boolean): UssdOutcome {
  const words = text === undefined ? '' : decodeUssd(text, coding, packed);
  switch (mode) {
    case 0:
    case 1:
      return { kind: 'reply', text: words, open: mode === 1 };
    case 2:
      // Terminated by the network, most often together with the answer itself.
      return words === ''
        ? failed('the network ended the dialogue', 'Try again; the code may not exist.')
        : { kind: 'reply', text: words, open: false };
    case 3:
      return failed('another program or the SIM answered', 'Close the other dialogue first.');
    case 4:
      return failed('the network does not support this code', 'Ask the operator for the right code.', 'permanent');
    default:
      return failed('the network took too long', 'Try again later.');
  }
}
