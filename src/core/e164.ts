import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { asciiDigits } from './digits.ts';

/** E.164: `+`, a country code that does not start with 0, at most 15 digits. */
export const E164 = /^\+[1-9][0-9]{6,14}$/;

/** The most digits of a number, country code included (ITU-T E.164 section 6). */
export const MOST_DIGITS = 15;

/**
 * The E.164 form of what a person, a trunk or a handset wrote, or undefined when it is not a telephone number.
 * `region` (ISO 3166, e.g. `US`) reads national spellings; without it only international ones are understood.
 * Trunks that drop the `+` are met by trying the digits as international when they are long enough.
 */
export function toE164(raw: string, region?: string): string | undefined {
  const text = asciiDigits(raw).trim();
  if (E164.test(text)) return text;
  if (!/^[+0-9(][0-9 ().\-/]*$/.test(text)) return undefined;
  const country = region !== undefined && isSupportedCountry(region) ? (region as CountryCode) : undefined;
  const parsed = parsePhoneNumberFromString(text.startsWith('00') ? `+${text.slice(2)}` : text, country);
  if (parsed?.isPossible()) return parsed.number;
  const international = parsePhoneNumberFromString(`+${text.replace(/[^0-9]/g, '')}`);
  return international?.isPossible() && text.replace(/[^0-9]/g, '').length >= 10 ? international.number : undefined;
}
