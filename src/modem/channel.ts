import { assertNever } from '../core/errors.ts';
import type { AtCommand } from './at/command.ts';
import { step } from './at/command-machine.ts';
import { emptySplitter, type SplitterState, splitBytes } from './at/line-splitter.ts';
import {
  type CommandResult,
  idleMachine,
  type MachineEffect,
  type MachineInput,
  type MachineState,
  type ResyncOptions,
} from './at/machine.ts';
import type { Urc } from './at/urc.ts';
import { hideSecrets } from './hide-secrets.ts';
import type { Timers } from './time.ts';
import type { Transport } from './transport/transport.ts';

/** Sees every line in both directions (`>` to the modem), without PINs; for transcripts and debugging. */
export type Trace = (direction: '>' | '<', text: string) => void;

export interface ChannelOptions {
  readonly transport: Transport;
  readonly timers: Timers;
  readonly trace?: Trace;
}

/** Where commands can be run; everything above the channel needs only this. */
export interface Commander {
  /** Runs a command when its turn comes. Never rejects: timeouts and a lost port are results. */
  execute(command: AtCommand, options?: ExecuteOptions): Promise<CommandResult>;
}

export interface ExecuteOptions {
  /** Goes before those that wait. */
  readonly priority?: boolean;
  /** Called when what the modem asked for with its prompt is written. */
  readonly onPayload?: (() => void) | undefined;
}

type Job =
  | {
      readonly kind: 'command';
      readonly command: AtCommand;
      readonly onPayload: (() => void) | undefined;
      readonly resolve: (result: CommandResult) => void;
    }
  | { readonly kind: 'resync'; readonly options: ResyncOptions; readonly resolve: (ok: boolean) => void };

/**
 * The one way to talk to a modem: exactly one command in flight, the rest queue (a priority lane goes first), each
 * with its deadline; indications go to their listeners in order. Performs what the command machine says.
 */
export class Channel implements Commander {
  readonly #transport: Transport;
  readonly #timers: Timers;
  readonly #traces = new Set<Trace>();
  readonly #urgent: Job[] = [];
  readonly #ordinary: Job[] = [];
  readonly #urcListeners = new Set<(urc: Urc) => void>();
  readonly #closeListeners = new Set<(cause?: unknown) => void>();
  readonly #silenceListeners = new Set<() => void>();
  #splitter: SplitterState = emptySplitter;
  #machine: MachineState = idleMachine;
  #settle: ((result: CommandResult) => void) | undefined;
  #onPayload: (() => void) | undefined;
  #synced: ((ok: boolean) => void) | undefined;
  #deadline: { readonly dueMs: number; readonly cancel: () => void } | undefined;
  #closed: { readonly cause?: unknown } | undefined;

  constructor(options: ChannelOptions) {
    this.#transport = options.transport;
    this.#timers = options.timers;
    if (options.trace !== undefined) this.#traces.add(options.trace);
    this.#transport.onData((bytes) => this.#receive(bytes));
    this.#transport.onClose((cause) => this.#end(cause));
  }

  execute(command: AtCommand, { priority = false, onPayload }: ExecuteOptions = {}): Promise<CommandResult> {
    return new Promise((resolve) => {
      if (this.#closed !== undefined) {
        resolve({ kind: 'closed', stage: 'waiting', cause: this.#closed.cause });
        return;
      }
      (priority ? this.#urgent : this.#ordinary).push({ kind: 'command', command, onPayload, resolve });
      this.#next();
    });
  }

  /** Leaves a prompt a dead host may have left, swallows old answers, tries `AT`. False: no answer, or closed. */
  resync(options: ResyncOptions): Promise<boolean> {
    return new Promise((resolve) => {
      if (this.#closed !== undefined) {
        resolve(false);
        return;
      }
      this.#ordinary.push({ kind: 'resync', options, resolve });
      this.#next();
    });
  }

  /** Calls back for every indication until the returned function is called. */
  onUrc(listener: (urc: Urc) => void): () => void {
    this.#urcListeners.add(listener);
    return () => this.#urcListeners.delete(listener);
  }

  /** Calls back once when the port is gone or closed. */
  onClose(listener: (cause?: unknown) => void): void {
    if (this.#closed === undefined) this.#closeListeners.add(listener);
    else listener(this.#closed.cause);
  }

  /** Calls back when the modem answered neither a command nor the `AT`s after it. */
  onSilence(listener: () => void): void {
    this.#silenceListeners.add(listener);
  }

  /** Shows every line from here on, without PINs, until `dropTrace`. */
  onTrace(trace: Trace): void {
    this.#traces.add(trace);
  }

  dropTrace(trace: Trace): void {
    this.#traces.delete(trace);
  }

  /** Closes the port. Everything pending ends as `closed`. */
  async close(): Promise<void> {
    this.#end();
    await this.#transport.close();
  }

  #receive(bytes: Uint8Array): void {
    if (this.#closed !== undefined) return;
    // A chunk may hold the end of one answer and the prompt of the next command only in theory: the next command
    // leaves after this loop has seen the answer, so its prompt always comes in a later chunk.
    const { state, tokens } = splitBytes(this.#splitter, bytes);
    this.#splitter = state;
    for (const token of tokens) {
      if (this.#traces.size > 0) this.#record('<', token.kind === 'line' ? token.text : '>');
      this.#feed(token);
    }
  }

  #feed(input: MachineInput): void {
    const { state, effects } = step(this.#machine, input);
    this.#machine = state;
    for (const effect of effects) this.#perform(effect);
    this.#next();
  }

  #perform(effect: MachineEffect): void {
    switch (effect.kind) {
      case 'write':
        this.#write(effect.text);
        if (this.#machine.phase.kind === 'active' && this.#machine.phase.stage === 'payload') this.#onPayload?.();
        return;
      case 'deadline':
        this.#arm(effect.delayMs, effect.sooner ?? false);
        return;
      case 'clear-deadline':
        this.#disarm();
        return;
      case 'expect-prompt':
        this.#splitter = { ...this.#splitter, awaitsPrompt: effect.on };
        return;
      case 'settle':
        this.#settle?.(effect.result);
        this.#settle = undefined;
        return;
      case 'urc':
        for (const listener of this.#urcListeners) listener(effect.urc);
        return;
      case 'synced':
        this.#finishResync(effect.ok);
        return;
      default:
        assertNever(effect);
    }
  }

  #finishResync(ok: boolean): void {
    const asked = this.#synced;
    this.#synced = undefined;
    if (asked !== undefined) asked(ok);
    else if (!ok) for (const listener of this.#silenceListeners) listener();
  }

  #next(): void {
    if (this.#machine.phase.kind !== 'idle' || this.#closed !== undefined) return;
    const job = this.#urgent.shift() ?? this.#ordinary.shift();
    if (job === undefined) return;
    if (job.kind === 'command') {
      this.#settle = job.resolve;
      this.#onPayload = job.onPayload;
      this.#feed({ kind: 'start', command: job.command });
    } else {
      this.#synced = job.resolve;
      this.#feed({ kind: 'resync', options: job.options });
    }
  }

  #record(direction: '>' | '<', text: string): void {
    const shown = hideSecrets(text);
    for (const trace of this.#traces) trace(direction, shown);
  }

  #write(text: string): void {
    if (this.#traces.size > 0) this.#record('>', text);
    const failed = (cause: unknown) => this.#end(cause);
    try {
      const written = this.#transport.write(new TextEncoder().encode(text));
      if (written instanceof Promise) written.catch(failed);
    } catch (cause) {
      // Not within the machine's own step: its effects are still being performed.
      queueMicrotask(() => failed(cause));
    }
  }

  #arm(delayMs: number, sooner: boolean): void {
    const dueMs = this.#timers.nowMs() + delayMs;
    if (sooner && this.#deadline !== undefined && this.#deadline.dueMs <= dueMs) return;
    this.#disarm();
    const cancel = this.#timers.after(delayMs, () => {
      this.#deadline = undefined;
      this.#feed({ kind: 'timeout' });
    });
    this.#deadline = { dueMs, cancel };
  }

  #disarm(): void {
    this.#deadline?.cancel();
    this.#deadline = undefined;
  }

  #end(cause?: unknown): void {
    if (this.#closed !== undefined) return;
    this.#closed = { cause };
    this.#feed({ kind: 'closed', cause });
    for (const job of [...this.#urgent.splice(0), ...this.#ordinary.splice(0)]) {
      if (job.kind === 'command') job.resolve({ kind: 'closed', stage: 'waiting', cause });
      else job.resolve(false);
    }
    for (const listener of this.#closeListeners) listener(cause);
  }
}
