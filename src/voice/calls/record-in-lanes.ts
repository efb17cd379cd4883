import type { Db } from '../../db/open.ts';
import type { CallRecord } from '../../webhooks/index.ts';
import { recordCalls } from './record.ts';

/** Below this, transactions side by side cost more than they save. */
const LEAST_RECORDS_A_LANE = 100;

/**
 * Stores a batch as `recordCalls` does, in so many transactions side by side: while the database works on one, this process
 * makes the statements of the next. All that is told of a call stays in one lane and in its order. Rejects when a lane
 * failed, and only after the others have ended; storing the whole batch again changes nothing.
 */
export async function recordCallsInLanes(db: Db, records: readonly CallRecord[], lanes: number): Promise<void> {
  const shares = intoLanes(records, Math.min(lanes, Math.floor(records.length / LEAST_RECORDS_A_LANE)));
  const outcomes = await Promise.allSettled(shares.map((share) => recordCalls(db, share)));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

/** The records in at most so many shares, none empty: records of one call together, each share in the order given. */
export function intoLanes(records: readonly CallRecord[], lanes: number): readonly (readonly CallRecord[])[] {
  if (lanes <= 1) return [records];
  const shares = Array.from({ length: lanes }, (): CallRecord[] => []);
  const laneOf = new Map<string, number>();
  for (const record of records) {
    // Calls take turns, so that the shares are about equal whatever the tokens look like.
    const call = record.callToken ?? '';
    const lane = laneOf.get(call) ?? laneOf.size % lanes;
    laneOf.set(call, lane);
    shares[lane]?.push(record);
  }
  return shares.filter((share) => share.length > 0);
}
