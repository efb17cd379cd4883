import type { AtCommand } from './command.ts';
import type { FinalResult } from './final-result.ts';
import type { RoutedHeader, Urc } from './urc.ts';

/**
 * How far a command came. `reply`: written, no payload. `prompt`: written, no PDU yet, so nothing can have been sent.
 * `payload`: PDU and ctrl-Z have left; without an answer nobody knows what became of it.
 */
export type Stage = 'reply' | 'prompt' | 'payload';

export type CommandResult =
  | { readonly kind: 'done'; readonly stage: Stage; readonly final: FinalResult; readonly lines: readonly string[] }
  | { readonly kind: 'timeout'; readonly stage: Stage; readonly restarted: boolean }
  /** The port is gone. `waiting`: the command never left. */
  | { readonly kind: 'closed'; readonly stage: Stage | 'waiting'; readonly cause?: unknown };

/** Getting back in step: ESC, silence, `AT` until its OK. */
export interface ResyncOptions {
  /** Silence after ESC in which late answers are swallowed. */
  readonly drainMs: number;
  /** How often `AT` is tried. */
  readonly attempts: number;
}

/** A command that was started and has not ended. */
export interface Active {
  readonly kind: 'active';
  readonly command: AtCommand;
  readonly stage: Stage;
  readonly lines: readonly string[];
  /** A header of this answer waits for its PDU of about this many octets. */
  readonly pduLength?: number;
  readonly restarted: boolean;
}

export interface Resync {
  readonly kind: 'resync';
  readonly options: ResyncOptions;
  readonly step: 'drain' | 'answer' | 'quiet';
  readonly attempt: number;
  /** A send without an answer: a late `+CMGS:` still says that it went out. */
  readonly late?: Active;
}

export interface MachineState {
  readonly phase: { readonly kind: 'idle' } | Active | Resync;
  /** A two-line indication waits for its PDU; `overtaken` by a header of the answer that came after it. */
  readonly header?: RoutedHeader & { readonly overtaken?: true };
  /** A `+CUSD` whose text goes on over several lines: its quote is still open. */
  readonly openText?: string;
}

export type MachineInput =
  | { readonly kind: 'start'; readonly command: AtCommand }
  | { readonly kind: 'resync'; readonly options: ResyncOptions }
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'prompt' }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'closed'; readonly cause?: unknown };

export type MachineEffect =
  | { readonly kind: 'write'; readonly text: string }
  /** Arms the one timer. `sooner`: only when it would fire before the one that is armed. */
  | { readonly kind: 'deadline'; readonly delayMs: number; readonly sooner?: true }
  | { readonly kind: 'clear-deadline' }
  | { readonly kind: 'expect-prompt'; readonly on: boolean }
  | { readonly kind: 'settle'; readonly result: CommandResult }
  | { readonly kind: 'urc'; readonly urc: Urc }
  /** A resynchronisation ended; `false`: the modem does not answer at all. */
  | { readonly kind: 'synced'; readonly ok: boolean };

export interface Step {
  readonly state: MachineState;
  readonly effects: readonly MachineEffect[];
}

export const idleMachine: MachineState = { phase: { kind: 'idle' } };

/** Both, one after the other. */
export const followedBy = (before: Step, after: Step): Step => ({
  state: after.state,
  effects: [...before.effects, ...after.effects],
});

/** Nothing to do. */
export const stay = (state: MachineState): Step => ({ state, effects: [] });

/** Only an indication came. */
export const emit = (state: MachineState, urc: Urc): Step => ({ state, effects: [{ kind: 'urc', urc }] });
