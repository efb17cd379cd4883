/*
 * SMS PDUs: octets in, values out, and back. Pure and total: what cannot be read is a result, never an exception;
 * what cannot be written is an AppError. 3GPP TS 23.040 (PDUs) and 23.038 (alphabets).
 *
 * Read: decodePdu, joinSlices. Write: encodeSubmit for messages, encodeDeliver and encodeStatusReport for a network
 * that is played. Count: previewText.
 */

export { type Address, type AddressType, addressOf } from './address.ts';
export type { NationalTables } from './choose-alphabet.ts';
export {
  type DataCoding,
  dataCodingFor,
  type MessageClass,
  type MessageWaiting,
  type PduEncoding,
} from './data-coding.ts';
export { type DecodeOptions, decodePdu, type LinkDirection, type PduDirection } from './decode.ts';
export { type DeliverContent, encodeDeliver } from './deliver.ts';
export { type DeliveryOutcome, type DeliveryStatus, deliveryStatusOf } from './delivery-status.ts';
export { type EncodedMessage, type EncodedSlice, encodeSubmit, type OutgoingMessage } from './encode-submit.ts';
export type { PduError, PduErrorCode, PduRepair } from './error.ts';
export { pduToJson } from './json.ts';
export type {
  AnyPdu,
  CommandPdu,
  DecodeResult,
  DeliverPdu,
  Pdu,
  ReportPdu,
  StatusReportPdu,
  SubmitPdu,
} from './pdu.ts';
export { type MessagePreview, previewText } from './preview.ts';
export { type Protocol, protocolOf } from './protocol.ts';
export { type JoinedSlices, joinSlices, type Slice, sliceKey } from './reassemble.ts';

export {
  ENCODING_POLICIES,
  type EncodingPolicy,
  type Segmentation,
  type SegmentOptions,
  segmentText,
  type TextEncoding,
} from './segment.ts';
export { hasRelativeValidity, shortenValidity } from './shorten-validity.ts';
export { encodeStatusReport, type StatusReportContent } from './status-report.ts';
export type { EncodedTpdu, SubmitContent } from './submit.ts';
export { transliterate } from './transliterate.ts';
export type { UserData, UserDataContent } from './user-data.ts';
export {
  type Concatenation,
  concatElement,
  type InformationElement,
  type MessageIndication,
  type Ports,
  type UserDataHeader,
} from './user-data-header.ts';
export type { Validity } from './validity.ts';
