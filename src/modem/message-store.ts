import { action, query } from './at/command.ts';
import type { MemoryUse } from './at/parse-memory.ts';
import { hasAnnouncedLength, parseList, parseRead, type StoredEntry } from './at/parse-storage.ts';
import type { Commander } from './channel.ts';
import { type MemoryLayout, selectCommand, useOf } from './memories.ts';
import { answerOf, failureOf, type ModemError, succeeded } from './modem-error.ts';

/** A message in a slot of the modem or SIM. */
export interface StoredMessage {
  readonly memory: string;
  readonly index: number;
  /** 0 unread, 1 read, 2 stored unsent, 3 stored sent; absent when the modem does not tell. */
  readonly stat?: number;
  /** Hexadecimal, normally with the service-centre field. */
  readonly pdu: string;
}

export interface Listing {
  readonly messages: readonly StoredMessage[];
  readonly use?: MemoryUse;
  /** Why the list may be incomplete. */
  readonly error?: ModemError;
}

export type ReadOutcome =
  | { readonly kind: 'message'; readonly message: StoredMessage }
  | { readonly kind: 'empty' }
  | { readonly kind: 'failed'; readonly error: ModemError };

/** `removed`: the slot no longer holds this message. `left`: it does, or nobody knows; a later sweep will see. */
export type RemoveOutcome = { readonly kind: 'removed' } | { readonly kind: 'left'; readonly error: ModemError };

/** Answers that say "this slot is empty": +CMS 321, +CME 21 and 22. */
const EMPTY_SLOT = [321, 21, 22];
/** One deletion and, when its answer was lost and the slot still holds the same message, one more. */
const REMOVE_ATTEMPTS = 2;

/**
 * The slots of the modem. One operation at a time: each needs its memory selected while it runs. Must be made anew
 * after a restart of the modem, which forgets the selection.
 */
export class MessageStore {
  readonly #commander: Commander;
  readonly #layout: MemoryLayout;
  #selected: string | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(commander: Commander, layout: MemoryLayout) {
    this.#commander = commander;
    this.#layout = layout;
  }

  get memories(): readonly string[] {
    return this.#layout.sweep;
  }

  /** Everything in one memory: AT+CMGL=4, and slot by slot where the list is refused or does not match the count. */
  list(memory: string): Promise<Listing> {
    return this.#exclusively(() => this.#list(memory));
  }

  /** One slot. */
  read(memory: string, index: number): Promise<ReadOutcome> {
    return this.#exclusively(async () => {
      const error = await this.#select(memory);
      return error === undefined ? this.#readWhole(memory, index) : { kind: 'failed', error };
    });
  }

  /**
   * Deletes one message. When the answer is lost or garbled the slot is read again and the command repeated only if it
   * still holds the same PDU: in a full memory the next message takes the place within milliseconds.
   */
  remove(message: StoredMessage): Promise<RemoveOutcome> {
    return this.#exclusively(() => this.#remove(message));
  }

  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #select(memory: string): Promise<ModemError | undefined> {
    if (this.#selected === memory) return undefined;
    const result = await this.#commander.execute(selectCommand(this.#layout, memory));
    const error = failureOf(result);
    this.#selected = error === undefined ? memory : undefined;
    return error;
  }

  async #list(memory: string): Promise<Listing> {
    const selected = await this.#commander.execute(selectCommand(this.#layout, memory));
    const selectError = failureOf(selected);
    this.#selected = selectError === undefined ? memory : undefined;
    if (selectError !== undefined) return { messages: [], error: selectError };
    const use = useOf(answerOf(selected));
    const counted = use === undefined ? {} : { use };
    if (use?.used === 0) return { messages: [], ...counted };

    const result = await this.#commander.execute(query('AT+CMGL=4', '+CMGL:', { carriesPdu: true }));
    const error = failureOf(result);
    if (result.kind !== 'done') return { messages: [], ...counted, ...(error === undefined ? {} : { error }) };
    const listed = parseList(answerOf(result));
    if (error === undefined && (listed.length > 0 || use === undefined)) {
      return { messages: await this.#completed(memory, listed), ...counted };
    }
    return use === undefined
      ? { messages: [], ...(error === undefined ? {} : { error }) }
      : { ...(await this.#walk(memory, use)), use };
  }

  /** Reads again what came shorter or longer than announced: bytes get lost on a serial line. */
  async #completed(memory: string, listed: readonly StoredEntry[]): Promise<readonly StoredMessage[]> {
    const messages: StoredMessage[] = [];
    for (const entry of listed) {
      if (isWhole(entry)) {
        messages.push(toMessage(memory, entry.index, entry));
        continue;
      }
      const again = await this.#readWhole(memory, entry.index);
      if (again.kind === 'message') messages.push(again.message);
    }
    return messages;
  }

  async #walk(memory: string, use: MemoryUse): Promise<Pick<Listing, 'messages' | 'error'>> {
    const messages: StoredMessage[] = [];
    // Some modems count slots from 0, some from 1.
    for (let index = 0; index <= use.total && messages.length < use.used; index += 1) {
      const outcome = await this.#readWhole(memory, index);
      if (outcome.kind === 'message') messages.push(outcome.message);
      else if (outcome.kind === 'failed' && isGone(outcome.error)) return { messages, error: outcome.error };
    }
    return { messages };
  }

  async #readWhole(memory: string, index: number): Promise<ReadOutcome> {
    const first = await this.#read(index);
    if (first.kind !== 'entry') return first;
    if (isWhole(first.entry)) return { kind: 'message', message: toMessage(memory, index, first.entry) };
    // Wrong twice in the same way is not the line's fault but how this modem announces.
    const second = await this.#read(index);
    if (second.kind !== 'entry') return second;
    if (isWhole(second.entry) || second.entry.pdu === first.entry.pdu) {
      return { kind: 'message', message: toMessage(memory, index, second.entry) };
    }
    return { kind: 'failed', error: GARBLED };
  }

  async #read(
    index: number,
  ): Promise<{ readonly kind: 'entry'; readonly entry: StoredEntry } | Exclude<ReadOutcome, { kind: 'message' }>> {
    const result = await this.#commander.execute(query(`AT+CMGR=${index}`, '+CMGR:', { carriesPdu: true }));
    const error = failureOf(result);
    if (error !== undefined) return isEmptySlot(error) ? { kind: 'empty' } : { kind: 'failed', error };
    const entry = parseRead(answerOf(result));
    return entry === undefined ? { kind: 'empty' } : { kind: 'entry', entry };
  }

  async #remove(message: StoredMessage): Promise<RemoveOutcome> {
    const selectError = await this.#select(message.memory);
    if (selectError !== undefined) return { kind: 'left', error: selectError };
    let error: ModemError | undefined;
    for (let attempt = 1; attempt <= REMOVE_ATTEMPTS; attempt += 1) {
      const result = await this.#commander.execute(action(`AT+CMGD=${message.index}`));
      if (succeeded(result)) return { kind: 'removed' };
      error = failureOf(result);
      if (error !== undefined && isEmptySlot(error)) return { kind: 'removed' };
      const now = await this.#readWhole(message.memory, message.index);
      if (now.kind === 'failed') return { kind: 'left', error: now.error };
      if (now.kind === 'empty' || now.message.pdu !== message.pdu) return { kind: 'removed' };
    }
    return { kind: 'left', error: error ?? GARBLED };
  }
}

const GARBLED: ModemError = {
  reason: 'rejected',
  text: 'the modem gave a different answer each time',
  advice: 'Check the cable and the flow control of the port.',
  class: 'temporary',
};

const isWhole = (entry: StoredEntry) => entry.length === undefined || hasAnnouncedLength(entry.pdu, entry.length);

const isEmptySlot = (error: ModemError) => error.code !== undefined && EMPTY_SLOT.includes(error.code);

const isGone = (error: ModemError) => error.reason === 'timeout' || error.reason === 'closed';

function toMessage(memory: string, index: number, entry: StoredEntry): StoredMessage {
  return { memory, index, pdu: entry.pdu, ...(entry.stat === undefined ? {} : { stat: entry.stat }) };
}
