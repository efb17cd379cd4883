import type { StoredMessage } from '../../../src/modem/message-store.ts';
import type { PinMemory } from '../../../src/modem/sim.ts';
import { createSimulator, type ModemSimulator, type SimulatorOptions } from '../../../src/modem/simulator/index.ts';
import { createSupervisor, type ModemSupervisor, type SupervisorOptions } from '../../../src/modem/supervisor.ts';
import { createTransportPair } from '../../../src/modem/transport/pair.ts';
import type { Transport } from '../../../src/modem/transport/transport.ts';
import { FakeTimers } from './fake-timers.ts';

export const IDENTITY = { number: '+15550001111', imei: '490154203237518', imsi: '001010123456789' };

export class MemoryOfPins implements PinMemory {
  readonly bad = new Set<string>();
  async isKnownBad(key: string): Promise<boolean> {
    return this.bad.has(key);
  }
  async markBad(key: string): Promise<void> {
    this.bad.add(key);
  }
}

/** An open port to a simulated modem, and what was said on the line. */
export function plugIn(simulator: ModemSimulator): Transport {
  const [host, modem] = createTransportPair();
  simulator.attach(modem);
  return host;
}

export interface Bench {
  readonly timers: FakeTimers;
  readonly simulator: ModemSimulator;
  readonly supervisor: ModemSupervisor;
  readonly stored: StoredMessage[];
  readonly routed: string[];
  readonly pins: MemoryOfPins;
  /** Every line in both directions. */
  readonly said: string[];
  /** Events in their order: `stored 3`, `> AT+CMGD=3`… */
  readonly opened: () => number;
  /** A new port to the same simulated modem, for an `open` of the test's own. */
  readonly openAgain: () => Transport;
  /** Closes the port from outside. */
  readonly unplug: () => Promise<void>;
}

/** A supervisor on a simulated modem, in time that a test moves. */
export function createBench(
  simulated: Partial<SimulatorOptions> = {},
  supervised: Partial<SupervisorOptions> = {},
): Bench {
  const timers = new FakeTimers();
  const clock = { now: () => new Date(Date.UTC(2026, 10, 21) + timers.nowMs()) };
  const simulator = createSimulator({ ...IDENTITY, timers, clock, ...simulated });
  const stored: StoredMessage[] = [];
  const routed: string[] = [];
  const said: string[] = [];
  const pins = new MemoryOfPins();
  let port: Transport | undefined;
  let opened = 0;
  const supervisor = createSupervisor({
    name: 'gsm-1',
    path: 'sim:gsm-1',
    timers,
    clock,
    random: () => 0.5,
    pinMemory: pins,
    open: async () => {
      opened += 1;
      port = plugIn(simulator);
      return port;
    },
    handlers: {
      onStored: async (message) => {
        stored.push(message);
        said.push(`stored ${message.index}`);
      },
      onRouted: async (pdu) => {
        routed.push(pdu);
        said.push('routed');
      },
    },
    trace: (direction, text) => said.push(`${direction} ${text.trim()}`),
    ...supervised,
  });
  return {
    timers,
    simulator,
    supervisor,
    stored,
    routed,
    pins,
    said,
    opened: () => opened,
    openAgain: () => {
      port = plugIn(simulator);
      return port;
    },
    unplug: async () => port?.close(),
  };
}
