import { and, eq, isNull, or, sql } from 'drizzle-orm';
import type { Db } from '../../db/open.ts';
import { modems } from '../../db/schema/index.ts';

/** The lease lives by the database's clock: several machines, one truth (promise P8). */
const until = (ttlMs: number) => sql`clock_timestamp() + make_interval(secs => ${ttlMs / 1000})`;
/** A lease is the program's business: it is no change of the modem's configuration. */
const untouched = { updatedAt: sql`${modems.updatedAt}` };

/**
 * Makes `ownerId` the only one who may run this modem for `ttlMs`, by one atomic statement. False while somebody else
 * holds it. `takeOver` says that any other owner is surely dead: nobody else can have this database open.
 */
export async function acquireModemLease(
  db: Db,
  modemId: string,
  ownerId: string,
  ttlMs: number,
  takeOver = false,
): Promise<boolean> {
  const rows = await db
    .update(modems)
    .set({ ownerId, ownerLeaseUntil: until(ttlMs), ...untouched })
    .where(
      and(
        eq(modems.id, modemId),
        takeOver
          ? undefined
          : or(eq(modems.ownerId, ownerId), isNull(modems.ownerId), sql`${modems.ownerLeaseUntil} < clock_timestamp()`),
      ),
    )
    .returning({ id: modems.id });
  return rows.length === 1;
}

/** Prolongs a lease that is still ours; false when somebody else took it after it had run out. */
export async function renewModemLease(db: Db, modemId: string, ownerId: string, ttlMs: number): Promise<boolean> {
  const rows = await db
    .update(modems)
    .set({ ownerLeaseUntil: until(ttlMs), ...untouched })
    .where(and(eq(modems.id, modemId), eq(modems.ownerId, ownerId)))
    .returning({ id: modems.id })
    // Every three seconds for each modem: the server keeps its plan.
    .prepare('renew_modem_lease')
    .execute();
  return rows.length === 1;
}

/** Gives a lease back, if it is ours. */
export async function releaseModemLease(db: Db, modemId: string, ownerId: string): Promise<void> {
  await db
    .update(modems)
    .set({ ownerId: null, ownerLeaseUntil: null, ...untouched })
    .where(and(eq(modems.id, modemId), eq(modems.ownerId, ownerId)));
}
