import { assertNever } from '../../core/errors.ts';
import { type FinalResult, parseFinalResult } from './final-result.ts';
import {
  type Active,
  type CommandResult,
  emit,
  type MachineEffect,
  type MachineState,
  type Resync,
  type ResyncOptions,
  type Step,
  stay,
} from './machine.ts';
import { parseUrc } from './urc.ts';

export const RESYNC_AFTER_TIMEOUT: ResyncOptions = { drainMs: 1_000, attempts: 3 };
export const RESYNC_AT_START: ResyncOptions = { drainMs: 100, attempts: 5 };

const ESC = '\u001b';
const PROBE_TIMEOUT_MS = 1_000;
/** A second OK, of the command that was given up or of ESC, must not be taken for the next command's. */
const QUIET_MS = 250;

/**
 * Begins to get back in step. `late` is a command whose end is still unknown: what comes of it meanwhile settles it, and
 * the end of the resynchronisation at the latest.
 */
export function beginResync(state: MachineState, options: ResyncOptions, late?: Active): Step {
  const phase: Resync = { kind: 'resync', options, step: 'drain', attempt: 1, ...(late === undefined ? {} : { late }) };
  return { state: { ...state, phase }, effects: [{ kind: 'expect-prompt', on: false }, ...drain(options)] };
}

/** ESC leaves a prompt without sending. Never ctrl-Z: that would send whatever was typed into it. */
const drain = (options: ResyncOptions): readonly MachineEffect[] => [
  { kind: 'write', text: ESC },
  { kind: 'deadline', delayMs: options.drainMs },
];

/** A line that comes meanwhile: a late answer, the OK of our `AT`, or an indication. */
export function takeResyncLine(state: MachineState, resync: Resync, line: string): Step {
  const { late, ...rest } = resync;
  if (late?.command.accepts?.(line)) {
    const result: CommandResult = { kind: 'done', stage: late.stage, final: { kind: 'ok' }, lines: [line] };
    return { state: { ...state, phase: rest }, effects: [{ kind: 'settle', result }] };
  }
  const final = parseFinalResult(line) ?? numericResult(line);
  if (final === undefined) {
    const urc = parseUrc(line);
    return urc === undefined ? stay(state) : emit(state, urc);
  }
  if (resync.step === 'answer' && final.kind === 'ok') {
    return {
      state: { ...state, phase: { ...resync, step: 'quiet' } },
      effects: [{ kind: 'deadline', delayMs: QUIET_MS }],
    };
  }
  // Before our AT has left, an error can only be the late answer; an OK may be that of ESC.
  if (late !== undefined && resync.step === 'drain' && (final.kind === 'cms' || final.kind === 'cme')) {
    const result: CommandResult = { kind: 'done', stage: late.stage, final, lines: late.lines };
    return { state: { ...state, phase: rest }, effects: [{ kind: 'settle', result }] };
  }
  return stay(state);
}

/** A modem left in V0 answers `AT` with a digit (V.250 table 1); the first command of the start-up puts that right. */
function numericResult(line: string): FinalResult | undefined {
  return line === '0' ? { kind: 'ok' } : undefined;
}

/** The next step, when nothing came for as long as this one waits. */
export function resyncTimeout(state: MachineState, resync: Resync): Step {
  const { options, attempt, late } = resync;
  switch (resync.step) {
    case 'drain':
      return {
        state: { ...state, phase: { ...resync, step: 'answer' } },
        effects: [
          // A modem told to be quiet (Q1) answers nothing until it is told otherwise.
          { kind: 'write', text: attempt < 3 ? 'AT\r' : 'ATQ0\r' },
          { kind: 'deadline', delayMs: PROBE_TIMEOUT_MS },
        ],
      };
    case 'answer':
      // ESC again each time: a slow modem may have shown its prompt only after the last one.
      return attempt >= options.attempts
        ? endResync(state, late, false)
        : { state: { ...state, phase: { ...resync, step: 'drain', attempt: attempt + 1 } }, effects: drain(options) };
    case 'quiet':
      return endResync(state, late, true);
    default:
      return assertNever(resync.step);
  }
}

function endResync(state: MachineState, late: Active | undefined, ok: boolean): Step {
  const lost: readonly MachineEffect[] =
    late === undefined
      ? []
      : [{ kind: 'settle', result: { kind: 'timeout', stage: late.stage, restarted: late.restarted } }];
  return { state: { ...state, phase: { kind: 'idle' } }, effects: [...lost, { kind: 'synced', ok }] };
}
