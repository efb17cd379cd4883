import { Alarm } from '../core/alarm.ts';
import type { ModemEvent } from './events.ts';
import type { GsmModem } from './gsm-modem.ts';
import { type InboundHandlers, isInbound, notKept } from './inbound.ts';
import { createLock } from './lock.ts';
import type { RemoveOutcome, StoredMessage } from './message-store.ts';
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
  /** It has forgotten how it was set up. */
  readonly setUpAgain: () => void;
}

const SWEEP_EVERY_MS = 45_000;
/** Slices of one message arrive together; one look at the memory finds them all. Under load there is no need to wait. */
const ANNOUNCEMENT_DEBOUNCE_MS = 50;
/** More announced slots than this are read faster as a list. */
const MAX_SINGLE_READS = 3;
/** So few deletions left to do, and the next messages are read: the line is busy with those while these are committed. */
const FEW_REMOVALS = 4;

/** A message that is safe elsewhere and leaves its slot when its turn comes. */
interface Removal {
  readonly message: StoredMessage;
  readonly generation: number;
}

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
  readonly #setUpAgain: () => void;
  readonly #alarm: Alarm;
  readonly #routedInOrder = createLock();
  readonly #slots = new Map<string, { readonly memory: string; readonly index: number }>();
  /** By their slots, in the order they go. */
  readonly #removals = new Map<string, Removal>();
  #removing: Promise<void> | undefined;
  #sweepDueMs = 0;
  #slotsDueMs = Number.POSITIVE_INFINITY;
  #lastKeptMs = Number.NEGATIVE_INFINITY;
  #isFull = false;
  /** Messages in the memory where they arrive, as counted last and deleted since. */
  #used: number | undefined;

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
    this.#setUpAgain = options.setUpAgain;
    this.#alarm = new Alarm(options.timers);
  }

  /** Something may lie anywhere: all memories are read. */
  wantSweep(): void {
    this.#sweepDueMs = 0;
    this.#alarm.ring();
  }

  /** A message was announced at this place. */
  wantSlot(memory: string, index: number): void {
    this.#slots.set(slotOf({ memory, index }), { memory, index });
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
      if (this.#mayRead() && this.#sweepDueMs <= now) await this.#sweep();
      else if (this.#mayRead() && this.#slotsDueMs <= now) await this.#readSlots();
      const nextMs = this.#mayRead() ? Math.min(this.#sweepDueMs, this.#slotsDueMs) : Number.POSITIVE_INFINITY;
      const waitMs = Math.min(nextMs - this.#timers.nowMs(), SWEEP_EVERY_MS);
      await this.#alarm.wait(waitMs, this.#signal);
    }
    await this.#removing;
  }

  #mayRead(): boolean {
    return this.#isUsable() && this.#removals.size <= FEW_REMOVALS;
  }

  async #sweep(): Promise<void> {
    this.#sweepDueMs = this.#timers.nowMs() + SWEEP_EVERY_MS;
    this.#slots.clear();
    this.#slotsDueMs = Number.POSITIVE_INFINITY;
    const { value: isAsSetUp } = await this.#stored(() => this.#modem.isAsSetUp());
    if (isAsSetUp === false) {
      this.#setUpAgain();
      return;
    }
    for (const memory of this.#modem.memories) {
      if (!(await this.#readMemory(memory))) return;
    }
  }

  /** Takes everything over that lies in one memory. False when the modem is not usable just now. */
  async #readMemory(memory: string): Promise<boolean> {
    const { generation, value } = await this.#stored(() => this.#modem.list(memory));
    if (value === undefined) return false;
    if (value.use !== undefined && memory === this.#modem.setup?.memories.receive) {
      this.#used = value.use.used;
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
   * so that they can be committed together; the deletions take turns with what is to be sent, and with the next reading.
   */
  async #keepStored(messages: readonly StoredMessage[], generation: number): Promise<void> {
    const fresh = messages.filter((message) => !this.#isLeaving(message));
    const kept = await this.#unlessOver(Promise.all(fresh.map((message) => this.#isKept(message))));
    if (kept === undefined) return;
    for (const [index, message] of fresh.entries()) {
      if (kept[index]) this.#removals.set(slotOf(message), { message, generation });
    }
    if (fresh.length > 0) this.#lastKeptMs = this.#timers.nowMs();
    if (this.#removals.size > 0) this.#removing ??= this.#removeKept();
  }

  /** Whether it was handed over already and only waits to be deleted. What is in its place instead must not be. */
  #isLeaving(message: StoredMessage): boolean {
    const removal = this.#removals.get(slotOf(message));
    if (removal === undefined) return false;
    if (removal.message.pdu === message.pdu) return true;
    this.#removals.delete(slotOf(message));
    return false;
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

  /** Deletes what waits for it. Never rejects. */
  async #removeKept(): Promise<void> {
    while (this.#removals.size > 0) {
      const { value } = await this.#stored(() => this.#removeNext());
      if (value?.kind === 'left') this.#report({ lastError: value.error });
      // Nothing can be deleted now: the sweep after the set-up finds again what is left.
      if (value === undefined) this.#removals.clear();
      if (this.#removals.size === FEW_REMOVALS) this.#alarm.ring();
    }
    this.#removing = undefined;
    this.#report({ storageUsed: this.#used });
  }

  /** Forgets it within the same turn: a reading must not take what comes into its place for it. */
  async #removeNext(): Promise<RemoveOutcome> {
    const [slot, removal] = this.#removals.entries().next().value ?? [];
    if (slot === undefined || removal === undefined) return { kind: 'removed' };
    this.#removals.delete(slot);
    const { message, generation } = removal;
    if (generation !== this.#generation()) {
      const now = await this.#modem.read(message.memory, message.index);
      if (now.kind !== 'message' || now.message.pdu !== message.pdu) return { kind: 'removed' };
    }
    const outcome = await this.#modem.remove(message);
    const isCounted = outcome.kind === 'removed' && message.memory === this.#modem.setup?.memories.receive;
    if (isCounted && this.#used !== undefined) this.#used = Math.max(0, this.#used - 1);
    return outcome;
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

const slotOf = ({ memory, index }: { readonly memory: string; readonly index: number }) => `${memory}:${index}`;
