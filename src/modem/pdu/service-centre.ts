import { type Address, addressFrom, addressOf, digitsStart } from './address.ts';
import type { OctetReader } from './reader.ts';
import { writeDigits } from './semi-octets.ts';
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
  const value = reader.take(length - 1, 'the service centre field');
  return addressFrom(typeOctet, value, value.length * 2);
}

/** Writes the field; null writes the single octet 00, "use the service centre of the SIM". */
export function writeServiceCentre(writer: OctetWriter, smsc: Address | string | null): void {
  if (smsc === null) {
    writer.octet(0);
    return;
  }
  const address = typeof smsc === 'string' ? addressOf(smsc) : smsc;
  const start = digitsStart(address);
  writer.octet(1 + ((address.number.length - start + 1) >> 1));
  writer.octet(address.typeOctet);
  writeDigits(writer, address.number, start);
}
