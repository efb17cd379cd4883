import { type AtCommand, action, query } from './at/command.ts';
import { isBusy } from './at/errors.ts';
import type { CommandResult } from './at/machine.ts';
import { parseNumbers, parseServiceCentre } from './at/parse-replies.ts';
import { RESYNC_AT_START } from './at/resync.ts';
import type { Channel } from './channel.ts';
import { type ModemIdentity, readModemIdentity, readSimIdentity, type SimIdentity } from './identity.ts';
import { armIndications } from './indications.ts';
import { chooseMemories, type MemoryLayout } from './memories.ts';
import { answerOf, failureOf, type ModemError, succeeded } from './modem-error.ts';
import { watchRegistration } from './network.ts';
import { chooseProfile, type ModemProfile } from './profiles/index.ts';
import { type PinMemory, unlockSim } from './sim.ts';
import { pause, type Timers } from './time.ts';

export interface InitialiseOptions {
  readonly pin?: string;
  readonly pinMemory: PinMemory;
  /** Stands for the modem where it does not tell an IMEI. */
  readonly path: string;
  readonly timers: Timers;
  /** Name of the vendor profile; absent: chosen by what the modem says of itself. */
  readonly profile?: string;
  /** Told when the SIM is not open by itself, before anything is entered; `triesLeft` where the modem tells. */
  readonly onPin?: (triesLeft: number | undefined) => void;
}

/** What the start-up found and set. */
export interface ModemSetup {
  readonly identity: ModemIdentity;
  readonly profile: ModemProfile;
  readonly sim: SimIdentity;
  readonly memories: MemoryLayout;
  /** Routed messages and reports must be acknowledged with AT+CNMA (phase 2+). */
  readonly acknowledges: boolean;
  /** The +CNMI setting; absent: the modem announces nothing, only the sweep finds messages. */
  readonly indications?: readonly number[];
  /** Absent: sending fails until the number of the service centre is set. */
  readonly serviceCentre?: string;
}

export type InitialiseOutcome =
  | { readonly kind: 'ready'; readonly setup: ModemSetup }
  /** `identity` is what was learned before the step that failed. */
  | { readonly kind: 'failed'; readonly step: string; readonly error: ModemError; readonly identity?: ModemIdentity };

const SMS_READY_TRIES = 30;
const SMS_READY_PAUSE_MS = 1_000;

/**
 * Brings a modem from any state (cold, restarted, left at a prompt by a host that died) to where it sends and
 * receives in PDU mode. The same routine starts it and sets it up again after a restart. Steps that only help may fail.
 */
export async function initialise(channel: Channel, options: InitialiseOptions): Promise<InitialiseOutcome> {
  if (!(await channel.resync(RESYNC_AT_START))) {
    return { kind: 'failed', step: 'AT', error: NO_ANSWER };
  }
  const format = await firstAccepted(channel, [action('ATE0V1Q0'), action('ATE0V1')]);
  if (format !== undefined) return { kind: 'failed', step: 'ATE0V1Q0', error: format };
  await channel.execute(action('AT+CMEE=1'));
  // Some ZTE sticks flood the port until this was asked once.
  await channel.execute(query('AT+CPMS?', '+CPMS:'));
  const identity = await readModemIdentity(channel);
  const profile = chooseProfile(identity, options.profile);
  for (const { value } of profile.startUp ?? []) await channel.execute(action(value));
  await turnRadioOn(channel);

  const unlocked = await unlockSim(channel, {
    ...options,
    owner: identity.imei ?? options.path,
    ...(profile.pinTries === undefined ? {} : { pinTries: profile.pinTries }),
  });
  if (unlocked.kind === 'failed') return { kind: 'failed', step: 'AT+CPIN', error: unlocked.error, identity };
  await watchRegistration(channel);
  await smsService(channel, options.timers, unlocked.entered);

  const pduMode = failureOf(await channel.execute(action('AT+CMGF=0')));
  if (pduMode !== undefined) return { kind: 'failed', step: 'AT+CMGF=0', error: pduMode, identity };
  const sim = await readSimIdentity(channel);
  const acknowledges = await choosePhase(channel);
  const memories = await chooseMemories(channel);
  if (memories === undefined) return { kind: 'failed', step: 'AT+CPMS', error: NO_MEMORY, identity };
  const serviceCentre = parseServiceCentre(answerOf(await channel.execute(query('AT+CSCA?', '+CSCA:'))));
  // What the host before us was told and died over goes back to the network, which offers it again (3GPP TS 27.005 4.7).
  if (acknowledges) await channel.execute(action('AT+CNMA=2'));
  const indications = await armIndications(channel, profile.indications?.value);
  await keepLink(channel, profile);
  // A call is told with its number; without, RING alone says that somebody rang.
  await channel.execute(action('AT+CLIP=1'));
  return {
    kind: 'ready',
    setup: {
      identity,
      profile,
      sim,
      memories,
      acknowledges,
      ...(indications === undefined ? {} : { indications }),
      ...(serviceCentre === undefined ? {} : { serviceCentre }),
    },
  };
}

const NO_ANSWER: ModemError = {
  reason: 'timeout',
  text: 'nothing at this port answers AT',
  advice: 'Check power, cable and speed, and that no other program uses the port.',
  class: 'modem',
};

const NO_MEMORY: ModemError = {
  reason: 'rejected',
  text: 'the modem offers no memory for messages',
  advice: 'Use another modem or SIM card.',
  class: 'modem',
};

/** Tries variants of a necessary command; undefined when one was accepted, else the last failure. */
async function firstAccepted(channel: Channel, commands: readonly AtCommand[]): Promise<ModemError | undefined> {
  let error: ModemError | undefined;
  for (const command of commands) {
    error = failureOf(await channel.execute(command));
    if (error === undefined) return undefined;
  }
  return error;
}

async function turnRadioOn(channel: Channel): Promise<void> {
  const level = parseNumbers(answerOf(await channel.execute(query('AT+CFUN?', '+CFUN:'))), '+CFUN:')?.[0];
  if (level !== undefined && level !== 1) await channel.execute(action('AT+CFUN=1'));
}

/** After the PIN the message service needs up to twenty seconds; it is there when AT+CPMS? succeeds. */
async function smsService(channel: Channel, timers: Timers, pinEntered: boolean): Promise<void> {
  for (let attempt = 1; attempt <= SMS_READY_TRIES; attempt += 1) {
    const result = await channel.execute(query('AT+CPMS?', '+CPMS:'));
    if (succeeded(result) || result.kind === 'closed') return;
    if (!pinEntered && !isWaiting(result)) return;
    await pause(timers, SMS_READY_PAUSE_MS);
  }
}

function isWaiting(result: CommandResult): boolean {
  if (result.kind !== 'done') return false;
  const { final } = result;
  return (final.kind === 'cms' || final.kind === 'cme') && isBusy(final.kind, final.code);
}

/** Slices follow each other without a new radio link each (AT+CMMS, 3GPP TS 27.005 3.5.6); refused without harm. */
async function keepLink(channel: Channel, { keepLink: quirk }: ModemProfile): Promise<void> {
  const value = quirk === undefined ? 2 : quirk.value;
  if (value !== null) await channel.execute(action(`AT+CMMS=${value}`));
}

/** Phase 2+ where it exists: a report then stays with the network until we have it. True when it was chosen. */
async function choosePhase(channel: Channel): Promise<boolean> {
  if (succeeded(await channel.execute(query('AT+CSMS=1', '+CSMS:')))) return true;
  await channel.execute(query('AT+CSMS=0', '+CSMS:'));
  return false;
}
