import { type Address, readAddress, writeAddress } from './address.ts';
import { type DataCoding, dataCodingOf } from './data-coding.ts';
import {
  flag,
  HAS_HEADER,
  REJECT_DUPLICATES,
  REPLY_PATH,
  STATUS_REPORT_BIT,
  SUBMIT,
  VALIDITY_FORMAT_SHIFT,
} from './first-octet.ts';
import type { SubmitPdu } from './pdu.ts';
import type { OctetReader } from './reader.ts';
import { writeServiceCentre } from './service-centre.ts';
import { readUserData, type UserDataContent, writeUserData } from './user-data.ts';
import { readValidity, type Validity, validityFormat, writeValidity } from './validity.ts';
import { OctetWriter } from './writer.ts';

/** Reads a SUBMIT behind its service centre field; valid only when the reader has no failure afterwards. */
export function readSubmit(reader: OctetReader, smsc: Address | null): SubmitPdu {
  const first = reader.octet('the first octet');
  const reference = reader.octet('TP-MR');
  const destination = readAddress(reader, 'TP-DA');
  const pid = reader.octet('TP-PID');
  const coding = dataCodingOf(reader.octet('TP-DCS'));
  const validity = readValidity(reader, (first >> VALIDITY_FORMAT_SHIFT) & 3);
  const userData = readUserData(reader, coding, (first & HAS_HEADER) !== 0);
  return {
    type: 'submit',
    smsc,
    reference,
    destination,
    pid,
    coding,
    validity,
    userData,
    rejectDuplicates: (first & REJECT_DUPLICATES) !== 0,
    statusReportRequest: (first & STATUS_REPORT_BIT) !== 0,
    replyPath: (first & REPLY_PATH) !== 0,
    repairs: reader.repairs,
  };
}

/** What one SUBMIT is made of; what is left out is plain. */
export interface SubmitContent extends UserDataContent {
  readonly smsc?: Address | string | null;
  readonly reference?: number;
  readonly destination: Address;
  readonly pid?: number;
  readonly coding: DataCoding;
  readonly validity?: Validity | null;
  readonly rejectDuplicates?: boolean;
  readonly statusReportRequest?: boolean;
  readonly replyPath?: boolean;
}

/** One PDU and the length that `AT+CMGS=` wants: octets of the TPDU, the service centre field not counted. */
export interface EncodedTpdu {
  readonly pdu: string;
  readonly tpduLength: number;
}

/**
 * One SUBMIT, service centre field included.
 *
 * @throws AppError `pdu.address_invalid`, `pdu.text_not_gsm7`, `pdu.user_data_too_long`
 */
export function encodeSubmitTpdu(content: SubmitContent): EncodedTpdu {
  const writer = new OctetWriter();
  const validity = content.validity ?? null;
  writeServiceCentre(writer, content.smsc ?? null);
  const start = writer.length;
  writer.octet(
    SUBMIT |
      flag(content.rejectDuplicates, REJECT_DUPLICATES) |
      (validityFormat(validity) << VALIDITY_FORMAT_SHIFT) |
      flag(content.statusReportRequest, STATUS_REPORT_BIT) |
      flag((content.header ?? []).length > 0, HAS_HEADER) |
      flag(content.replyPath, REPLY_PATH),
  );
  writer.octet(content.reference ?? 0);
  writeAddress(writer, content.destination);
  writer.octet(content.pid ?? 0);
  writer.octet(content.coding.value);
  writeValidity(writer, validity);
  writeUserData(writer, content.coding, content);
  return { pdu: writer.toHex(), tpduLength: writer.length - start };
}
