import { type Address, addressOf, readAddress, writeAddress } from './address.ts';
import { type DataCoding, dataCodingFor, dataCodingOf } from './data-coding.ts';
import { outcomeOf } from './delivery-status.ts';
import { flag, HAS_HEADER, NO_MORE_MESSAGES, STATUS_REPORT, STATUS_REPORT_BIT } from './first-octet.ts';
import type { StatusReportPdu } from './pdu.ts';
import type { OctetReader } from './reader.ts';
import { writeServiceCentre } from './service-centre.ts';
import { TIMESTAMP_OCTETS, timestampOctets, timestampOf } from './timestamp.ts';
import { readUserData, type UserDataContent, writeUserData } from './user-data.ts';
import { OctetWriter } from './writer.ts';

/** Bits of TP-PI (3GPP TS 23.040 9.2.3.27). */
const HAS_PID = 0x01;
const HAS_CODING = 0x02;
const HAS_USER_DATA = 0x04;
const HAS_ANOTHER_INDICATOR = 0x80;

type OptionalPart = Pick<StatusReportPdu, 'pid' | 'coding' | 'userData'>;

const NO_OPTIONAL_PART: OptionalPart = { pid: null, coding: null, userData: null };

/** Reads a STATUS-REPORT behind its service centre field; valid only when the reader has no failure afterwards. */
export function readStatusReport(reader: OctetReader, smsc: Address | null): StatusReportPdu {
  const first = reader.octet('the first octet');
  const reference = reader.octet('TP-MR');
  const recipient = readAddress(reader, 'TP-RA');
  const serviceCentreTimeOctets = reader.take(TIMESTAMP_OCTETS, 'TP-SCTS');
  const dischargeTimeOctets = reader.take(TIMESTAMP_OCTETS, 'TP-DT');
  const status = reader.octet('TP-ST');
  const { pid, coding, userData } = readOptionalPart(reader, (first & HAS_HEADER) !== 0);
  return {
    type: 'status-report',
    smsc,
    reference,
    recipient,
    serviceCentreTime: timestampOf(serviceCentreTimeOctets),
    serviceCentreTimeOctets,
    dischargeTime: timestampOf(dischargeTimeOctets),
    dischargeTimeOctets,
    status,
    outcome: outcomeOf(status),
    moreMessages: (first & NO_MORE_MESSAGES) === 0,
    ofCommand: (first & STATUS_REPORT_BIT) !== 0,
    pid,
    coding,
    userData,
    repairs: reader.repairs,
  };
}

/** Reports read from a SIM are padded with FF: what follows TP-ST counts only when all of it makes sense. */
function readOptionalPart(reader: OctetReader, hasHeader: boolean): OptionalPart {
  if (reader.remaining === 0) return NO_OPTIONAL_PART;
  const rest = reader.fork();
  const indicator = rest.octet('TP-PI');
  let more = indicator;
  while ((more & HAS_ANOTHER_INDICATOR) !== 0 && rest.failure === null) more = rest.octet('TP-PI');
  const pid = (indicator & HAS_PID) === 0 ? null : rest.octet('TP-PID');
  const hasUserData = (indicator & HAS_USER_DATA) !== 0;
  // Text without TP-DCS is in the default alphabet.
  const standing = hasUserData ? dataCodingFor('gsm7') : null;
  const coding = (indicator & HAS_CODING) === 0 ? standing : dataCodingOf(rest.octet('TP-DCS'));
  const userData = hasUserData && coding !== null ? readUserData(rest, coding, hasHeader) : null;
  return rest.failure === null ? { pid, coding, userData } : NO_OPTIONAL_PART;
}

/** What a STATUS-REPORT is made of. The optional part is written when `pid`, `coding`, `text` or `data` is given. */
export interface StatusReportContent extends UserDataContent {
  readonly smsc?: Address | string | null;
  readonly reference: number;
  readonly recipient: Address | string;
  readonly serviceCentreTime: string | Uint8Array;
  readonly dischargeTime: string | Uint8Array;
  readonly status: number;
  readonly moreMessages?: boolean;
  readonly ofCommand?: boolean;
  readonly pid?: number;
  readonly coding?: DataCoding;
}

/**
 * One STATUS-REPORT in hexadecimal, service centre field included.
 *
 * @throws AppError `pdu.address_invalid`, `pdu.timestamp_invalid`, `pdu.text_not_gsm7`, `pdu.user_data_too_long`
 */
export function encodeStatusReport(content: StatusReportContent): string {
  const writer = new OctetWriter();
  writeServiceCentre(writer, content.smsc ?? null);
  writer.octet(
    STATUS_REPORT |
      flag(content.moreMessages !== true, NO_MORE_MESSAGES) |
      flag(content.ofCommand, STATUS_REPORT_BIT) |
      flag((content.header ?? []).length > 0, HAS_HEADER),
  );
  writer.octet(content.reference);
  writeAddress(writer, typeof content.recipient === 'string' ? addressOf(content.recipient) : content.recipient);
  for (const time of [content.serviceCentreTime, content.dischargeTime]) {
    writer.octets(typeof time === 'string' ? timestampOctets(time) : time);
  }
  writer.octet(content.status);
  writeOptionalPart(writer, content);
  return writer.toHex();
}

function writeOptionalPart(writer: OctetWriter, content: StatusReportContent): void {
  const { pid, coding, text, data } = content;
  const hasUserData = text !== undefined || data !== undefined;
  const indicator =
    flag(pid !== undefined, HAS_PID) | flag(coding !== undefined, HAS_CODING) | flag(hasUserData, HAS_USER_DATA);
  if (indicator === 0) return;
  writer.octet(indicator);
  if (pid !== undefined) writer.octet(pid);
  if (coding !== undefined) writer.octet(coding.value);
  if (hasUserData) writeUserData(writer, coding ?? dataCodingFor('gsm7'), content);
}
