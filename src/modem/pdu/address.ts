import { AppError } from '../../core/errors.ts';
import { decodeGsm7, encodeGsm7 } from './gsm7.ts';
import type { OctetReader } from './reader.ts';
import { areDigits, readDigits, writeDigits } from './semi-octets.ts';
import { packSeptets, unpackSeptets } from './septets.ts';
import type { OctetWriter } from './writer.ts';

/** What the type-of-number bits say, as far as an application can use it. */
export type AddressType = 'international' | 'national' | 'alphanumeric' | 'unknown';

/** A telephone number or name as it travels; `typeOctet` keeps the exact type and numbering plan. */
export interface Address {
  /** With `+` exactly when the type is international. */
  readonly number: string;
  readonly type: AddressType;
  readonly typeOctet: number;
}

export const INTERNATIONAL = 0x91;
export const UNKNOWN = 0x81;
const ALPHANUMERIC = 0xd0;

/** 3GPP TS 23.040 9.1.2.5: at most 12 octets, length and type included. */
export const MAX_SEMI_OCTETS = 20;

/** The address type by bits 6-4 of the type octet. */
function addressType(typeOctet: number): AddressType {
  switch ((typeOctet >> 4) & 0x07) {
    case 1:
      return 'international';
    case 2:
      return 'national';
    case 5:
      return 'alphanumeric';
    default:
      return 'unknown';
  }
}

/**
 * The address a text stands for: `+` and digits are international, digits alone are of unknown type (short codes,
 * local numbers), anything else is an alphanumeric name. A type octet overrides the guess.
 */
export function addressOf(number: string, typeOctet: number = guessType(number)): Address {
  return { number, type: addressType(typeOctet), typeOctet };
}

/** Reads TP-OA, TP-DA or TP-RA: a length in semi-octets, the type octet, the value (TS 23.040 9.1.2.5). */
export function readAddress(reader: OctetReader, field: string): Address {
  const length = reader.octet(field);
  const typeOctet = reader.octet(field);
  if (length > MAX_SEMI_OCTETS)
    reader.fail('pdu.address_too_long', `${field} announces ${length} digits, at most 20 fit`);
  const start = reader.skip((length + 1) >> 1, field);
  return addressFrom(typeOctet, reader.octets, start, length);
}

/** The address of a type octet and so many semi-octets from `start` on. */
export function addressFrom(typeOctet: number, octets: Uint8Array, start: number, semiOctets: number): Address {
  const type = addressType(typeOctet);
  switch (type) {
    case 'alphanumeric':
      return { number: readName(octets.subarray(start), semiOctets), type, typeOctet };
    case 'international':
      return { number: `+${readDigits(octets, start, semiOctets)}`, type, typeOctet };
    default:
      return { number: readDigits(octets, start, semiOctets), type, typeOctet };
  }
}

/**
 * Writes an address field.
 *
 * @throws AppError `pdu.address_invalid` when it has more than 20 digits or 11 characters, or one that cannot be sent
 */
export function writeAddress(writer: OctetWriter, address: Address): void {
  if (address.type === 'alphanumeric') {
    const septets = encodeGsm7(address.number);
    if (septets === undefined || septets.length > 11) throw invalidAddress(address.number);
    writer.octet(Math.ceil((septets.length * 7) / 4));
    writer.octet(address.typeOctet);
    writer.octets(packSeptets(septets));
    return;
  }
  const start = digitsStart(address);
  const length = address.number.length - start;
  if (length > MAX_SEMI_OCTETS || !areDigits(address.number, start)) throw invalidAddress(address.number);
  writer.octet(length);
  writer.octet(address.typeOctet);
  writeDigits(writer, address.number, start);
}

/** Index of the first digit: behind the `+`, which the type octet says already. */
export function digitsStart(address: Address): number {
  return address.number.startsWith('+') ? 1 : 0;
}

function guessType(number: string): number {
  if (number.startsWith('+') && number.length > 1 && areDigits(number, 1)) return INTERNATIONAL;
  return areDigits(number) ? UNKNOWN : ALPHANUMERIC;
}

/**
 * Some networks round the length of a name up to whole octets. Seven characters then look like eight, and the spare
 * seven bits like an `@`: no other length has room for that.
 */
function readName(value: Uint8Array, semiOctets: number): string {
  const count = Math.floor((semiOctets * 4) / 7);
  const septets = unpackSeptets(value, count);
  const spurious = count === 8 && septets[7] === 0;
  return decodeGsm7(spurious ? septets.slice(0, 7) : septets);
}

/** The error of an address that cannot be written. */
export function invalidAddress(number: string): AppError {
  return new AppError({
    code: 'pdu.address_invalid',
    kind: 'invalid',
    detail: `"${number}" is no address: 1 to 20 digits, or a name of at most 11 characters of the GSM alphabet.`,
  });
}
