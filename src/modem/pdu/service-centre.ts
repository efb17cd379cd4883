import { type Address, addressFrom, addressOf, digitsStart, invalidAddress, MAX_SEMI_OCTETS } from './address.ts';
import type { OctetReader } from './reader.ts';
import { areDigits, writeDigits } from './semi-octets.ts';
import type { OctetWriter } from './writer.ts';

/** Type octet and ten octets of digits. */
const MAX_OCTETS = 11;

/**
 * Reads the service centre field before the TPDU (3GPP TS 27.005 3.1, the address as in TS 24.011 8.2.5.2). Its
 * length counts octets, unlike every other address; 0 means "the one in +CSCA" and reads as null.
 */
export function readServiceCentre(reader: OctetReader): Address | null {
  const length = reader.octet('the service centre field');
  if (length === 0) return null;
  if (length > MAX_OCTETS) {
    reader.fail('pdu.address_too_long', `the service centre field announces ${length} octets`);
  }
  const typeOctet = reader.octet('the service centre field');
  const start = reader.skip(length - 1, 'the service centre field');
  return addressFrom(typeOctet, reader.octets, start, (length - 1) * 2);
}

/**
 * Writes the field; null writes the single octet 00, "use the service centre of the SIM".
 *
 * @throws AppError `pdu.address_invalid` when it is no number of at most 20 digits
 */
export function writeServiceCentre(writer: OctetWriter, smsc: Address | string | null): void {
  if (smsc === null) {
    writer.octet(0);
    return;
  }
  const address = typeof smsc === 'string' ? addressOf(smsc) : smsc;
  const start = digitsStart(address);
  const length = address.number.length - start;
  if (length > MAX_SEMI_OCTETS || !areDigits(address.number, start)) throw invalidAddress(address.number);
  writer.octet(1 + ((length + 1) >> 1));
  writer.octet(address.typeOctet);
  writeDigits(writer, address.number, start);
}
