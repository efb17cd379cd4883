import { fromHex } from '../core/bytes.ts';
import { sendCommand } from './at/command.ts';
import type { CommandResult } from './at/machine.ts';
import { parseReference } from './at/parse-replies.ts';
import type { Commander } from './channel.ts';
import { failureOf, type ModemError } from './modem-error.ts';

/** One slice as the modem takes it. */
export interface SubmitRequest {
  /** Hexadecimal, beginning with the service-centre field (`00`: the one of the SIM). */
  readonly pdu: string;
  /** Octets after the service-centre field: the number in AT+CMGS=. */
  readonly tpduLength: number;
  /** Called when all of it is written: from here on only the network is waited for. */
  readonly onWritten?: () => void;
}

/**
 * What became of a slice. `sent`: the network has it under this reference. `refused`: the network never had it.
 * `unknown`: its bytes had left and no certain answer came; only a delivery report can tell.
 */
export type SubmitOutcome =
  | { readonly kind: 'sent'; readonly reference: number }
  | { readonly kind: 'refused'; readonly error: ModemError }
  | { readonly kind: 'unknown'; readonly error: ModemError };

const NO_REFERENCE: ModemError = {
  reason: 'rejected',
  text: 'the modem said OK but gave no message reference',
  advice: 'Wait for the delivery report before sending it again.',
  class: 'ambiguous',
};

const NO_PROMPT: ModemError = {
  reason: 'rejected',
  text: 'the modem did not ask for the PDU',
  advice: 'Try again later.',
  class: 'temporary',
};

const BAD_REQUEST: ModemError = {
  reason: 'rejected',
  text: 'the PDU and its length do not belong together',
  advice: 'This is a mistake in the program that made the PDU.',
  class: 'permanent',
};

/**
 * Reads a send's result by how far it came: before ctrl-Z nothing is ambiguous, after it only an error that the
 * network or the modem gives before taking the message is certain. `ERROR` alone often follows a message that went out.
 */
export function submitOutcome(result: CommandResult): SubmitOutcome {
  if (result.kind === 'done' && result.stage === 'payload') {
    const reference = parseReference(result.lines);
    if (reference !== undefined) return { kind: 'sent', reference };
  }
  const error = failureOf(result);
  if (result.stage === 'payload') {
    if (error === undefined) return { kind: 'unknown', error: NO_REFERENCE };
    const certain = result.kind === 'done' && error.class !== 'ambiguous';
    return { kind: certain ? 'refused' : 'unknown', error: certain ? error : { ...error, class: 'ambiguous' } };
  }
  if (error === undefined) return { kind: 'refused', error: NO_PROMPT };
  return { kind: 'refused', error: error.class === 'ambiguous' ? { ...error, class: 'temporary' } : error };
}

/**
 * Sends one slice (AT+CMGS, 3GPP TS 27.005 4.3). Never rejects; a request that cannot be right never leaves. `timeoutMs` is
 * what the answer is waited for after ctrl-Z.
 */
export async function submit(commander: Commander, request: SubmitRequest, timeoutMs?: number): Promise<SubmitOutcome> {
  const octets = fromHex(request.pdu);
  const smscOctets = 1 + (octets?.[0] ?? 0);
  if (octets === undefined || octets.length - smscOctets !== request.tpduLength || request.tpduLength < 1) {
    return { kind: 'refused', error: BAD_REQUEST };
  }
  const command = sendCommand(request.pdu, request.tpduLength, timeoutMs);
  return submitOutcome(await commander.execute(command, { onPayload: request.onWritten }));
}
