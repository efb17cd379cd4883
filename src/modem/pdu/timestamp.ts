import { AppError } from '../../core/errors.ts';

/** Octets of an absolute time: year, month, day, hour, minute, second, zone. */
export const TIMESTAMP_OCTETS = 7;

const NO_DIGITS = 0xff;

/** The number in two swapped decimal semi-octets, or NO_DIGITS when a nibble is no decimal digit. */
const NUMBERS: Uint8Array = Uint8Array.from({ length: 256 }, (_, octet) => {
  const tens = octet & 0x0f;
  const units = octet >> 4;
  return tens > 9 || units > 9 ? NO_DIGITS : tens * 10 + units;
});

const TWO_DIGITS: readonly string[] = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'));

/** Days a month can have; February is checked against its year. */
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/**
 * The ISO 8601 form, with its own offset, of TP-SCTS, TP-DT or an absolute TP-VP (3GPP TS 23.040 9.2.3.11), or null
 * when it is no possible time: networks send F digits, month 0 and worse. Years are 2000 to 2099.
 */
export function timestampOf(octets: Uint8Array): string | null {
  if (octets.length < TIMESTAMP_OCTETS) return null;
  const year = number(octets, 0);
  const month = number(octets, 1);
  const day = number(octets, 2);
  const hour = number(octets, 3);
  const minute = number(octets, 4);
  const second = number(octets, 5);
  if (year > 99 || month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return null;
  if (day < 1 || day > (DAYS[month - 1] ?? 0)) return null;
  // 2000 is a leap year, so within the century every fourth is.
  if (month === 2 && day === 29 && year % 4 !== 0) return null;
  const zone = zoneOf(octets[6] ?? 0xff);
  if (zone === null) return null;
  return `20${two(year)}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}${zone}`;
}

const ISO = /^\d{2}(\d{2})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:Z|([+-])(\d{2}):(\d{2}))$/;

/**
 * The seven octets of an ISO 8601 time with its offset; minutes of the offset are cut to quarters of an hour.
 *
 * @throws AppError `pdu.timestamp_invalid`
 */
export function timestampOctets(iso: string): Uint8Array {
  const match = ISO.exec(iso);
  if (match === null) throw invalid(iso);
  const [, year, month, day, hour, minute, second, sign = '+', offsetHours = '00', offsetMinutes = '00'] = match;
  const quarters = Number(offsetHours) * 4 + Math.floor(Number(offsetMinutes) / 15);
  if (quarters > 79) throw invalid(iso);
  const octets = Uint8Array.from([year, month, day, hour, minute, second, quarters], (value) => swapped(Number(value)));
  if (sign === '-') octets[6] = (octets[6] ?? 0) | SIGN;
  if (timestampOf(octets) === null) throw invalid(iso);
  return octets;
}

/** Bit 3 of the zone octet as stored: the high bit of its tens digit. */
const SIGN = 0x08;

/**
 * Quarters of an hour from GMT. A units nibble above 9 is added as it is: captures carry 2C for "+8 h". What comes to
 * 80 quarters and more, FF above all, is no zone.
 */
function zoneOf(octet: number): string | null {
  const quarters = (octet & 0x07) * 10 + (octet >> 4);
  if (quarters > 79) return null;
  const sign = (octet & SIGN) === 0 ? '+' : '-';
  return `${sign}${two(quarters >> 2)}:${two((quarters & 3) * 15)}`;
}

function number(octets: Uint8Array, index: number): number {
  return NUMBERS[octets[index] ?? NO_DIGITS] ?? NO_DIGITS;
}

function two(value: number): string {
  return TWO_DIGITS[value] ?? '';
}

function swapped(value: number): number {
  return ((value % 10) << 4) | Math.floor(value / 10);
}

function invalid(iso: string): AppError {
  return new AppError({
    code: 'pdu.timestamp_invalid',
    kind: 'invalid',
    detail: `"${iso}" is no time: write it like 2026-11-20T18:00:00+02:00.`,
  });
}
