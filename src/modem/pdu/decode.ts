import { fromHex } from '../../core/bytes.ts';
import { readDeliver } from './deliver.ts';
import type { PduError, PduErrorCode } from './error.ts';
import { DELIVER, STATUS_REPORT, SUBMIT, TYPE_MASK } from './first-octet.ts';
import type { AnyPdu, CommandPdu, DecodeResult, Pdu, ReportPdu } from './pdu.ts';
import { OctetReader } from './reader.ts';
import { readCommand, readReport } from './reports.ts';
import { readServiceCentre } from './service-centre.ts';
import { readStatusReport } from './status-report.ts';
import { readSubmit } from './submit.ts';

/**
 * Which parser to use. A modem's storage says it better than the type bits: status 2 and 3 are `submit`, 0 and 1 are
 * `inbound` (a status report by its type bits, else a DELIVER, also with bits 01 and 11 that networks do send). The
 * exact kinds fail on other type bits. Without a direction the type bits decide, 11 being a DELIVER; 00, 01 and 10 mean
 * DELIVER-REPORT, SUBMIT-REPORT and COMMAND the other way, which only the caller can know.
 */
export type PduDirection = Pdu['type'] | 'inbound';

/** Kinds that are only read when they are asked for. */
export type LinkDirection = ReportPdu['type'] | CommandPdu['type'];

export interface DecodeOptions<Direction = PduDirection> {
  /** Whether the service centre field comes first, as it does from every modem; default true. */
  readonly smsc?: boolean;
  readonly direction?: Direction;
  /** Reads damaged PDUs too when the rest still makes sense, and says in `repairs` what was overlooked. */
  readonly lenient?: boolean;
}

/** Twice the longest PDU with a full octet as TP-UDL; what is longer is no PDU, and need not be looked at. */
const MAX_DIGITS = 1024;

/**
 * Reads one PDU in hexadecimal. Total: every string gives a result, none throws, and the time is bounded.
 *
 * Some modems omit the service centre field or send it with a wrong length. When the PDU cannot be read with the
 * field, it is read as a bare TPDU, provided that leaves nothing over and nothing improbable (`smsc_missing`).
 */
export function decodePdu(hex: string, options?: DecodeOptions): DecodeResult;
export function decodePdu(hex: string, options: DecodeOptions<PduDirection | LinkDirection>): DecodeResult<AnyPdu>;
export function decodePdu(
  hex: string,
  options: DecodeOptions<PduDirection | LinkDirection> = {},
): DecodeResult<AnyPdu> {
  if (hex.length === 0) return failed('pdu.empty', 'the PDU is empty');
  if (hex.length > MAX_DIGITS) return failed('pdu.too_long', `the PDU has ${hex.length} digits, none has over 400`);
  const lenient = options.lenient === true;
  const odd = hex.length % 2 !== 0;
  if (odd && !lenient) return failed('pdu.not_hex', `an odd number of hexadecimal digits: ${hex.length}`);
  const octets = fromHex(odd ? hex.slice(0, -1) : hex);
  if (octets === undefined) return failed('pdu.not_hex', 'not hexadecimal');
  const withSmsc = options.smsc !== false;

  const strict = read(octets, withSmsc, options.direction, new OctetReader(octets), odd);
  if (strict.ok) return strict;
  const bare = withSmsc ? readBare(octets, options.direction) : null;
  if (bare !== null) return { ok: true, pdu: bare };
  if (!lenient) return strict;
  return read(octets, withSmsc, options.direction, new OctetReader(octets, 0, true), odd);
}

function read(
  octets: Uint8Array,
  withSmsc: boolean,
  direction: PduDirection | LinkDirection | undefined,
  reader: OctetReader,
  odd: boolean,
): DecodeResult<AnyPdu> {
  if (odd) reader.repair('odd_digits');
  const smsc = withSmsc ? readServiceCentre(reader) : null;
  const type = octets[octets.length - reader.remaining] ?? DELIVER;
  const kind = kindOf(type & TYPE_MASK, direction);
  if (kind === null) return reader.failure === null ? mismatch(type & TYPE_MASK, direction) : errorOf(reader.failure);
  const pdu = readKind(kind, reader, smsc);
  return reader.failure === null ? { ok: true, pdu } : errorOf(reader.failure);
}

/** The whole string as a TPDU, or null when that reading fails, leaves octets over or looks like an accident. */
function readBare(octets: Uint8Array, direction: PduDirection | LinkDirection | undefined): AnyPdu | null {
  const kind = kindOf((octets[0] ?? 0) & TYPE_MASK, direction);
  if (kind === null) return null;
  const reader = new OctetReader(octets);
  reader.repair('smsc_missing');
  const pdu = readKind(kind, reader, null);
  return reader.failure === null && isProbable(pdu, reader.remaining) ? pdu : null;
}

/** Bit 7 of a type octet is always set, and a message that the network sent has a possible time. */
function isProbable(pdu: AnyPdu, left: number): boolean {
  switch (pdu.type) {
    case 'deliver':
      return left === 0 && pdu.address.typeOctet > 0x7f && pdu.timestamp !== null;
    case 'submit':
    case 'command':
      return left === 0 && pdu.destination.typeOctet > 0x7f;
    // Too short to tell an accident from a report without its service centre field.
    case 'submit-report':
    case 'deliver-report':
      return false;
    case 'status-report':
      return pdu.recipient.typeOctet > 0x7f && pdu.serviceCentreTime !== null && pdu.dischargeTime !== null;
  }
}

function readKind(kind: AnyPdu['type'], reader: OctetReader, smsc: Pdu['smsc']): AnyPdu {
  switch (kind) {
    case 'deliver':
      return readDeliver(reader, smsc);
    case 'submit':
      return readSubmit(reader, smsc);
    case 'status-report':
      return readStatusReport(reader, smsc);
    case 'submit-report':
    case 'deliver-report':
      return readReport(kind, reader, smsc);
    case 'command':
      return readCommand(reader, smsc);
  }
}

/** The kind to read, or null when the type bits exclude the direction asked for. */
function kindOf(typeBits: number, direction: PduDirection | LinkDirection | undefined): AnyPdu['type'] | null {
  const byBits = typeBits === SUBMIT ? 'submit' : typeBits === STATUS_REPORT ? 'status-report' : 'deliver';
  if (direction === undefined) return byBits;
  if (direction === 'inbound') return byBits === 'submit' ? 'deliver' : byBits;
  return TYPE_BITS[direction] === typeBits || byBits === direction ? direction : null;
}

const TYPE_BITS: Readonly<Record<AnyPdu['type'], number>> = {
  deliver: DELIVER,
  'deliver-report': DELIVER,
  submit: SUBMIT,
  'submit-report': SUBMIT,
  'status-report': STATUS_REPORT,
  command: STATUS_REPORT,
};

function mismatch(typeBits: number, direction: PduDirection | LinkDirection | undefined): DecodeResult<AnyPdu> {
  return failed('pdu.type_mismatch', `the type bits ${typeBits.toString(2).padStart(2, '0')} are no ${direction}`);
}

function errorOf(error: PduError): DecodeResult {
  return { ok: false, error };
}

function failed(code: PduErrorCode, message: string): DecodeResult {
  return { ok: false, error: { code, message } };
}
