import { backoffMs } from '../core/backoff.ts';
import { assertNever } from '../core/errors.ts';

/**
 * Where a modem is. `absent`: there is no such port. `opening`. `pin`: the SIM is not open (PIN, PUK, no card), until the
 * set-up gets past it.
 * `initialising`: settings. `registering`: not on the network yet. `ready`. `degraded`: was ready, lost the network.
 * `resetting`: a remedy is at work. `resting`: waits before the port is opened again. `closed`: ended by us.
 */
export type ModemState = (typeof MODEM_STATES)[number];

export const MODEM_STATES = [
  'absent',
  'opening',
  'pin',
  'initialising',
  'registering',
  'ready',
  'degraded',
  'resetting',
  'resting',
  'closed',
] as const;

/** What a session on an open port tells of itself. */
export type Stage = Extract<ModemState, 'pin' | 'initialising' | 'registering' | 'ready' | 'degraded' | 'resetting'>;

/**
 * Why it does not work. `absent`: the port is not there. `busy`: somebody else has it. `gone`: the open port vanished.
 * `silent`: it does not answer. `refused`: it answers, but cannot be set up. `network`: set up, and off the network for
 * too long. `sim`: the card is missing or locked, which no reset mends.
 */
export type Trouble = 'absent' | 'busy' | 'gone' | 'silent' | 'refused' | 'network' | 'sim';

/** `soft`: ATZ. `radio`: off and on. `restart`: AT+CFUN=1,1 or what the profile says. `power`: the USB power hook. */
export type Remedy = 'soft' | 'radio' | 'restart' | 'power';

/** What is done over the port itself. */
export type PortRemedy = Exclude<Remedy, 'power'>;

export interface Life {
  readonly state: ModemState;
  /** Why it is not ready, for the operator. */
  readonly cause: string | undefined;
  readonly trouble: Trouble | undefined;
  /** How often the same trouble has come in a row. */
  readonly repeats: number;
  /** What is tried at the next opening. */
  readonly remedy: Remedy | undefined;
}

export type LifeInput =
  | { readonly kind: 'opened' }
  | { readonly kind: 'open-failed'; readonly trouble: 'absent' | 'busy'; readonly cause: string }
  | { readonly kind: 'stage'; readonly stage: Stage; readonly cause: string | undefined }
  /** `readyForMs`: how long it had been ready without interruption. */
  | { readonly kind: 'ended'; readonly trouble: Trouble; readonly cause: string; readonly readyForMs: number }
  | { readonly kind: 'rested' }
  | { readonly kind: 'powered' }
  | { readonly kind: 'close' };

export type LifeEffect =
  | { readonly kind: 'open' }
  /** Runs a session on the port just opened, with the remedy first. */
  | { readonly kind: 'run'; readonly remedy: PortRemedy | undefined }
  | { readonly kind: 'rest'; readonly trouble: Trouble; readonly repeats: number }
  /** Runs the USB power hook. */
  | { readonly kind: 'power' }
  | { readonly kind: 'end' }
  | { readonly kind: 'none' };

export interface LifeStep {
  readonly life: Life;
  readonly effect: LifeEffect;
}

/** Ready for this long counts as recovered; less is part of the same trouble. */
const RECOVERED_MS = 30_000;

/** A modem that has not been looked for yet; its first effect is to open the port. */
export const newLife: Life = { state: 'opening', cause: undefined, trouble: undefined, repeats: 0, remedy: undefined };

/**
 * The supervisor as a table: where it is and what happened give where it is then and what to do. It neither waits nor
 * opens; the shell performs the effect and feeds what came of it. After `close` nothing changes it any more.
 */
export function stepLife(life: Life, input: LifeInput, hasPowerHook: boolean): LifeStep {
  if (life.state === 'closed') return { life, effect: { kind: 'none' } };
  switch (input.kind) {
    case 'close':
      return { life: { ...newLife, state: 'closed' }, effect: { kind: 'end' } };
    case 'rested':
      if (life.remedy === 'power') return { life: { ...life, state: 'resetting' }, effect: { kind: 'power' } };
      // Looking again for a port or a card that is not there is no change of state: it stays so since it went.
      return {
        life: life.state === 'absent' || life.state === 'pin' ? life : { ...life, state: 'opening' },
        effect: { kind: 'open' },
      };
    case 'powered':
      return { life: { ...life, state: 'opening', remedy: undefined }, effect: { kind: 'open' } };
    case 'opened': {
      const remedy = life.remedy === 'power' ? undefined : life.remedy;
      if (life.state === 'pin') return { life, effect: { kind: 'run', remedy: undefined } };
      return {
        life: { ...life, state: remedy === undefined ? 'initialising' : 'resetting', remedy: undefined },
        effect: { kind: 'run', remedy },
      };
    }
    case 'stage':
      if (life.state === 'pin' && (input.stage === 'pin' || input.stage === 'initialising')) {
        return { life: { ...life, cause: input.cause ?? life.cause }, effect: { kind: 'none' } };
      }
      return { life: { ...life, state: input.stage, cause: input.cause }, effect: { kind: 'none' } };
    case 'open-failed':
      return rest({ ...life, state: input.trouble === 'absent' ? 'absent' : 'resting' }, input, 0, hasPowerHook);
    case 'ended':
      return rest(
        { ...life, state: input.trouble === 'sim' ? 'pin' : 'resting' },
        input,
        input.readyForMs,
        hasPowerHook,
      );
    default:
      return assertNever(input);
  }
}

function rest(
  life: Life,
  { trouble, cause }: { readonly trouble: Trouble; readonly cause: string },
  readyForMs: number,
  hasPowerHook: boolean,
): LifeStep {
  const again = trouble === life.trouble && readyForMs < RECOVERED_MS;
  const repeats = again ? life.repeats + 1 : 1;
  const remedy = remedyFor(trouble, repeats, hasPowerHook);
  return { life: { ...life, cause, trouble, repeats, remedy }, effect: { kind: 'rest', trouble, repeats } };
}

/** Rungs from mild to drastic, then a turn without any, and again from below: the pauses between them grow. */
const LADDERS: Readonly<Record<'silent' | 'refused' | 'network', readonly (Remedy | undefined)[]>> = {
  // A modem that says nothing takes no command: opening the port again is all there is before its power.
  silent: [undefined, undefined, 'power'],
  refused: ['soft', 'restart', 'power', undefined],
  network: ['radio', 'restart', 'power', undefined],
};

/** What to try after the same trouble has come `repeats` times; undefined: only open the port again. */
export function remedyFor(trouble: Trouble, repeats: number, hasPowerHook: boolean): Remedy | undefined {
  if (trouble !== 'silent' && trouble !== 'refused' && trouble !== 'network') return undefined;
  const ladder = LADDERS[trouble];
  const remedy = ladder[(repeats - 1) % ladder.length];
  return remedy === 'power' && !hasPowerHook ? undefined : remedy;
}

/** Some boots take half a minute; a modem that has been silent for longer is not about to answer. */
const BOOTING_REPEATS = 10;

/** Milliseconds to wait before the port is opened again; `random` in [0, 1) spreads many modems. */
export function restMs(trouble: Trouble, repeats: number, random: number): number {
  switch (trouble) {
    case 'gone':
    case 'absent':
      // Looking for a name costs nothing, and a stick is to be back within seconds of its return.
      return 1_000 + 1_000 * random;
    case 'busy':
      return 3_000 + 4_000 * random;
    case 'sim':
      return 10_000 + 5_000 * random;
    case 'silent':
      return backoffMs(repeats, { baseMs: 1_000, maxMs: repeats <= BOOTING_REPEATS ? 3_000 : 60_000 }, random);
    case 'refused':
    case 'network':
      return backoffMs(repeats, { baseMs: 1_000, maxMs: 60_000 }, random);
    default:
      return assertNever(trouble);
  }
}
