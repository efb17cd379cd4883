import { AppError } from '../../core/errors.ts';
import { type Address, INTERNATIONAL, MAX_SEMI_OCTETS, UNKNOWN } from './address.ts';

const PLUS = 0x2b;
const HASH = 0x23;
const STAR = 0x2a;

/**
 * The TP-DA of a recipient: `+` and digits with the international type, else digits, `*` and `#` with the unknown
 * type (short codes and local numbers; `00` is not turned into `+`). Names cannot receive.
 *
 * @throws AppError `pdu.recipient_invalid`
 */
export function recipientAddress(to: string): Address {
  const international = to.charCodeAt(0) === PLUS;
  const start = international ? 1 : 0;
  const length = to.length - start;
  if (length < 1 || length > MAX_SEMI_OCTETS || !isDialable(to, start, international)) throw invalid(to);
  return international
    ? { number: to, type: 'international', typeOctet: INTERNATIONAL }
    : { number: to, type: 'unknown', typeOctet: UNKNOWN };
}

function isDialable(to: string, start: number, digitsOnly: boolean): boolean {
  for (let index = start; index < to.length; index += 1) {
    const code = to.charCodeAt(index);
    const digit = code >= 0x30 && code <= 0x39;
    if (!digit && (digitsOnly || (code !== STAR && code !== HASH))) return false;
  }
  return true;
}

function invalid(to: string): AppError {
  const shown = to.length > 40 ? `${to.slice(0, 40)}…` : to;
  return new AppError({
    code: 'pdu.recipient_invalid',
    kind: 'invalid',
    detail: `"${shown}" cannot receive: write +, country code and number, or a short code of at most 20 digits.`,
  });
}
