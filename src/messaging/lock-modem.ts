import { type SQL, sql } from 'drizzle-orm';
import { executeKept } from '../db/execute-kept.ts';
import type { Db } from '../db/open.ts';

/**
 * Makes the transactions that touch one modem's slices take turns until each commits. A report and the outcome of its
 * slice must see each other: without it both could look, find nothing and commit. It also orders their row locks.
 */
export async function lockModem(transaction: Db, modemId: string): Promise<void> {
  await executeKept(transaction, modemLock(modemId));
}

/** The statement of it. */
export function modemLock(modemId: string): SQL {
  return sql`select pg_advisory_xact_lock(hashtextextended(${modemId}, 7))`;
}
