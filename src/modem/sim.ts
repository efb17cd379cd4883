import { sha256 } from '@noble/hashes/sha2.js';
import { toHex } from '../core/bytes.ts';
import { action, query } from './at/command.ts';
import { isBusy } from './at/errors.ts';
import { parsePinState, parsePinTries } from './at/parse-replies.ts';
import { LATE_OK_MS } from './at/timeouts.ts';
import type { Commander } from './channel.ts';
import { readCardNumber } from './identity.ts';
import { answerOf, failureOf, type ModemError, succeeded } from './modem-error.ts';
import type { PinTries } from './profiles/index.ts';
import { pause, type Timers } from './time.ts';

/** Remembers across restarts which PIN a SIM has refused: three refusals lock it. */
export interface PinMemory {
  isKnownBad(key: string): Promise<boolean>;
  markBad(key: string): Promise<void>;
}

/** Remembers in this process too: a store that fails to write must not let a refused PIN be tried again. */
export function alsoInProcess(memory: PinMemory): PinMemory {
  const bad = new Set<string>();
  return {
    isKnownBad: async (key) => bad.has(key) || (await memory.isKnownBad(key)),
    markBad: async (key) => {
      bad.add(key);
      await memory.markBad(key);
    },
  };
}

export interface SimOptions {
  readonly pin?: string;
  readonly pinMemory: PinMemory;
  /** What the refused PIN is remembered by where the SIM does not tell its number: the IMEI, or the port's path. */
  readonly owner: string;
  readonly timers: Timers;
  /** How the make of the modem tells the tries left, where it is not as usual. */
  readonly pinTries?: PinTries;
  /** Told when the SIM is not open by itself, before anything is entered; `triesLeft` where the modem tells. */
  readonly onPin?: (triesLeft: number | undefined) => void;
}

export type UnlockOutcome =
  | { readonly kind: 'ready'; readonly entered: boolean }
  | { readonly kind: 'failed'; readonly error: ModemError };

const BUSY_TRIES = 20;
const BUSY_PAUSE_MS = 1_000;

const simError = (text: string, advice: string, code?: number): ModemError => ({
  reason: 'sim',
  text,
  advice,
  class: 'modem',
  ...(code === undefined ? {} : { code }),
});

/** The key a refused PIN is remembered under. The PIN itself is not stored, but four digits can be guessed from it. */
function pinKey(owner: string, pin: string): string {
  return `${owner}:${toHex(sha256(new TextEncoder().encode(`${owner}:${pin}`))).slice(0, 16)}`;
}

/**
 * Brings the SIM to READY (AT+CPIN, 3GPP TS 27.007 8.3). The PIN is entered at most once: never when it is known to be
 * wrong, never as the last try before the SIM locks, and after a refusal it is remembered as wrong.
 */
export async function unlockSim(commander: Commander, options: SimOptions): Promise<UnlockOutcome> {
  const asked = await askPinState(commander, options.timers);
  if (asked.kind === 'failed') return asked;
  if (asked.state === 'READY') return { kind: 'ready', entered: false };
  const tries = await readPinTries(commander, options.pinTries);
  options.onPin?.(tries);
  if (asked.state !== 'SIM PIN') return { kind: 'failed', error: lockedError(asked.state) };

  const { pin, pinMemory } = options;
  if (pin === undefined) return { kind: 'failed', error: simError('SIM PIN required', 'Set the PIN of this modem.') };
  if (!/^\d{4,8}$/.test(pin)) {
    return { kind: 'failed', error: simError('the PIN is not a PIN', 'A PIN has four to eight digits.') };
  }
  // A card taken to another modem keeps what it refused; most modems tell its number before the PIN.
  const key = pinKey((await readCardNumber(commander)) ?? options.owner, pin);
  if (await pinMemory.isKnownBad(key)) return { kind: 'failed', error: REFUSED_BEFORE };
  if (tries !== undefined && tries <= 1) return { kind: 'failed', error: LAST_TRY };

  const entered = await commander.execute(action(`AT+CPIN="${pin}"`));
  const state = succeeded(entered) ? 'READY' : await stateAfterRefusal(commander, options.timers);
  if (state === 'READY') return { kind: 'ready', entered: true };
  const error = failureOf(entered);
  if (state === 'SIM PIN' && !isBusyError(error)) {
    await pinMemory.markBad(key);
    return { kind: 'failed', error: { ...REFUSED, ...(error?.code === undefined ? {} : { code: error.code }) } };
  }
  if (state !== undefined && state !== 'SIM PIN') return { kind: 'failed', error: lockedError(state) };
  return {
    kind: 'failed',
    error: simError(error?.text ?? 'no answer to the PIN', error?.advice ?? 'Wait.', error?.code),
  };
}

const REFUSED = simError('the SIM refused the PIN', 'Correct the PIN of this modem; it is not tried again.');
const REFUSED_BEFORE = simError(
  'the SIM has refused this PIN before',
  'Correct the PIN of this modem; three refusals would lock the SIM.',
);
const LAST_TRY = simError(
  'only one try for the PIN is left',
  'Enter the right PIN once by hand, in a telephone; another mistake locks the SIM.',
);

function lockedError(state: string): ModemError {
  if (state.startsWith('SIM PUK')) {
    return simError(`${state} required`, 'Unlock the SIM with its PUK in a telephone.');
  }
  if (state.startsWith('PH-')) {
    return simError(`${state} required`, 'The modem is locked to another SIM card or operator.');
  }
  return simError(`${state} required`, 'Unlock the SIM in a telephone.');
}

type PinState =
  | { readonly kind: 'state'; readonly state: string }
  | { readonly kind: 'failed'; readonly error: ModemError };

async function askPinState(commander: Commander, timers: Timers): Promise<PinState> {
  for (let attempt = 1; ; attempt += 1) {
    // Wavecom gives no OK after +CPIN: READY.
    const result = await commander.execute(query('AT+CPIN?', '+CPIN:', { lateOkMs: LATE_OK_MS }));
    const state = parsePinState(answerOf(result));
    if (state !== undefined) return { kind: 'state', state };
    const error = failureOf(result) ?? simError('the modem does not tell the state of the SIM', 'Check the SIM card.');
    if (error.reason === 'timeout' || error.reason === 'closed') return { kind: 'failed', error };
    if (!isBusyError(error) || attempt >= BUSY_TRIES) return { kind: 'failed', error: { ...error, reason: 'sim' } };
    await pause(timers, BUSY_PAUSE_MS);
  }
}

/** A late success looks like a failure first: believe the state, not the answer. */
async function stateAfterRefusal(commander: Commander, timers: Timers): Promise<string | undefined> {
  const asked = await askPinState(commander, timers);
  return asked.kind === 'state' ? asked.state : undefined;
}

/** 3GPP TS 27.007 8.65; what SIMCom understands, and others have taken over. */
const STANDARD_TRIES: PinTries = { command: 'AT+CPINR', prefix: '+CPINR:' };
const USUAL_TRIES: PinTries = { command: 'AT+SPIC', prefix: '+SPIC:' };

/** Tries left before the SIM locks, where the modem offers to tell; `own` is how its make does. */
export async function readPinTries(commander: Commander, own: PinTries = USUAL_TRIES): Promise<number | undefined> {
  for (const { command, prefix } of [STANDARD_TRIES, own]) {
    const tries = parsePinTries(answerOf(await commander.execute(query(command, prefix))));
    if (tries !== undefined) return tries;
  }
  return undefined;
}

function isBusyError(error: ModemError | undefined): boolean {
  return error !== undefined && (error.reason === 'cme' || error.reason === 'cms') && isBusy(error.reason, error.code);
}
