import { sql } from 'drizzle-orm';
import { executeKept } from '../db/execute-kept.ts';
import type { Db } from '../db/open.ts';
import { isDataError } from '../db/postgres-error.ts';

/** Where 32 bits end; strategies take the value modulo their members, so beginning again at 0 is harmless. */
export const WRAP = 2_000_000_000;

/** One rotation, and those who wait for their turn of it in the order in which they came. */
interface Rotation {
  readonly organizationId: string;
  readonly key: string;
  readonly askers: { readonly resolve: (turn: number) => void; readonly reject: (error: unknown) => void }[];
}

/**
 * Gives calls their turns in rotations: 0, 1, 2, … over all processes. Calls that ask in the same turn of the event loop
 * share one statement, because the journey costs more than the counting; each still gets a number of its own, and the rows
 * are locked in one order, so that the statements of two processes cannot wait for each other.
 */
export function createTurns(db: Db): (organizationId: string, key: string) => Promise<number> {
  let waiting = new Map<string, Rotation>();

  return (organizationId, key) =>
    new Promise((resolve, reject) => {
      if (waiting.size === 0) setImmediate(ask);
      const name = `${organizationId} ${key}`;
      const rotation = waiting.get(name);
      if (rotation === undefined) waiting.set(name, { organizationId, key, askers: [{ resolve, reject }] });
      else rotation.askers.push({ resolve, reject });
    });

  function ask(): void {
    const rotations = [...waiting.values()];
    waiting = new Map();
    void answer(db, rotations);
  }
}

async function answer(db: Db, rotations: readonly Rotation[]): Promise<void> {
  try {
    const last = await advance(db, rotations);
    for (const { organizationId, key, askers } of rotations) {
      const value = last.get(`${organizationId} ${key}`);
      for (const [place, { resolve, reject }] of askers.entries()) {
        if (value === undefined) reject(new Error('a counter came back without its value'));
        else resolve((value - (askers.length - 1 - place) + WRAP) % WRAP);
      }
    }
  } catch (error) {
    // An organization that was removed a moment ago fails its own calls only.
    if (rotations.length > 1 && isDataError(error)) for (const rotation of rotations) void answer(db, [rotation]);
    else for (const { askers } of rotations) for (const { reject } of askers) reject(error);
  }
}

/** Moves each rotation on by its askers; the turns that the last of them got, by organization and key. */
async function advance(db: Db, rotations: readonly Rotation[]): Promise<ReadonlyMap<string, number>> {
  const wanted = rotations.map(({ organizationId, key, askers }) => ({
    organization_id: organizationId,
    key,
    asked: askers.length,
  }));
  const rows = await executeKept<{ name: string; value: number }>(
    db,
    sql`insert into voice.rotation_counters as counter (organization_id, key, value)
      select organization_id, key, asked - 1
      from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as row (organization_id uuid, key text, asked int)
      order by organization_id, key
      on conflict (organization_id, key) do update set value = (counter.value + excluded.value + 1) % ${sql.raw(String(WRAP))}
      returning organization_id || ' ' || key as name, value`,
  );
  return new Map(rows.map(({ name, value }) => [name, value]));
}
