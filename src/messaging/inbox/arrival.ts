import { sha256 } from '@noble/hashes/sha2.js';
import { toHex } from '../../core/bytes.ts';
import { decodePdu } from '../../modem/pdu/index.ts';
import { type InboxScope, storable } from './scope.ts';

/** A PDU from a slot of the modem, or one it passed on without storing (then without `stat`). */
export interface ReceivedPdu {
  readonly pdu: string;
  /** 0 and 1 are received; 2 and 3 are messages to be sent, which are not ours to take. */
  readonly stat?: number;
}

type Decoded = ReturnType<typeof decodePdu>;
type Content = Extract<Decoded, { ok: true }>['pdu'];

/** A received PDU as it is stored; without content it cannot be read, for this reason. */
export interface Arrived {
  readonly pdu: string;
  /** The same PDU from the same modem has the same key: a repeat after a crash between commit and delete. */
  readonly inboundKey: string;
  readonly content: Content | undefined;
  readonly unreadable: string;
}

/** What came, or undefined when it is a message to be sent. */
export function arrivalOf(scope: Pick<InboxScope, 'modemId'>, received: ReceivedPdu): Arrived | undefined {
  if (received.stat === 2 || received.stat === 3) return undefined;
  const pdu = storable(received.pdu).toUpperCase();
  const inboundKey = toHex(sha256(new TextEncoder().encode(`${scope.modemId}/${pdu}`)));
  const decoded = decodePdu(pdu, { direction: 'inbound', lenient: true });
  return decoded.ok
    ? { pdu, inboundKey, content: decoded.pdu, unreadable: '' }
    : { pdu, inboundKey, content: undefined, unreadable: decoded.error.message };
}
