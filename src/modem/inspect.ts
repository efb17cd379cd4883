import { action, query } from './at/command.ts';
import type { MemoryUse } from './at/parse-memory.ts';
import { parseMemoryUse } from './at/parse-memory.ts';
import type { RegistrationState } from './at/parse-registration.ts';
import { parsePinState, parseServiceCentre } from './at/parse-replies.ts';
import { RESYNC_AT_START } from './at/resync.ts';
import { Channel, type Trace } from './channel.ts';
import { type ModemIdentity, readModemIdentity, readSimIdentity, type SimIdentity } from './identity.ts';
import { answerOf, failureOf, type ModemError } from './modem-error.ts';
import { readOperator, readRegistration, readSignalDbm } from './network.ts';
import { chooseProfile } from './profiles/index.ts';
import { readPinTries } from './sim.ts';
import { systemTimers, type Timers } from './time.ts';
import type { Transport } from './transport/transport.ts';

/** What a modem tells of itself without being changed. */
export interface ModemFacts {
  readonly identity: ModemIdentity;
  /** The vendor profile it would be served with. */
  readonly profile: string;
  readonly sim: SimIdentity & {
    /** `READY`, `SIM PIN`…; absent when the modem does not tell, then `error` says why. */
    readonly state?: string;
    readonly triesLeft?: number;
    readonly error?: ModemError;
  };
  readonly registration?: RegistrationState;
  readonly operator?: string;
  readonly signalDbm?: number;
  readonly serviceCentre?: string;
  readonly memories: readonly (MemoryUse & { readonly memory: string })[];
}

/**
 * Asks a modem what it is and how it is, changing nothing but the form of its answers (echo, error numbers): no PIN is
 * entered and no message touched. Undefined: nothing answers at this port. Closes the transport.
 */
export async function inspectModem(
  transport: Transport,
  options: { readonly timers?: Timers; readonly trace?: Trace } = {},
): Promise<ModemFacts | undefined> {
  const channel = new Channel({ transport, timers: options.timers ?? systemTimers, ...traceOf(options.trace) });
  try {
    return (await channel.resync(RESYNC_AT_START)) ? await readFacts(channel) : undefined;
  } finally {
    await channel.close();
  }
}

const traceOf = (trace: Trace | undefined) => (trace === undefined ? {} : { trace });

async function readFacts(channel: Channel): Promise<ModemFacts> {
  await channel.execute(action('ATE0V1Q0'));
  await channel.execute(action('AT+CMEE=1'));
  const identity = await readModemIdentity(channel);
  const { name: profile, pinTries } = chooseProfile(identity);
  const asked = await channel.execute(query('AT+CPIN?', '+CPIN:'));
  const state = parsePinState(answerOf(asked));
  const error = failureOf(asked);
  if (state !== 'READY') {
    const triesLeft = state === undefined ? undefined : await readPinTries(channel, pinTries);
    return {
      identity,
      profile,
      sim: { ...defined('state', state), ...defined('triesLeft', triesLeft), ...defined('error', error) },
      memories: [],
    };
  }
  const sim = { state, ...(await readSimIdentity(channel)) };
  const registration = await readRegistration(channel);
  const operator = await readOperator(channel);
  const signalDbm = await readSignalDbm(channel);
  const serviceCentre = parseServiceCentre(answerOf(await channel.execute(query('AT+CSCA?', '+CSCA:'))));
  const uses = parseMemoryUse(answerOf(await channel.execute(query('AT+CPMS?', '+CPMS:')))) ?? [];
  const memories = new Map(uses.map((use) => [use.memory ?? '?', { memory: '?', ...use }]));
  return {
    identity,
    profile,
    sim,
    ...defined('registration', registration),
    ...defined('operator', operator),
    ...defined('signalDbm', signalDbm),
    ...defined('serviceCentre', serviceCentre),
    memories: [...memories.values()],
  };
}

function defined<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  // Safe: one property under the key that was given.
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: V });
}
