import { E164, toE164 } from '../../core/e164.ts';
import { AppError } from '../../core/errors.ts';
import type { Address } from '../../modem/pdu/index.ts';

/** Up to six digits without a prefix are a service of the network in every country we know, never a subscriber. */
const SURELY_SHORT = /^[1-9][0-9]{2,5}$/;
/** Longer service numbers exist; they are what no subscriber number of the region can be. */
const POSSIBLY_SHORT = /^[1-9][0-9]{2,7}$/;

/**
 * The number a message goes to: E.164 as it is, national spellings of `region` made E.164, short codes as they are.
 *
 * @throws AppError `message.recipient_invalid`
 */
export function parseRecipient(to: string, region: string | undefined): string {
  const text = to.trim();
  if (E164.test(text) || SURELY_SHORT.test(text)) return text;
  const number = toE164(text.replace(/^\(/, ''), region);
  if (number !== undefined) return number;
  if (POSSIBLY_SHORT.test(text)) return text;
  const detail = /\p{L}/u.test(text)
    ? 'A name cannot receive messages. Write a number: +, country code and number, or a short code.'
    : 'This is not a telephone number. Write +, country code and number, a national number, or a short code.';
  throw new AppError({
    code: 'message.recipient_invalid',
    kind: 'invalid',
    detail,
    problems: [{ path: 'to', message: detail }],
  });
}

/** Who a message came from, as people know them: E.164 where it is a number, else as it came. */
export function senderOf(address: Pick<Address, 'number' | 'type'>, region: string | undefined): string {
  const { number, type } = address;
  switch (type) {
    case 'alphanumeric':
      return number;
    case 'international':
      return number;
    case 'national':
    case 'unknown':
      // Without a region a `+` would be a guess: the type says that the digits are not international.
      if (region === undefined || SURELY_SHORT.test(number)) return number;
      return toE164(number, region) ?? number;
  }
}
