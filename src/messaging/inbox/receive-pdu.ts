import { sha256 } from '@noble/hashes/sha2.js';
import { toHex } from '../../core/bytes.ts';
import { assertNever } from '../../core/errors.ts';
import type { Db } from '../../db/open.ts';
import { isDataError } from '../../db/postgres-error.ts';
import { decodePdu } from '../../modem/pdu/index.ts';
import { lockModem } from '../lock-modem.ts';
import { recordReport } from '../reports/record-report.ts';
import { type InboxScope, type InboxTransaction, storable } from './scope.ts';
import { storeDeliver } from './store-deliver.ts';
import { storeUndecodable } from './store-undecodable.ts';

/** What became of something a modem handed over; in every case it is safe and may leave the modem. */
export type Received = 'stored' | 'waiting' | 'repeat' | 'report';

/** A PDU from a slot of the modem, or one it passed on without storing (then without `stat`). */
export interface ReceivedPdu {
  readonly pdu: string;
  /** 0 and 1 are received; 2 and 3 are messages to be sent, which are not ours to take. */
  readonly stat?: number;
}

/**
 * Takes over one PDU. Resolves only after the commit (promise P5); taking over the same again changes nothing, so a crash
 * between commit and delete does no harm. What cannot be read is kept raw. Rejects only when the database does: then the
 * PDU must stay where it is.
 */
export async function receivePdu(db: Db, scope: InboxScope, received: ReceivedPdu): Promise<Received | 'not_inbound'> {
  if (received.stat === 2 || received.stat === 3) return 'not_inbound';
  const pdu = storable(received.pdu).toUpperCase();
  const inboundKey = toHex(sha256(new TextEncoder().encode(`${scope.modemId}/${pdu}`)));
  const arrived = { pdu, inboundKey };
  const decoded = decodePdu(pdu, { direction: 'inbound', lenient: true });
  if (!decoded.ok) return inTransaction(db, scope, (inner) => storeUndecodable(inner, arrived, decoded.error.message));
  const content = decoded.pdu;
  switch (content.type) {
    case 'status-report':
      await recordReport(db, { ...scope, pdu });
      return 'report';
    case 'submit':
      return 'not_inbound';
    case 'deliver':
      try {
        return await inTransaction(db, scope, (inner) => storeDeliver(inner, arrived, content));
      } catch (error) {
        // Data the database refuses would be refused for ever, and fill the SIM.
        if (!isDataError(error)) throw error;
        return inTransaction(db, scope, (inner) =>
          storeUndecodable(inner, arrived, 'the database refused its content'),
        );
      }
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
