import type { Db } from '../../db/open.ts';
import { lockModem } from '../lock-modem.ts';
import { refoldMessages } from '../refold-message.ts';
import { type ClaimedSlice, claimSlices, type OutboxScope } from './claim-slices.ts';
import { takePlainTurn } from './plain-turn.ts';
import { withRemainingValidity } from './remaining-validity.ts';
import { returnSlices } from './return-unsubmitted.ts';
import { storeOutcomes } from './store-outcomes.ts';
import type { Taken, Turn } from './turn.ts';

/**
 * What an outbox tells the database and gets of it: outcomes are stored, slices put back and the next ones claimed. What
 * it costs hardly depends on how many slices it concerns. When it rejects, any part of it may have happened.
 */
export async function takeTurn(db: Db, scope: OutboxScope, turn: Turn): Promise<Taken> {
  const { claimed, recorded, left, isMore } = await takePlainTurn(db, scope, turn);
  const limit = isMore ? turn.wish.limit : 0;
  const isOver = left.length === 0 && turn.returned.length === 0 && limit === 0;
  const rest = { finished: left, returned: turn.returned, wish: { ...turn.wish, limit } };
  const all = isOver ? claimed : [...claimed, ...(await takeWholeTurn(db, scope, rest))];
  return { claimed: await withRemainingValidity(db, scope.organizationId, all, turn.wish.now), recorded };
}

/** The same for whatever there is to send, in one transaction. */
async function takeWholeTurn(
  db: Db,
  scope: OutboxScope,
  turn: Omit<Turn, 'reports'>,
): Promise<readonly ClaimedSlice[]> {
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
