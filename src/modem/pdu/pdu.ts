import type { Address } from './address.ts';
import type { DataCoding } from './data-coding.ts';
import type { DeliveryOutcome } from './delivery-status.ts';
import type { PduError, PduRepair } from './error.ts';
import type { UserData } from './user-data.ts';
import type { Validity } from './validity.ts';

interface PduBase {
  /** The service centre in front of the TPDU; null when the field is empty or missing. */
  readonly smsc: Address | null;
  /** What was overlooked to read it; empty for a PDU without blemish. */
  readonly repairs: readonly PduRepair[];
}

/** A message from the network (3GPP TS 23.040 9.2.2.1). */
export interface DeliverPdu extends PduBase {
  readonly type: 'deliver';
  readonly address: Address;
  readonly pid: number;
  readonly coding: DataCoding;
  /** TP-SCTS in ISO 8601 with its own offset; null when it is no possible time. */
  readonly timestamp: string | null;
  readonly timestampOctets: Uint8Array;
  readonly userData: UserData;
  readonly moreMessages: boolean;
  readonly statusReportIndication: boolean;
  readonly replyPath: boolean;
}

/** A message to the network (9.2.2.2). */
export interface SubmitPdu extends PduBase {
  readonly type: 'submit';
  /** TP-MR; the modem puts its own in its place. */
  readonly reference: number;
  readonly destination: Address;
  readonly pid: number;
  readonly coding: DataCoding;
  readonly validity: Validity | null;
  readonly userData: UserData;
  readonly rejectDuplicates: boolean;
  readonly statusReportRequest: boolean;
  readonly replyPath: boolean;
}

/** What became of a message (9.2.2.3). The last three are optional in the PDU. */
export interface StatusReportPdu extends PduBase {
  readonly type: 'status-report';
  /** TP-MR of the slice it speaks of. */
  readonly reference: number;
  readonly recipient: Address;
  /** TP-SCTS: when the service centre took the message; null when it is no possible time. */
  readonly serviceCentreTime: string | null;
  readonly serviceCentreTimeOctets: Uint8Array;
  /** TP-DT: when it was delivered, or last tried; null when it is no possible time. */
  readonly dischargeTime: string | null;
  readonly dischargeTimeOctets: Uint8Array;
  readonly status: number;
  readonly outcome: DeliveryOutcome;
  readonly moreMessages: boolean;
  /** Whether it answers a COMMAND instead of a SUBMIT. */
  readonly ofCommand: boolean;
  readonly pid: number | null;
  /** What the user data was read with; null when there is neither. */
  readonly coding: DataCoding | null;
  readonly userData: UserData | null;
}

/** The answer to a message on the radio link (9.2.2.1a, 9.2.2.2a). */
export interface ReportPdu extends PduBase {
  readonly type: 'submit-report' | 'deliver-report';
  /** TP-FCS; null when the message was taken. */
  readonly failureCause: number | null;
  /** TP-SCTS of a SUBMIT-REPORT; null when it is no possible time, or in a DELIVER-REPORT. */
  readonly serviceCentreTime: string | null;
  readonly pid: number | null;
  readonly coding: DataCoding | null;
  readonly userData: UserData | null;
}

/** An order to the service centre about a message sent before (9.2.2.4). */
export interface CommandPdu extends PduBase {
  readonly type: 'command';
  readonly reference: number;
  readonly pid: number;
  /** TP-CT: 0 enquiry, 1 cancel report, 2 delete, 3 enable report. */
  readonly commandType: number;
  /** TP-MN: TP-MR of the message it is about. */
  readonly messageNumber: number;
  readonly destination: Address;
  readonly data: Uint8Array;
  readonly statusReportRequest: boolean;
  readonly coding: null;
  readonly userData: null;
}

/** What lies in memories and is sent: the messages themselves. */
export type Pdu = DeliverPdu | SubmitPdu | StatusReportPdu;

/** With what else travels between a device and its service centre. */
export type AnyPdu = Pdu | ReportPdu | CommandPdu;

export type DecodeResult<Kind extends AnyPdu = Pdu> =
  | { readonly ok: true; readonly pdu: Kind }
  | { readonly ok: false; readonly error: PduError };
