import { sql } from 'drizzle-orm';
import type { Db } from '../../db/open.ts';
import { isDataError } from '../../db/postgres-error.ts';
import { messageParts } from '../../db/schema/index.ts';
import { lockModem } from '../lock-modem.ts';
import { arrivalOf, type ReceivedPdu } from './arrival.ts';
import { receiveIn, receivePdu, withoutPlainReports } from './receive-pdu.ts';
import { type InboxScope, type InboxTransaction, storable } from './scope.ts';
import { storeWholeTexts } from './store-whole-texts.ts';
import { type Sorted, sortArrivals, type WholeText } from './whole-texts.ts';

/**
 * Takes over many PDUs; resolves only after all are committed (promise P5). Texts that are whole in them, which are nearly
 * all there is, cost the same few statements however many they are; the rest goes one by one in one transaction. Rejects
 * only when the database does: what was committed until then is recognised as a repeat.
 */
export async function receivePdus(db: Db, scope: InboxScope, received: readonly ReceivedPdu[]): Promise<void> {
  const sorted = sortArrivals(received.flatMap((each) => arrivalOf(scope, each) ?? []));
  try {
    await storeWholeTexts(db, scope, sorted.single);
    const others = await withoutPlainReports(db, scope, sorted.others);
    if (sorted.joined.length > 0 || others.length > 0) await storeRest(db, scope, { ...sorted, others });
  } catch (error) {
    // One of them holds what the database refuses: alone each finds its way.
    if (!isDataError(error)) throw error;
    for (const each of received) await receivePdu(db, scope, each);
  }
}

function storeRest(db: Db, scope: InboxScope, { joined, others }: Sorted): Promise<void> {
  return db.transaction(async (inner) => {
    const transaction = inner as unknown as Db;
    await lockModem(transaction, scope.modemId);
    const within = { ...scope, transaction };
    const known = await knownKeys(within, joined);
    const isKnown = ({ setKey }: WholeText) => known.has(storable(setKey ?? ''));
    await storeWholeTexts(
      transaction,
      scope,
      joined.filter((text) => !isKnown(text)),
    );
    // Beside earlier slices of the same key each has to find its place: repeats, sets that wait, references used again.
    for (const arrived of joined.filter(isKnown).flatMap(({ slices }) => slices)) await receiveIn(within, arrived);
    for (const arrived of others) await receiveIn(within, arrived);
  });
}

/** Which of these texts have a key that this modem has seen. Uses the index message_parts_sets. */
async function knownKeys(scope: InboxTransaction, texts: readonly WholeText[]): Promise<ReadonlySet<string>> {
  if (texts.length === 0) return new Set();
  const keys = JSON.stringify(texts.map(({ setKey }) => storable(setKey ?? '')));
  const rows = await scope.transaction.execute<{ key: string }>(sql`
    select wanted.key from jsonb_array_elements_text(${keys}::jsonb) as wanted(key)
    where exists (
      select 1 from ${messageParts} as part where part.organization_id = ${scope.organizationId}
        and part.modem_id = ${scope.modemId} and part.set_key = wanted.key)`);
  return new Set([...rows].map(({ key }) => key));
}
