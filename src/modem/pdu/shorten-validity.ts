import { fromHex, toHex } from '../../core/bytes.ts';
import { VALIDITY_FORMAT_SHIFT } from './first-octet.ts';
import { RELATIVE, relativeValidity } from './validity.ts';

/** Whether a SUBMIT with its service centre field asks for a relative validity (3GPP TS 23.040 9.2.3.3). */
export function hasRelativeValidity(pdu: string): boolean {
  const start = 2 + 2 * Number.parseInt(pdu.slice(0, 2), 16);
  return ((Number.parseInt(pdu.slice(start, start + 2), 16) >> VALIDITY_FORMAT_SHIFT) & 3) === RELATIVE;
}

/**
 * The same SUBMIT with a validity of so many minutes, rounded up to what can be said: what a text has waited for a modem,
 * the service centre need not try any more. Five minutes are the least there is. Unchanged where it has no relative
 * validity, or a shorter one.
 */
export function shortenValidity(pdu: string, minutes: number): string {
  const octets = hasRelativeValidity(pdu) ? fromHex(pdu) : undefined;
  if (octets === undefined) return pdu;
  const destination = 3 + (octets[0] ?? 0);
  // Behind the address its protocol identifier and coding.
  const place = destination + 2 + (((octets[destination] ?? 0) + 1) >> 1) + 2;
  const shorter = relativeValidity(Math.max(1, minutes));
  // Rounded up: a text that has waited a second shall not lose a day where a step is a day.
  const value = shorter.minutes < minutes ? Math.min(255, shorter.value + 1) : shorter.value;
  if ((octets[place] ?? 0) <= value) return pdu;
  octets[place] = value;
  return toHex(octets);
}
