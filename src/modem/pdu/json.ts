import { toHex } from '../../core/bytes.ts';
import type { Address } from './address.ts';
import type { DataCoding } from './data-coding.ts';
import type { Pdu } from './pdu.ts';
import { bodyOf, type UserData } from './user-data.ts';
import type { Validity } from './validity.ts';

/** The plain object that `switchhook pdu decode` prints for a PDU; scripts rely on its keys and their order. */
export function pduToJson(pdu: Pdu): Readonly<Record<string, unknown>> {
  return {
    ok: true,
    type: pdu.type,
    smsc: pdu.smsc?.number ?? null,
    ...ownFields(pdu),
    pid: pdu.pid,
    dcs: codingToJson(pdu.coding),
    ...userDataToJson(pdu.userData),
    ...(pdu.repairs.length === 0 ? {} : { repairs: pdu.repairs }),
  };
}

function ownFields(pdu: Pdu): Readonly<Record<string, unknown>> {
  switch (pdu.type) {
    case 'deliver':
      return { address: addressToJson(pdu.address), timestamp: pdu.timestamp };
    case 'submit':
      return {
        reference: pdu.reference,
        destination: addressToJson(pdu.destination),
        validity: validityToJson(pdu.validity),
        statusReportRequest: pdu.statusReportRequest,
      };
    case 'status-report':
      return {
        reference: pdu.reference,
        recipient: addressToJson(pdu.recipient),
        serviceCentreTime: pdu.serviceCentreTime,
        dischargeTime: pdu.dischargeTime,
        status: pdu.status,
        outcome: pdu.outcome,
      };
  }
}

function addressToJson({ number, type }: Address): Readonly<Record<string, string>> {
  return { number, type };
}

function codingToJson(coding: DataCoding | null): Readonly<Record<string, unknown>> | null {
  return coding === null ? null : { value: coding.value, encoding: coding.encoding, class: coding.messageClass };
}

function userDataToJson(userData: UserData | null): Readonly<Record<string, unknown>> {
  if (userData === null) return { concat: null, text: null, data: null, udh: [] };
  const { header, text } = userData;
  return {
    concat: header.concat,
    text,
    data: text === null ? toHex(bodyOf(userData)) : null,
    udh: header.elements.map(({ id, data }) => ({ id, data: toHex(data) })),
  };
}

function validityToJson(validity: Validity | null): Readonly<Record<string, unknown>> | null {
  switch (validity?.format) {
    case 'relative':
      return { relative: validity.value, minutes: validity.minutes };
    case 'absolute':
      return { absolute: validity.until };
    case 'enhanced':
      return { enhanced: toHex(validity.octets), seconds: validity.seconds, singleShot: validity.singleShot };
    case undefined:
      return null;
  }
}
