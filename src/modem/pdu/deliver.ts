import { type Address, addressOf, readAddress, writeAddress } from './address.ts';
import { type DataCoding, dataCodingFor, dataCodingOf } from './data-coding.ts';
import { DELIVER, flag, HAS_HEADER, NO_MORE_MESSAGES, REPLY_PATH, STATUS_REPORT_BIT } from './first-octet.ts';
import { measureGsm7 } from './gsm7.ts';
import type { DeliverPdu } from './pdu.ts';
import type { OctetReader } from './reader.ts';
import { writeServiceCentre } from './service-centre.ts';
import { TIMESTAMP_OCTETS, timestampOctets, timestampOf } from './timestamp.ts';
import { readUserData, type UserDataContent, writeUserData } from './user-data.ts';
import { OctetWriter } from './writer.ts';

/** Reads a DELIVER behind its service centre field; valid only when the reader has no failure afterwards. */
export function readDeliver(reader: OctetReader, smsc: Address | null): DeliverPdu {
  const first = reader.octet('the first octet');
  const address = readAddress(reader, 'TP-OA');
  const pid = reader.octet('TP-PID');
  const coding = dataCodingOf(reader.octet('TP-DCS'));
  const time = reader.take(TIMESTAMP_OCTETS, 'TP-SCTS');
  const userData = readUserData(reader, coding, (first & HAS_HEADER) !== 0);
  return {
    type: 'deliver',
    smsc,
    address,
    pid,
    coding,
    timestamp: timestampOf(time),
    timestampOctets: time,
    userData,
    moreMessages: (first & NO_MORE_MESSAGES) === 0,
    statusReportIndication: (first & STATUS_REPORT_BIT) !== 0,
    replyPath: (first & REPLY_PATH) !== 0,
    repairs: reader.repairs,
  };
}

/** What a DELIVER is made of; what is left out is plain. */
export interface DeliverContent extends UserDataContent {
  readonly smsc?: Address | string | null;
  readonly from: Address | string;
  /** ISO 8601 with its own offset, or seven octets as they are (a simulator sends impossible ones too). */
  readonly timestamp: string | Uint8Array;
  readonly pid?: number;
  /** Chosen by the text when left out. */
  readonly coding?: DataCoding;
  readonly moreMessages?: boolean;
  readonly statusReportIndication?: boolean;
  readonly replyPath?: boolean;
}

/**
 * One DELIVER in hexadecimal, service centre field included.
 *
 * @throws AppError `pdu.address_invalid`, `pdu.timestamp_invalid`, `pdu.text_not_gsm7`, `pdu.user_data_too_long`
 */
export function encodeDeliver(content: DeliverContent): string {
  const writer = new OctetWriter();
  const coding = content.coding ?? dataCodingFor(measureGsm7(content.text ?? '') < 0 ? 'ucs2' : 'gsm7');
  writeServiceCentre(writer, content.smsc ?? null);
  writer.octet(
    DELIVER |
      flag(content.moreMessages !== true, NO_MORE_MESSAGES) |
      flag(content.statusReportIndication, STATUS_REPORT_BIT) |
      flag((content.header ?? []).length > 0, HAS_HEADER) |
      flag(content.replyPath, REPLY_PATH),
  );
  writeAddress(writer, typeof content.from === 'string' ? addressOf(content.from) : content.from);
  writer.octet(content.pid ?? 0);
  writer.octet(coding.value);
  writer.octets(typeof content.timestamp === 'string' ? timestampOctets(content.timestamp) : content.timestamp);
  writeUserData(writer, coding, content);
  return writer.toHex();
}
