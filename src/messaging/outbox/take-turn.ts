import type { Db } from '../../db/open.ts';
import { lockModem } from '../lock-modem.ts';
import { refoldMessages } from '../refold-message.ts';
import { type ClaimedSlice, type ClaimWish, claimSlices, type OutboxScope } from './claim-slices.ts';
import { returnSlices } from './return-unsubmitted.ts';
import { type FinishedSlice, storeOutcomes } from './store-outcomes.ts';

/** What an outbox has to tell the database, and what it wants of it. */
export interface Turn {
  readonly finished: readonly FinishedSlice[];
  /** Claimed slices that are not to be submitted after all; their bytes never left. */
  readonly returned: readonly ClaimedSlice[];
  readonly wish: ClaimWish;
}

/**
 * One transaction between an outbox and the database: outcomes are stored, slices put back and the next ones claimed, all
 * or nothing. What it costs hardly depends on how many slices it concerns.
 */
export async function takeTurn(db: Db, scope: OutboxScope, turn: Turn): Promise<readonly ClaimedSlice[]> {
  const { organizationId, modemId } = scope;
  const { now } = turn.wish;
  return db.transaction(async (inner) => {
    const transaction = inner as unknown as Db;
    await lockModem(transaction, modemId);
    const told = { ...scope, now };
    await storeOutcomes(transaction, told, turn.finished);
    if (turn.returned.length > 0) {
      await returnSlices(
        transaction,
        told,
        turn.returned.map(({ id }) => id),
      );
    }
    const claimed = await claimSlices(transaction, scope, turn.wish);
    const messageIds = new Set(claimed.map((slice) => slice.messageId));
    const concerned = [
      ...turn.finished.map(({ slice }) => slice.messageId),
      ...turn.returned.map((slice) => slice.messageId),
      ...messageIds,
    ];
    await refoldMessages(transaction, concerned, { organizationId, now, bind: { modemId, messageIds } });
    return claimed;
  });
}
