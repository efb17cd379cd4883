import { AppError } from '../../core/errors.ts';
import { dataCodingFor, type MessageClass } from './data-coding.ts';
import { recipientAddress } from './recipient.ts';
import { type EncodingPolicy, segmentText, type TextEncoding } from './segment.ts';
import { encodeSubmitTpdu } from './submit.ts';
import { concatElement, nationalElements } from './user-data-header.ts';
import { absoluteValidity, relativeValidity, type Validity } from './validity.ts';

/** A message as a person or program sends it. */
export interface OutgoingMessage {
  /** `+` and digits, or a short code. */
  readonly to: string;
  readonly text: string;
  /** The same in all slices, different between messages to one recipient; 0 to 255, or 65535 with width 16. */
  readonly concatReference?: number;
  readonly width?: 8 | 16;
  readonly statusReport?: boolean;
  readonly messageClass?: MessageClass;
  /** Rounded down to what can be expressed; `validity` of the result says what was sent. */
  readonly validityMinutes?: number;
  /** ISO 8601 with its own offset; wins over `validityMinutes`. */
  readonly validUntil?: string;
  readonly encoding?: EncodingPolicy;
}

/** One slice, ready for `AT+CMGS=tpduLength`. */
export interface EncodedSlice {
  /** Hexadecimal, with an empty service centre field in front: the modem uses its own. */
  readonly pdu: string;
  readonly tpduLength: number;
  readonly sequence: number;
  readonly total: number;
  readonly text: string;
}

export interface EncodedMessage {
  readonly encoding: TextEncoding;
  readonly validity: Validity | null;
  readonly slices: readonly EncodedSlice[];
}

/**
 * The SUBMIT PDUs of a message. All slices share recipient, coding, validity and report request (3GPP TS 23.040
 * 9.2.3.24.1); a text that fits into one carries no reference.
 *
 * @throws AppError `pdu.recipient_invalid`, `pdu.text_too_long`, `pdu.text_not_gsm7`, `pdu.reference_invalid`,
 *   `pdu.validity_invalid`, `pdu.timestamp_invalid`
 */
export function encodeSubmit(message: OutgoingMessage): EncodedMessage {
  const width = message.width ?? 8;
  const reference = checkedReference(message.concatReference ?? 0, width);
  const destination = recipientAddress(message.to);
  const { encoding, tables, slices } = segmentText(message.text, message);
  const national = nationalElements(tables.locking, tables.single);
  const validity = validityOf(message);
  const coding = dataCodingFor(encoding, message.messageClass);
  const statusReportRequest = message.statusReport === true;
  const total = slices.length;
  return {
    encoding,
    validity,
    slices: slices.map((text, index) => {
      const sequence = index + 1;
      const header = total === 1 ? national : [concatElement({ reference, total, sequence, width }), ...national];
      const content = { destination, coding, validity, statusReportRequest, header, text };
      const { pdu, tpduLength } = encodeSubmitTpdu(content);
      return { pdu, tpduLength, sequence, total, text };
    }),
  };
}

function validityOf({ validUntil, validityMinutes }: OutgoingMessage): Validity | null {
  if (validUntil !== undefined) return absoluteValidity(validUntil);
  return validityMinutes === undefined ? null : relativeValidity(validityMinutes);
}

function checkedReference(reference: number, width: 8 | 16): number {
  const highest = width === 8 ? 0xff : 0xffff;
  if (Number.isInteger(reference) && reference >= 0 && reference <= highest) return reference;
  throw new AppError({
    code: 'pdu.reference_invalid',
    kind: 'invalid',
    detail: `The reference must be a whole number from 0 to ${highest}.`,
  });
}
