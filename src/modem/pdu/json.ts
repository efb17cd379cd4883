import { toHex } from '../../core/bytes.ts';
import type { Address } from './address.ts';
import type { DataCoding } from './data-coding.ts';
import type { AnyPdu } from './pdu.ts';
import { protocolOf } from './protocol.ts';
import { bodyOf, type UserData } from './user-data.ts';
import type { Validity } from './validity.ts';

/**
 * The plain object that `switchhook pdu decode` prints for a PDU; scripts rely on its keys and their order. `details`
 * adds what TP-PID, ports, lamps and the data of a COMMAND mean, where they are there.
 */
export function pduToJson(pdu: AnyPdu, details = false): Readonly<Record<string, unknown>> {
  return {
    ok: true,
    type: pdu.type,
    smsc: pdu.smsc?.number ?? null,
    ...ownFields(pdu),
    pid: pdu.pid,
    dcs: codingToJson(pdu.coding),
    ...userDataToJson(pdu.userData),
    ...(details ? detailsToJson(pdu) : {}),
    ...(pdu.repairs.length === 0 ? {} : { repairs: pdu.repairs }),
  };
}

function ownFields(pdu: AnyPdu): Readonly<Record<string, unknown>> {
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
    case 'submit-report':
      return { failureCause: pdu.failureCause, serviceCentreTime: pdu.serviceCentreTime };
    case 'deliver-report':
      return { failureCause: pdu.failureCause };
    case 'command':
      return {
        reference: pdu.reference,
        destination: addressToJson(pdu.destination),
        command: pdu.commandType,
        messageNumber: pdu.messageNumber,
        statusReportRequest: pdu.statusReportRequest,
      };
  }
}

function detailsToJson(pdu: AnyPdu): Readonly<Record<string, unknown>> {
  const protocol = protocolOf(pdu.pid ?? 0);
  const { ports = null, indications = [] } = pdu.userData?.header ?? {};
  return {
    ...(protocol.kind === 'plain' ? {} : { protocol }),
    ...(ports === null ? {} : { ports }),
    ...(pdu.coding?.messageWaiting ? { messageWaiting: pdu.coding.messageWaiting } : {}),
    ...(indications.length === 0 ? {} : { indications }),
    ...(pdu.type === 'command' && pdu.data.length > 0 ? { data: toHex(pdu.data) } : {}),
  };
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
