import { assertNever } from '../../core/errors.ts';
import type { Db } from '../../db/open.ts';
import { isDataError } from '../../db/postgres-error.ts';
import { lockModem } from '../lock-modem.ts';
import { recordPlainReports } from '../reports/plain-reports.ts';
import { recordReportIn } from '../reports/record-report.ts';
import { type Arrived, arrivalOf, type ReceivedPdu } from './arrival.ts';
import type { InboxScope, InboxTransaction } from './scope.ts';
import { storeDeliver } from './store-deliver.ts';
import { storeUndecodable } from './store-undecodable.ts';
import { storeWholeTexts } from './store-whole-texts.ts';
import { sortArrivals } from './whole-texts.ts';

/** What became of something a modem handed over; in every case it is safe and may leave the modem. */
export type Received = 'stored' | 'waiting' | 'repeat' | 'report';

/**
 * Takes over one PDU. Resolves only after the commit (promise P5); taking over the same again changes nothing, so a crash
 * between commit and delete does no harm. What cannot be read is kept raw. Rejects only when the database does: then the
 * PDU must stay where it is.
 */
export async function receivePdu(db: Db, scope: InboxScope, received: ReceivedPdu): Promise<Received | 'not_inbound'> {
  const arrived = arrivalOf(scope, received);
  if (arrived === undefined) return 'not_inbound';
  try {
    const { single } = sortArrivals([arrived]);
    if (single.length > 0) return (await storeWholeTexts(db, scope, single)) === 1 ? 'stored' : 'repeat';
    if ((await withoutPlainReports(db, scope, [arrived])).length === 0) return 'report';
    return await inTransaction(db, scope, (inner) => receiveIn(inner, arrived));
  } catch (error) {
    // Data the database refuses would be refused for ever, and fill the SIM.
    if (!isDataError(error)) throw error;
    return inTransaction(db, scope, (inner) => storeUndecodable(inner, arrived, 'the database refused its content'));
  }
}

/** Records the reports that need no looking into (see `plainReports`), and returns everything else. */
export async function withoutPlainReports(
  db: Db,
  scope: InboxScope,
  arrivals: readonly Arrived[],
): Promise<readonly Arrived[]> {
  const reports = arrivals.flatMap(({ pdu, content }) => (content?.type === 'status-report' ? [{ pdu, content }] : []));
  const record = scope.recordReports ?? ((plain) => recordPlainReports(db, scope, plain));
  const recorded = await record(reports);
  return arrivals.filter(({ pdu }) => !recorded.has(pdu));
}

/** The same in the caller's transaction, which holds the modem's lock. */
export async function receiveIn(inner: InboxTransaction, arrived: Arrived): Promise<Received | 'not_inbound'> {
  const { content } = arrived;
  if (content === undefined) return storeUndecodable(inner, arrived, arrived.unreadable);
  switch (content.type) {
    case 'status-report':
      await recordReportIn(inner.transaction, { ...inner, pdu: arrived.pdu });
      return 'report';
    case 'submit':
      return 'not_inbound';
    case 'deliver':
      return storeDeliver(inner, arrived, content);
    case 'submit-report':
    case 'deliver-report':
    case 'command':
      // Never a message; kept all the same, because somebody will wonder.
      return storeUndecodable(inner, arrived, `it is a ${content.type}, not a message`);
    default:
      return assertNever(content);
  }
}

function inTransaction<T>(db: Db, scope: InboxScope, work: (inner: InboxTransaction) => Promise<T>): Promise<T> {
  return db.transaction(async (inner) => {
    const transaction = inner as unknown as Db;
    await lockModem(transaction, scope.modemId);
    return work({ ...scope, transaction });
  });
}
