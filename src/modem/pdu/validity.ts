import { AppError } from '../../core/errors.ts';
import type { OctetReader } from './reader.ts';
import { TIMESTAMP_OCTETS, timestampOctets, timestampOf } from './timestamp.ts';
import type { OctetWriter } from './writer.ts';

/** How long the service centre keeps trying (3GPP TS 23.040 9.2.3.12). */
export type Validity = RelativeValidity | AbsoluteValidity | EnhancedValidity;

export interface RelativeValidity {
  readonly format: 'relative';
  readonly value: number;
  readonly minutes: number;
}

export interface AbsoluteValidity {
  readonly format: 'absolute';
  /** ISO 8601 with its own offset; null when the octets are no possible time. */
  readonly until: string | null;
  readonly octets: Uint8Array;
}

export interface EnhancedValidity {
  readonly format: 'enhanced';
  /** Null when the octets give no period. */
  readonly seconds: number | null;
  readonly singleShot: boolean;
  readonly octets: Uint8Array;
}

const MINUTES_A_DAY = 1440;
const MINUTES_A_WEEK = 10_080;

/** Bits 4-3 of the first octet of a SUBMIT. */
export type ValidityFormat = 0 | 1 | 2 | 3;
const ENHANCED = 1;
export const RELATIVE = 2;
const ABSOLUTE = 3;

/** The format bits of a validity, to be shifted into bits 4-3. */
export function validityFormat(validity: Validity | null): ValidityFormat {
  switch (validity?.format) {
    case 'relative':
      return RELATIVE;
    case 'absolute':
      return ABSOLUTE;
    case 'enhanced':
      return ENHANCED;
    case undefined:
      return 0;
  }
}

/** Minutes of a relative validity octet (TS 23.040 9.2.3.12.1). */
export function relativeMinutes(value: number): number {
  if (value <= 143) return (value + 1) * 5;
  if (value <= 167) return 720 + (value - 143) * 30;
  if (value <= 196) return (value - 166) * MINUTES_A_DAY;
  return (value - 192) * MINUTES_A_WEEK;
}

/**
 * The longest relative validity that is no longer than asked (5 minutes is the least there is, 63 weeks the most).
 * Its `minutes` say what will really be sent.
 *
 * @throws AppError `pdu.validity_invalid` unless `minutes` is a positive number
 */
export function relativeValidity(minutes: number): RelativeValidity {
  if (!(minutes > 0)) {
    throw new AppError({
      code: 'pdu.validity_invalid',
      kind: 'invalid',
      detail: 'The validity must be a positive number of minutes.',
    });
  }
  const value = relativeValue(minutes);
  return { format: 'relative', value, minutes: relativeMinutes(value) };
}

/** A validity that ends at an ISO 8601 time with its own offset. */
export function absoluteValidity(until: string): AbsoluteValidity {
  return { format: 'absolute', until, octets: timestampOctets(until) };
}

/** Reads TP-VP in the format that the first octet announces. */
export function readValidity(reader: OctetReader, format: number): Validity | null {
  switch (format) {
    case RELATIVE: {
      const value = reader.octet('TP-VP');
      return { format: 'relative', value, minutes: relativeMinutes(value) };
    }
    case ABSOLUTE: {
      const octets = reader.take(TIMESTAMP_OCTETS, 'TP-VP');
      return { format: 'absolute', until: timestampOf(octets), octets };
    }
    case ENHANCED: {
      const octets = reader.take(TIMESTAMP_OCTETS, 'TP-VP');
      return { format: 'enhanced', ...enhancedMeaning(octets), octets };
    }
    default:
      return null;
  }
}

export function writeValidity(writer: OctetWriter, validity: Validity | null): void {
  if (validity === null) return;
  if (validity.format === 'relative') writer.octet(validity.value);
  else writer.octets(validity.octets);
}

function relativeValue(minutes: number): number {
  if (minutes < 5) return 0;
  if (minutes < 750) return Math.min(143, Math.floor(minutes / 5) - 1);
  if (minutes < 2 * MINUTES_A_DAY) return Math.min(167, 143 + Math.floor((minutes - 720) / 30));
  if (minutes < 5 * MINUTES_A_WEEK) return Math.min(196, 166 + Math.floor(minutes / MINUTES_A_DAY));
  return Math.min(255, 192 + Math.floor(minutes / MINUTES_A_WEEK));
}

/** TS 23.040 9.2.3.12.3: functionality indicator, then the period in the unit it names. */
function enhancedMeaning(octets: Uint8Array): { readonly seconds: number | null; readonly singleShot: boolean } {
  const [indicator = 0, first = 0, second = 0, third = 0] = octets;
  const singleShot = (indicator & 0x40) !== 0;
  switch (indicator & 0x07) {
    case 1:
      return { seconds: relativeMinutes(first) * 60, singleShot };
    case 2:
      return { seconds: first, singleShot };
    case 3:
      return { seconds: (swapped(first) * 60 + swapped(second)) * 60 + swapped(third), singleShot };
    default:
      return { seconds: null, singleShot };
  }
}

function swapped(octet: number): number {
  return (octet & 0x0f) * 10 + (octet >> 4);
}
