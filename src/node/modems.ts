import { and, eq } from 'drizzle-orm';
import type { Db } from '../db/open.ts';
import { settings } from '../db/schema/index.ts';
import type { ModemPort, OpenModem } from '../messaging/index.ts';
import {
  createSupervisor,
  type ModemSupervisor,
  openTransport,
  type PinMemory,
  type Transport,
} from '../modem/index.ts';
import type { Metrics } from '../platform/metrics.ts';

const PLATFORM = '00000000-0000-0000-0000-000000000000';

/** Opens modems on real ports. `openSimulated` answers paths that begin with `sim:`. */
export function createOpenModem(
  db: Db,
  openSimulated: (path: string) => Promise<Transport>,
  metrics: Metrics,
): OpenModem {
  const pinMemory = createPinMemory(db);
  return (config, handlers) => {
    const modem = createSupervisor({
      name: config.name,
      path: config.path,
      open: () =>
        config.path.startsWith('sim:')
          ? openSimulated(config.path)
          : openTransport(config.path, { baudRate: config.baudRate }),
      handlers,
      pinMemory,
      ...(config.pin === undefined ? {} : { pin: config.pin }),
    });
    return counted(modem, `${config.organizationId}/${config.name}`, metrics);
  };
}

/** The modem with its state and the fate of its slices in the metrics. */
function counted(modem: ModemSupervisor, label: string, metrics: Metrics): ModemPort {
  let state: string | undefined;
  const show = (next: string) => {
    if (state !== undefined) metrics.modemState.remove({ modem: label, state });
    metrics.modemState.set({ modem: label, state: next }, 1);
    state = next;
  };
  show(modem.snapshot().state);
  modem.onChange((snapshot) => show(snapshot.state));
  return {
    snapshot: () => modem.snapshot(),
    onChange: (listener) => modem.onChange(listener),
    whenReady: (signal) => modem.whenReady(signal),
    async submit(request) {
      const outcome = await modem.submit(request);
      metrics.messageParts.inc({ outcome: outcome.kind });
      return outcome;
    },
    async close() {
      await modem.close();
      if (state !== undefined) metrics.modemState.remove({ modem: label, state });
    },
  };
}

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
