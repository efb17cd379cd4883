import type { Db } from '../../db/open.ts';
import { isDataError } from '../../db/postgres-error.ts';
import { lockModem } from '../lock-modem.ts';
import { type Arrived, arrivalOf, type ReceivedPdu } from './arrival.ts';
import { receiveIn, receivePdu } from './receive-pdu.ts';
import type { InboxScope } from './scope.ts';
import { isWholeText, storeWholeTexts, type WholeText } from './store-whole-texts.ts';

/**
 * Takes over many PDUs; resolves only after all are committed (promise P5). Whole texts of one slice, which are nearly
 * all there is, cost one statement however many they are; the others share one transaction. Rejects only when the
 * database does: what was committed until then is recognised as a repeat.
 */
export async function receivePdus(db: Db, scope: InboxScope, received: readonly ReceivedPdu[]): Promise<void> {
  const whole: WholeText[] = [];
  const others: Arrived[] = [];
  for (const arrived of received.flatMap((each) => arrivalOf(scope, each) ?? [])) {
    if (isWholeText(arrived)) whole.push(arrived);
    else others.push(arrived);
  }
  try {
    await storeWholeTexts(db, scope, whole);
    if (others.length > 0) await storeOthers(db, scope, others);
  } catch (error) {
    // One of them holds what the database refuses: alone each finds its way.
    if (!isDataError(error)) throw error;
    for (const each of received) await receivePdu(db, scope, each);
  }
}

function storeOthers(db: Db, scope: InboxScope, others: readonly Arrived[]): Promise<void> {
  return db.transaction(async (inner) => {
    const transaction = inner as unknown as Db;
    await lockModem(transaction, scope.modemId);
    for (const arrived of others) await receiveIn({ ...scope, transaction }, arrived);
  });
}
