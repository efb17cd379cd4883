import { assertNever } from '../../core/errors.ts';
import type { AtCommand } from './command.ts';
import { type FinalResult, parseFinalResult } from './final-result.ts';
import {
  type Active,
  type CommandResult,
  emit,
  followedBy,
  idleMachine,
  type MachineEffect,
  type MachineInput,
  type MachineState,
  type Stage,
  type Step,
  stay,
} from './machine.ts';
import { announcedLength, hasAnnouncedLength, isPduLine } from './parse-storage.ts';
import { beginResync, RESYNC_AFTER_TIMEOUT, resyncTimeout, takeResyncLine } from './resync.ts';
import { AFTER_RESTART_MS } from './timeouts.ts';
import { BOOT_BEGINS, parseRoutedHeader, parseUrc, type Urc, unglue } from './urc.ts';

const CTRL_Z = '\u001a';
const MAX_ANSWER_LINES = 4_096;
/** What was typed before a restart began is lost; long enough for an answer that was already on its way. */
const LOST_IN_RESTART_MS = 1_000;

/**
 * The AT protocol as a table: state and input give the next state and what to do. It never waits and never writes;
 * the channel does. Whatever arrives between the lines of an answer is sorted out here, so that an indication can
 * never make a command fail.
 */
export function step(state: MachineState, input: MachineInput): Step {
  switch (input.kind) {
    case 'start':
      return start(state, input.command);
    case 'resync':
      return beginResync(state, input.options);
    case 'line':
      return takeWhole(state, input.text);
    case 'prompt':
      return takePrompt(state);
    case 'timeout':
      return takeTimeout(state);
    case 'closed':
      return takeClosed(state, input.cause);
    default:
      return assertNever(input);
  }
}

const TEXT_BEGINS = /^\+CUSD:\s*\d\s*,\s*"[^"]*$/;
/** 182 characters are the most a USSD text has; in hexadecimal UCS-2 that is four times as many. */
const MAX_TEXT = 1_000;

/** Texts of the network hold line ends (menus do): the lines of an open quote are one. What cannot belong ends it. */
function takeWhole(state: MachineState, line: string): Step {
  const { openText, ...rest } = state;
  if (openText === undefined) {
    return TEXT_BEGINS.test(line) ? stay({ ...state, openText: line }) : takeUnglued(state, line);
  }
  const isForeign = parseFinalResult(line) !== undefined || /^[+^]C?[A-Z]{2,}:/.test(line);
  if (isForeign || openText.length > MAX_TEXT) {
    return followedBy(takeUnglued(rest, openText), takeUnglued(rest, line));
  }
  const text = `${openText}\n${line}`;
  return line.includes('"') ? takeUnglued(rest, text) : stay({ ...rest, openText: text });
}

function takeUnglued(state: MachineState, line: string): Step {
  return unglue(line).reduce<Step>((done, text) => followedBy(done, takeLine(done.state, text)), {
    state,
    effects: [],
  });
}

function start(state: MachineState, command: AtCommand): Step {
  const { payload } = command;
  const stage: Stage = payload === undefined ? 'reply' : 'prompt';
  return {
    state: { ...state, phase: { kind: 'active', command, stage, lines: [], restarted: false } },
    effects: [
      { kind: 'expect-prompt', on: payload !== undefined },
      { kind: 'write', text: `${command.text}\r` },
      { kind: 'deadline', delayMs: payload?.promptTimeoutMs ?? command.timeoutMs },
    ],
  };
}

function takePrompt(state: MachineState): Step {
  const { phase } = state;
  if (phase.kind !== 'active' || phase.stage !== 'prompt' || phase.command.payload === undefined) return stay(state);
  return {
    state: { ...state, phase: { ...phase, stage: 'payload' } },
    effects: [
      // Ended by ctrl-Z alone: Huawei modems answer a CR after it with an error.
      { kind: 'write', text: `${phase.command.payload.hex}${CTRL_Z}` },
      { kind: 'deadline', delayMs: phase.command.timeoutMs },
    ],
  };
}

function takeLine(state: MachineState, line: string): Step {
  const { phase } = state;
  if (phase.kind === 'active' && isEcho(phase, line)) return stay(state);
  if (isPduLine(line)) {
    const claimed = claimPdu(state, line);
    if (claimed !== undefined) return claimed;
  }
  const routed = parseRoutedHeader(line);
  if (routed !== undefined) return stay({ ...state, header: routed });
  switch (phase.kind) {
    case 'idle':
      return emit(state, parseUrc(line) ?? { kind: 'noise', line });
    case 'active':
      return takeAnswerLine(state, phase, line);
    case 'resync':
      return takeResyncLine(state, phase, line);
    default:
      return assertNever(phase);
  }
}

function isEcho(active: Active, line: string): boolean {
  return line === active.command.text || (active.command.payload !== undefined && line === active.command.payload.hex);
}

/**
 * Gives a PDU line to whoever announced one of its length, the later announcement first; failing that to the answer
 * that waits for one, because a wrong announcement must not lose a message.
 */
function claimPdu(state: MachineState, line: string): Step | undefined {
  const { phase, header } = state;
  const waiting = phase.kind === 'active' ? phase.pduLength : undefined;
  const answerFits = waiting !== undefined && hasAnnouncedLength(line, waiting);
  const headerFits = header !== undefined && hasAnnouncedLength(line, header.length);
  if (headerFits && !(answerFits && header.overtaken)) {
    return emit({ phase }, { kind: 'routed', what: header.what, pdu: line.toUpperCase() });
  }
  if (phase.kind !== 'active' || waiting === undefined) return undefined;
  const { pduLength: _taken, ...rest } = phase;
  return stay({ ...state, phase: { ...rest, lines: [...phase.lines, line] } });
}

function takeAnswerLine(state: MachineState, active: Active, line: string): Step {
  const final = parseFinalResult(line);
  if (final !== undefined && endsCommand(final, active.command)) {
    return {
      state: { ...state, phase: { kind: 'idle' } },
      effects: [
        { kind: 'clear-deadline' },
        { kind: 'expect-prompt', on: false },
        { kind: 'settle', result: { kind: 'done', stage: active.stage, final, lines: active.lines } },
      ],
    };
  }
  if (active.command.accepts?.(line)) return acceptLine(state, active, line);
  const urc = parseUrc(line);
  if (urc !== undefined) return takeUrc(state, active, urc);
  if (active.command.bare) return acceptLine(state, active, line);
  return emit(state, { kind: 'noise', line });
}

/** `NO CARRIER` while a message is being sent tells of somebody else's call. */
function endsCommand(final: FinalResult, command: AtCommand): boolean {
  return final.kind !== 'call' || /^AT[DA]/i.test(command.text);
}

function acceptLine(state: MachineState, active: Active, line: string): Step {
  if (active.lines.length >= MAX_ANSWER_LINES) return stay(state);
  const pduLength = active.command.carriesPdu ? announcedLength(line) : undefined;
  const { pduLength: _previous, ...rest } = active;
  const phase: Active = {
    ...rest,
    lines: [...active.lines, line],
    // `+CMGR: 0,,0` is an empty slot: no PDU follows.
    ...(pduLength === undefined || pduLength === 0 ? {} : { pduLength }),
  };
  const { lateOkMs } = active.command;
  const { header } = state;
  return {
    state: header === undefined ? { phase } : { phase, header: { ...header, overtaken: true } },
    effects: lateOkMs === undefined ? [] : [{ kind: 'deadline', delayMs: lateOkMs, sooner: true }],
  };
}

function takeUrc(state: MachineState, active: Active, urc: Urc): Step {
  if (urc.kind !== 'boot') return emit(state, urc);
  const isOver = BOOT_BEGINS.test(urc.line);
  if (!isOver && active.stage !== 'payload') return emit(state, urc);
  return {
    state: { ...state, phase: { ...active, restarted: true } },
    effects: [
      { kind: 'urc', urc },
      { kind: 'deadline', delayMs: isOver ? LOST_IN_RESTART_MS : AFTER_RESTART_MS, sooner: true },
    ],
  };
}

function takeTimeout(state: MachineState): Step {
  const { phase } = state;
  switch (phase.kind) {
    case 'idle':
      return stay(state);
    case 'active':
      return activeTimeout(state, phase);
    case 'resync':
      return resyncTimeout(state, phase);
    default:
      return assertNever(phase);
  }
}

function activeTimeout(state: MachineState, active: Active): Step {
  const resync = (late?: Active) => beginResync(state, RESYNC_AFTER_TIMEOUT, late);
  const { command, stage, lines, restarted } = active;
  if (command.lateOkMs !== undefined && lines.length > 0) {
    const result: CommandResult = { kind: 'done', stage, final: { kind: 'ok' }, lines };
    return followedBy({ state, effects: [{ kind: 'settle', result }] }, resync());
  }
  if (stage === 'payload') return resync(active);
  const result: CommandResult = { kind: 'timeout', stage, restarted };
  return followedBy({ state, effects: [{ kind: 'settle', result }] }, resync());
}

function takeClosed(state: MachineState, cause: unknown): Step {
  const { phase } = state;
  const open = phase.kind === 'active' ? phase : phase.kind === 'resync' ? phase.late : undefined;
  const effects: MachineEffect[] = [{ kind: 'clear-deadline' }];
  if (open !== undefined) {
    const done: CommandResult =
      open.command.lateOkMs !== undefined && open.lines.length > 0
        ? { kind: 'done', stage: open.stage, final: { kind: 'ok' }, lines: open.lines }
        : { kind: 'closed', stage: open.stage, cause };
    effects.push({ kind: 'settle', result: done });
  }
  if (phase.kind === 'resync') effects.push({ kind: 'synced', ok: false });
  return { state: idleMachine, effects };
}
