import { Alarm } from '../core/alarm.ts';
import type { ModemEvent } from './events.ts';
import type { GsmModem } from './gsm-modem.ts';
import { type InboundHandlers, isInbound, notKept } from './inbound.ts';
import { createLock } from './lock.ts';
import type { StoredMessage } from './message-store.ts';
import type { SessionPatch } from './snapshot.ts';
import type { Timers } from './time.ts';

export interface ReceiverOptions {
  readonly modem: GsmModem;
  readonly handlers: InboundHandlers;
  readonly timers: Timers;
  readonly report: (patch: SessionPatch) => void;
  readonly happened: (event: ModemEvent) => void;
  /** Aborts when the session is over. */
  readonly signal: AbortSignal;
  /** Takes turns with sending and the set-up. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  /** Whether the modem is set up. */
  readonly isUsable: () => boolean;
  /** Counts set-ups: what was listed before one may lie on another SIM after it. */
  readonly generation: () => number;
}

const SWEEP_EVERY_MS = 45_000;
/** Slices of one message arrive together; one look at the memory finds them all. Under load there is no need to wait. */
const ANNOUNCEMENT_DEBOUNCE_MS = 50;
/** More announced slots than this are read faster as a list. */
const MAX_SINGLE_READS = 3;

/** Takes over what arrives at one modem: announced slots, every memory now and then, and what is routed to the port. */
export class Receiver {
  readonly #modem: GsmModem;
  readonly #handlers: InboundHandlers;
  readonly #timers: Timers;
  readonly #report: ReceiverOptions['report'];
  readonly #happened: ReceiverOptions['happened'];
  readonly #signal: AbortSignal;
  readonly #exclusively: ReceiverOptions['exclusively'];
  readonly #isUsable: () => boolean;
  readonly #generation: () => number;
  readonly #alarm: Alarm;
  readonly #routedInOrder = createLock();
  readonly #slots = new Map<string, { readonly memory: string; readonly index: number }>();
  #sweepDueMs = 0;
  #slotsDueMs = Number.POSITIVE_INFINITY;
  #lastKeptMs = Number.NEGATIVE_INFINITY;
  #isFull = false;

  constructor(options: ReceiverOptions) {
    this.#modem = options.modem;
    this.#handlers = options.handlers;
    this.#timers = options.timers;
    this.#report = options.report;
    this.#happened = options.happened;
    this.#signal = options.signal;
    this.#exclusively = options.exclusively;
    this.#isUsable = options.isUsable;
    this.#generation = options.generation;
    this.#alarm = new Alarm(options.timers);
  }

  /** Something may lie anywhere: all memories are read. */
  wantSweep(): void {
    this.#sweepDueMs = 0;
    this.#alarm.ring();
  }

  /** A message was announced at this place. */
  wantSlot(memory: string, index: number): void {
    this.#slots.set(`${memory}:${index}`, { memory, index });
    const now = this.#timers.nowMs();
    const isQuiet = now - this.#lastKeptMs > ANNOUNCEMENT_DEBOUNCE_MS;
    this.#slotsDueMs = Math.min(this.#slotsDueMs, isQuiet ? now + ANNOUNCEMENT_DEBOUNCE_MS : now);
    this.#alarm.ring();
  }

  /** Once until there is room again: a full memory says so with every message the network offers. */
  takeFull(detail: string): void {
    if (!this.#isFull) this.#happened({ kind: 'storage-full', detail });
    this.#isFull = true;
  }

  /** Reads what arrives until the session is over. Rejects with what fails in it that is not the modem's doing. */
  async run(): Promise<void> {
    while (!this.#signal.aborted) {
      const now = this.#timers.nowMs();
      if (this.#isUsable() && this.#sweepDueMs <= now) await this.#sweep();
      else if (this.#isUsable() && this.#slotsDueMs <= now) await this.#readSlots();
      const nextMs = this.#isUsable() ? Math.min(this.#sweepDueMs, this.#slotsDueMs) : Number.POSITIVE_INFINITY;
      const waitMs = Math.min(nextMs - this.#timers.nowMs(), SWEEP_EVERY_MS);
      await this.#alarm.wait(waitMs, this.#signal);
    }
  }

  async #sweep(): Promise<void> {
    this.#sweepDueMs = this.#timers.nowMs() + SWEEP_EVERY_MS;
    this.#slots.clear();
    this.#slotsDueMs = Number.POSITIVE_INFINITY;
    await this.#stored(() => this.#modem.keepIndications());
    for (const memory of this.#modem.memories) {
      if (!(await this.#readMemory(memory))) return;
    }
  }

  /** Takes everything over that lies in one memory. False when the modem is not usable just now. */
  async #readMemory(memory: string): Promise<boolean> {
    const { generation, value } = await this.#stored(() => this.#modem.list(memory));
    if (value === undefined) return false;
    if (value.use !== undefined && memory === this.#modem.setup?.memories.receive) {
      this.#report({ storageUsed: value.use.used, storageTotal: value.use.total });
      if (value.use.used >= value.use.total) this.takeFull(`${memory} holds ${value.use.used} of ${value.use.total}`);
      else this.#isFull = false;
    }
    if (value.error !== undefined) this.#report({ lastError: value.error });
    await this.#keepStored(value.messages, generation);
    return true;
  }

  async #readSlots(): Promise<void> {
    const slots = [...this.#slots.values()];
    if (!slots.every(({ memory }) => this.#modem.memories.includes(memory))) {
      await this.#sweep();
      return;
    }
    this.#slots.clear();
    this.#slotsDueMs = Number.POSITIVE_INFINITY;
    for (const memory of new Set(slots.map((slot) => slot.memory))) {
      const indexes = slots.filter((slot) => slot.memory === memory).map((slot) => slot.index);
      if (indexes.length > MAX_SINGLE_READS) await this.#readMemory(memory);
      else await this.#readSingly(memory, indexes);
    }
  }

  async #readSingly(memory: string, indexes: readonly number[]): Promise<void> {
    for (const index of indexes) {
      const { generation, value } = await this.#stored(() => this.#modem.read(memory, index));
      if (value?.kind === 'message') await this.#keepStored([value.message], generation);
      // The announcement may have been ahead of the message, or the slot unreadable now: the sweep decides.
      else if (value?.kind === 'failed') this.#report({ lastError: value.error });
    }
  }

  /**
   * P5: a slot is deleted after the handler has resolved, never before and never otherwise. All are handed over at once,
   * so that they can be committed together; the deletions take turns with what is to be sent.
   */
  async #keepStored(messages: readonly StoredMessage[], generation: number): Promise<void> {
    const kept = await this.#unlessOver(Promise.all(messages.map((message) => this.#isKept(message))));
    if (kept === undefined) return;
    for (const [index, message] of messages.entries()) {
      if (kept[index]) await this.#removeKept(message, generation);
    }
    if (messages.length > 0) this.#lastKeptMs = this.#timers.nowMs();
  }

  async #isKept(message: StoredMessage): Promise<boolean> {
    if (!isInbound(message) || this.#signal.aborted) return false;
    try {
      await this.#handlers.onStored(message);
      return true;
    } catch (cause) {
      this.#report({ lastError: notKept(cause) });
      return false;
    }
  }

  async #removeKept(message: StoredMessage, generation: number): Promise<void> {
    const { value } = await this.#stored(async () => {
      if (generation !== this.#generation()) {
        const now = await this.#modem.read(message.memory, message.index);
        if (now.kind !== 'message' || now.message.pdu !== message.pdu) return undefined;
      }
      return this.#modem.remove(message);
    });
    if (value?.kind === 'left') this.#report({ lastError: value.error });
  }

  /** Undefined when the session ends first: a handler that hangs must not keep the port from being opened again. */
  #unlessOver<T>(work: Promise<T>): Promise<T | undefined> {
    const signal = this.#signal;
    return new Promise((resolve, reject) => {
      const over = () => resolve(undefined);
      signal.addEventListener('abort', over);
      work.then(resolve, reject).finally(() => signal.removeEventListener('abort', over));
    });
  }

  /** Works on the memories while no set-up runs; undefined when the modem is not usable just now. */
  #stored<T>(work: () => Promise<T>): Promise<{ readonly generation: number; readonly value?: T }> {
    return this.#exclusively(async () => {
      const generation = this.#generation();
      return this.#isUsable() && !this.#signal.aborted ? { generation, value: await work() } : { generation };
    });
  }

  /** One after the other, as the network waits for each acknowledgement before the next comes. Never rejects. */
  keepRouted(pdu: string): Promise<void> {
    return this.#routedInOrder(async () => {
      let kept = true;
      try {
        await this.#handlers.onRouted(pdu);
      } catch (cause) {
        kept = false;
        this.#report({ lastError: notKept(cause) });
      }
      await this.#modem.acknowledge(kept);
    });
  }
}
