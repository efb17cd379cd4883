import { type Address, readAddress } from './address.ts';
import { dataCodingFor, dataCodingOf } from './data-coding.ts';
import { HAS_HEADER, STATUS_REPORT_BIT } from './first-octet.ts';
import type { CommandPdu, ReportPdu } from './pdu.ts';
import type { OctetReader } from './reader.ts';
import { TIMESTAMP_OCTETS, timestampOf } from './timestamp.ts';
import { readUserData } from './user-data.ts';

/** Failure causes begin here (3GPP TS 23.040 9.2.3.22); a parameter indicator of a positive report never does. */
const FIRST_CAUSE = 0x80;
const HAS_PID = 0x01;
const HAS_CODING = 0x02;
const HAS_USER_DATA = 0x04;
const NO_OCTETS = new Uint8Array(0);

/**
 * Reads a SUBMIT-REPORT or DELIVER-REPORT (TS 23.040 9.2.2.1a, 9.2.2.2a): the answer to a message on the radio link,
 * which a modem shows as `ackpdu`. Whether it is positive only the lower layer says; a second octet from 80 on is taken
 * for the cause of a failure.
 */
export function readReport(type: ReportPdu['type'], reader: OctetReader, smsc: Address | null): ReportPdu {
  const first = reader.octet('the first octet');
  const second = reader.octet('TP-FCS or TP-PI');
  const failureCause = second >= FIRST_CAUSE ? second : null;
  const indicator = failureCause === null ? second : reader.octet('TP-PI');
  const time = type === 'submit-report' ? reader.take(TIMESTAMP_OCTETS, 'TP-SCTS') : NO_OCTETS;
  const pid = (indicator & HAS_PID) === 0 ? null : reader.octet('TP-PID');
  const hasUserData = (indicator & HAS_USER_DATA) !== 0;
  const standing = hasUserData ? dataCodingFor('gsm7') : null;
  const coding = (indicator & HAS_CODING) === 0 ? standing : dataCodingOf(reader.octet('TP-DCS'));
  const userData = hasUserData && coding !== null ? readUserData(reader, coding, (first & HAS_HEADER) !== 0) : null;
  return {
    type,
    smsc,
    failureCause,
    serviceCentreTime: timestampOf(time),
    pid,
    coding,
    userData,
    repairs: reader.repairs,
  };
}

/** Reads a COMMAND (TS 23.040 9.2.2.4): an enquiry about, or the deletion of, a message sent before. */
export function readCommand(reader: OctetReader, smsc: Address | null): CommandPdu {
  const first = reader.octet('the first octet');
  const reference = reader.octet('TP-MR');
  const pid = reader.octet('TP-PID');
  const commandType = reader.octet('TP-CT');
  const messageNumber = reader.octet('TP-MN');
  const destination = readAddress(reader, 'TP-DA');
  const data = reader.take(reader.octet('TP-CDL'), 'TP-CD');
  return {
    type: 'command',
    smsc,
    reference,
    pid,
    commandType,
    messageNumber,
    destination,
    data,
    statusReportRequest: (first & STATUS_REPORT_BIT) !== 0,
    coding: null,
    userData: null,
    repairs: reader.repairs,
  };
}
