import { spawn } from 'node:child_process';
import { and, eq } from 'drizzle-orm';
import type { Db } from '../db/open.ts';
import { settings } from '../db/schema/index.ts';
import type { ModemConfig, ModemPort, OpenModem } from '../messaging/index.ts';
import {
  createSupervisor,
  listSerialPorts,
  type ModemSnapshot,
  type ModemSupervisor,
  openTransport,
  type PinMemory,
  PortFinder,
  stableNameOf,
  type Transport,
} from '../modem/index.ts';
import type { Metrics } from '../platform/metrics.ts';

const PLATFORM = '00000000-0000-0000-0000-000000000000';

/** Opens modems on real ports. `openSimulated` answers paths that begin with `sim:`. */
export function createOpenModem(options: {
  readonly db: Db;
  readonly openSimulated: (path: string) => Promise<Transport>;
  readonly metrics: Metrics;
  /** Shell command that takes a modem's power away and gives it back. */
  readonly powerCommand: string | undefined;
}): OpenModem {
  const { db, openSimulated, metrics, powerCommand } = options;
  const pinMemory = createPinMemory(db);
  return (config, handlers) => {
    const { name, path, pin, profile } = config;
    const finder = portFinder(config);
    const modem = createSupervisor({
      name,
      path,
      open: (known) => (path.startsWith('sim:') ? openSimulated(path) : finder.open(known)),
      handlers,
      pinMemory,
      ...(pin === undefined ? {} : { pin }),
      ...(profile === undefined ? {} : { profile }),
      ...(powerCommand === undefined ? {} : { cyclePower: () => cyclePower(powerCommand, config) }),
    });
    return counted(modem, `${config.organizationId}/${name}`, metrics);
  };
}

function portFinder({ path, baudRate, flowControl = false }: ModemConfig): PortFinder {
  return new PortFinder(path, {
    list: async () => (await listSerialPorts()).map((port) => port.path),
    open: (port) => openTransport(port, { baudRate, rtscts: flowControl }),
    stableName: stableNameOf,
  });
}

/** Runs the operator's command; rejects when it fails, with what it said. */
function cyclePower(command: string, { name, path }: ModemConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', command], {
      env: { ...process.env, MODEM_NAME: name, MODEM_PATH: path },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 60_000,
    });
    let said = '';
    child.stderr.on('data', (bytes: Buffer) => {
      said = `${said}${bytes}`.slice(-500);
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`MODEM_POWER_COMMAND ended with ${code}: ${said.trim()}`)),
    );
  });
}

/** The modem with its state and the fate of its slices in the metrics. */
function counted(modem: ModemSupervisor, label: string, metrics: Metrics): ModemPort {
  let state: string | undefined;
  let registration: string | undefined;
  const show = (snapshot: ModemSnapshot) => {
    if (state !== undefined && state !== snapshot.state) metrics.modemState.remove({ modem: label, state });
    metrics.modemState.set({ modem: label, state: snapshot.state }, 1);
    state = snapshot.state;
    if (registration !== undefined && registration !== snapshot.registration) {
      metrics.modemRegistration.remove({ modem: label, registration });
    }
    registration = snapshot.registration;
    if (registration !== undefined) metrics.modemRegistration.set({ modem: label, registration }, 1);
    for (const name of GAUGES) {
      const value = snapshot[name];
      if (value === undefined) metrics.modemGauges[name].remove({ modem: label });
      else metrics.modemGauges[name].set({ modem: label }, value);
    }
  };
  show(modem.snapshot());
  modem.onChange(show);
  modem.onEvent(({ kind }) => metrics.modemEvents.inc({ modem: label, kind }));
  return {
    snapshot: () => modem.snapshot(),
    onChange: (listener) => modem.onChange(listener),
    onEvent: (listener) => modem.onEvent(listener),
    onTrace: (trace) => modem.onTrace(trace),
    whenReady: (signal) => modem.whenReady(signal),
    ussd: (request) => modem.ussd(request),
    async submit(request) {
      const outcome = await modem.submit(request);
      metrics.messageParts.inc({ outcome: outcome.kind });
      return outcome;
    },
    async close() {
      await modem.close();
      if (state !== undefined) metrics.modemState.remove({ modem: label, state });
      if (registration !== undefined) metrics.modemRegistration.remove({ modem: label, registration });
      for (const name of GAUGES) metrics.modemGauges[name].remove({ modem: label });
    },
  };
}

const GAUGES = ['signalDbm', 'temperatureCelsius', 'voltage', 'storageUsed', 'storageTotal', 'errors'] as const;

/** PINs that a SIM refused, kept over restarts: a third try would lock the card (reference/gsm-sms.md section 2). */
function createPinMemory(db: Db): PinMemory {
  const of = (key: string) =>
    and(eq(settings.scope, 'platform'), eq(settings.scopeId, PLATFORM), eq(settings.key, `modem.bad_pin.${key}`));
  return {
    async isKnownBad(key) {
      const [row] = await db.select({ id: settings.id }).from(settings).where(of(key)).limit(1);
      return row !== undefined;
    },
    async markBad(key) {
      await db
        .insert(settings)
        .values({ scope: 'platform', scopeId: PLATFORM, key: `modem.bad_pin.${key}`, value: true })
        .onConflictDoNothing();
    },
  };
}
