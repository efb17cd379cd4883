import { and, eq, lt } from 'drizzle-orm';
import type { Db } from '../../db/open.ts';
import { modemEvents, modemSamples } from '../../db/schema/index.ts';
import type { ModemSnapshot } from '../ports.ts';

/** A month of minutes is 43,200 rows a modem: enough to see a season, small enough to keep. */
const KEEP_MS = 30 * 86_400_000;

type ModemKey = { readonly organizationId: string; readonly id: string };

/** Keeps how a modem is at this moment. */
export async function storeSample(db: Db, modem: ModemKey, snapshot: ModemSnapshot, at: Date): Promise<void> {
  await db.insert(modemSamples).values({
    organizationId: modem.organizationId,
    modemId: modem.id,
    at,
    state: snapshot.state,
    signalDbm: snapshot.signalDbm ?? null,
    registration: snapshot.registration ?? null,
    operator: snapshot.operator ?? null,
    temperatureCelsius: snapshot.temperatureCelsius ?? null,
    voltage: snapshot.voltage ?? null,
    storageUsed: snapshot.storageUsed ?? null,
    storageTotal: snapshot.storageTotal ?? null,
    errors: snapshot.errors ?? 0,
  });
}

/** Drops samples and events older than a month. Walks modem_samples_by_time and modem_events_by_time. */
export async function dropOldSamples(db: Db, { organizationId, id }: ModemKey, now: Date): Promise<void> {
  const since = new Date(now.getTime() - KEEP_MS);
  await db
    .delete(modemSamples)
    .where(
      and(eq(modemSamples.organizationId, organizationId), eq(modemSamples.modemId, id), lt(modemSamples.at, since)),
    );
  await db
    .delete(modemEvents)
    .where(and(eq(modemEvents.organizationId, organizationId), eq(modemEvents.modemId, id), lt(modemEvents.at, since)));
}
