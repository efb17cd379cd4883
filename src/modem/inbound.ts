import { messageOf } from '../core/errors.ts';
import type { StoredMessage } from './message-store.ts';
import type { ModemError } from './modem-error.ts';

/**
 * Where messages and reports go. Both resolve only when the PDU is safe (committed): then, and only then, it is
 * deleted from its slot or acknowledged to the network. A rejection leaves it where it is, to come again. A crash
 * between commit and delete brings it twice, so committing must be idempotent.
 */
export interface InboundHandlers {
  /** A message or a status report read from a slot. All of one list are given at once: they may share a commit. */
  onStored(stored: StoredMessage): Promise<void>;
  /** A message or a status report the modem passed on without storing. */
  onRouted(pdu: string): Promise<void>;
}

/** Messages to be sent (stat 2 and 3) lie in the same memories; they are not ours to take. */
export function isInbound(message: StoredMessage): boolean {
  return message.stat === undefined || message.stat === 0 || message.stat === 1;
}

/** The failure of a handler as the modem's snapshot shows it. */
export function notKept(cause: unknown): ModemError {
  return {
    reason: 'rejected',
    text: `a received message could not be stored: ${messageOf(cause)}`,
    advice: 'Check the database; the message stays in the modem and is tried again.',
    class: 'temporary',
  };
}
