import { AppError } from '../../core/errors.ts';
import type { DataCoding } from './data-coding.ts';
import { decodeGsm7, encodeGsm7 } from './gsm7.ts';
import type { OctetReader } from './reader.ts';
import { fillBitsAfter, packedLength, packSeptets, septetCapacity, septetsOfHeader, unpackSeptets } from './septets.ts';
import { decodeUcs2, encodeUcs2 } from './ucs2.ts';
import {
  headerOctets,
  type InformationElement,
  meaningOf,
  NO_HEADER,
  readHeader,
  type UserDataHeader,
} from './user-data-header.ts';
import type { OctetWriter } from './writer.ts';

/** Octets of TP-UD at most, header included (3GPP TS 23.040 9.2.3.24). */
export const MAX_USER_DATA_OCTETS = 140;

/** TP-UD read: the header's meaning, the text where there is one, and the octets so that slices can be joined. */
export interface UserData {
  readonly header: UserDataHeader;
  /** Null for binary and compressed data. Half a surrogate pair may stand at either end of a slice. */
  readonly text: string | null;
  /** All of TP-UD, header included. */
  readonly octets: Uint8Array;
}

/** What an encoder puts into TP-UD: elements in front, then a text or, for binary coding, octets. */
export interface UserDataContent {
  readonly header?: readonly InformationElement[];
  readonly text?: string;
  readonly data?: Uint8Array;
}

/** The octets of the user data behind its header. */
export function bodyOf(userData: UserData): Uint8Array {
  return userData.header.length === 0 ? userData.octets : userData.octets.subarray(userData.header.length);
}

/** Reads TP-UDL and TP-UD. `hasHeader` is TP-UDHI. */
export function readUserData(reader: OctetReader, coding: DataCoding, hasHeader: boolean): UserData {
  const announced = reader.octet('TP-UDL');
  const packed = coding.encoding === 'gsm7' && !coding.compressed;
  const octets = takeUserData(reader, packed ? packedLength(announced) : announced);
  const header = hasHeader ? headerOf(reader, octets, packed ? announced : Number.POSITIVE_INFINITY) : NO_HEADER;
  return { header, text: textOf(octets, coding, header, announced), octets };
}

/**
 * Writes TP-UDL and TP-UD.
 *
 * @throws AppError `pdu.user_data_too_long` beyond 140 octets, `pdu.text_not_gsm7` for a character without a septet
 */
export function writeUserData(writer: OctetWriter, coding: DataCoding, content: UserDataContent): void {
  const header = headerOctets(content.header ?? []);
  if (coding.encoding === 'gsm7' && !coding.compressed) {
    const alphabet = meaningOf(content.header ?? []).alphabet;
    const septets = encodeGsm7(content.text ?? '', alphabet);
    if (septets === undefined) throw notGsm7();
    const body = packSeptets(septets, fillBitsAfter(header.length));
    if (header.length + body.length > MAX_USER_DATA_OCTETS) throw tooLong();
    const length = septetsOfHeader(header.length) + septets.length;
    writer.octet(length);
    writer.octets(header);
    writer.octets(body);
    // A header without text (a voicemail lamp, say) ends inside a septet, which TP-UDL counts and TP-UD must hold.
    if (body.length === 0 && packedLength(length) > header.length) writer.octet(0);
    return;
  }
  const body = content.data ?? (coding.encoding === 'ucs2' ? encodeUcs2(content.text ?? '') : []);
  if (header.length + body.length > MAX_USER_DATA_OCTETS) throw tooLong();
  writer.octet(header.length + body.length);
  writer.octets(header);
  writer.octets(body);
}

/** The error of a text that was forced into an alphabet it does not fit. */
export function notGsm7(): AppError {
  return new AppError({
    code: 'pdu.text_not_gsm7',
    kind: 'invalid',
    detail: 'The text holds characters outside the GSM 7-bit alphabet; send it as UCS-2.',
  });
}

function takeUserData(reader: OctetReader, length: number): Uint8Array {
  if (length <= reader.remaining) return reader.take(length, 'TP-UD');
  if (reader.lenient && reader.failure === null) {
    reader.repair('user_data_cut');
    return reader.take(reader.remaining, 'TP-UD');
  }
  return reader.take(length, 'TP-UD');
}

/** `capacity`: TP-UDL of GSM 7-bit counts septets, which may be fewer than the octets would hold. */
function headerOf(reader: OctetReader, octets: Uint8Array, capacity: number): UserDataHeader {
  if (reader.failure !== null) return NO_HEADER;
  const header = readHeader(octets);
  if (header === null || septetsOfHeader(header.length) > capacity) {
    if (reader.lenient) reader.repair('header_overrun');
    else reader.fail('pdu.header_overrun', 'the user data header is longer than the user data');
    return NO_HEADER;
  }
  if (header.malformed) reader.repair('header_malformed');
  return header;
}

function textOf(octets: Uint8Array, coding: DataCoding, header: UserDataHeader, announced: number): string | null {
  if (coding.compressed) return null;
  const body = header.length === 0 ? octets : octets.subarray(header.length);
  switch (coding.encoding) {
    case 'gsm7': {
      const count = Math.min(announced, septetCapacity(octets.length)) - septetsOfHeader(header.length);
      return decodeGsm7(unpackSeptets(body, count, fillBitsAfter(header.length)), header.alphabet);
    }
    case 'ucs2':
      return decodeUcs2(body);
    case 'binary':
      return null;
  }
}

function tooLong(): AppError {
  return new AppError({
    code: 'pdu.user_data_too_long',
    kind: 'too_large',
    detail: 'The content does not fit into one message of 140 octets.',
  });
}
