import { fromHex } from '../../core/bytes.ts';
import { afterPrefix, splitFields, toInteger } from './fields.ts';

const restOf = (lines: readonly string[], prefix: string) =>
  lines.map((line) => afterPrefix(line, prefix)).find((rest) => rest !== undefined);

const fieldsOf = (lines: readonly string[], prefix: string) => {
  const rest = restOf(lines, prefix);
  return rest === undefined ? undefined : splitFields(rest);
};

/** Signal strength in dBm from `+CSQ: rssi,ber` (3GPP TS 27.007 8.5); undefined when unknown (99, 199). */
export function parseSignalDbm(lines: readonly string[]): number | undefined {
  const rssi = toInteger(fieldsOf(lines, '+CSQ:')?.[0]?.text);
  if (rssi === undefined) return undefined;
  if (rssi >= 0 && rssi <= 31) return -113 + 2 * rssi;
  // UMTS and LTE modems use the same answer with an offset of 100.
  return rssi >= 100 && rssi <= 191 ? -116 + (rssi - 100) : undefined;
}

/** The operator's name (or number) from `+COPS: mode[,format,"name"[,act]]`; undefined when there is none. */
export function parseOperator(lines: readonly string[]): string | undefined {
  return fieldsOf(lines, '+COPS:')?.[2]?.text.trim() || undefined;
}

/**
 * The service-centre number from `+CSCA: "number",type`. Undefined when empty: sending then fails with 330. A number
 * in UCS2 hexadecimal (character set UCS2) is read; a plus is neither added nor taken away.
 */
export function parseServiceCentre(lines: readonly string[]): string | undefined {
  return readUcs2Hex(fieldsOf(lines, '+CSCA:')?.[0]?.text.trim() ?? '') || undefined;
}

function readUcs2Hex(text: string): string {
  const bytes = text.length >= 8 && text.length % 4 === 0 && text.startsWith('00') ? fromHex(text) : undefined;
  if (bytes === undefined) return text;
  let read = '';
  for (let index = 0; index < bytes.length; index += 2) {
    read += String.fromCharCode(((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0));
  }
  return /^\+?[0-9*#]+$/.test(read) ? read : text;
}

/** `READY`, `SIM PIN`, `SIM PUK`, `PH-NET PIN`… from `+CPIN: …` (3GPP TS 27.007 8.3), in capitals, quotes removed. */
export function parsePinState(lines: readonly string[]): string | undefined {
  return fieldsOf(lines, '+CPIN:')?.[0]?.text.trim().toUpperCase() || undefined;
}

/**
 * Answers that tell the tries left for the PIN, and which of their values it is: `+CPINR: SIM PIN,3[,3]` (27.007 8.65),
 * `+SPIC: 3,10,…` (SIMCom), `+QPINC: "SC",3,10` (Quectel), `^CPIN: SIM PIN,,10,3,…` (Huawei), `+UPINCNT: 3,3,10,10`
 * (u-blox), `#PCT: 3` (Telit), `+CPINC: 3,3,10,10` (Sierra), `^SPIC: 3` (Cinterion), `+ZPINPUK: 3,10,3,10` (ZTE).
 */
const PIN_TRIES: readonly (readonly [prefix: string, field: number, kind?: RegExp])[] = [
  ['+CPINR:', 1, /^SIM PIN$/i],
  ['+SPIC:', 0],
  ['+QPINC:', 1, /^SC$/i],
  ['^CPIN:', 3, /^SIM PIN$/i],
  ['+UPINCNT:', 0],
  ['#PCT:', 0],
  ['+CPINC:', 0],
  ['^SPIC:', 0],
  ['+ZPINPUK:', 0],
];

/** Tries left for the PIN, from whichever of these answers is there. */
export function parsePinTries(lines: readonly string[]): number | undefined {
  for (const line of lines) {
    for (const [prefix, field, kind] of PIN_TRIES) {
      const told = afterPrefix(line, prefix);
      if (told === undefined) continue;
      const fields = splitFields(told);
      if (kind === undefined || kind.test(fields[0]?.text ?? '')) return toInteger(fields[field]?.text);
    }
  }
  return undefined;
}

/** What `AT+CNMI=?` allows for each of its five places; an empty list where the modem tells nothing. */
export interface IndicationRanges {
  readonly mode: readonly number[];
  readonly mt: readonly number[];
  readonly bm: readonly number[];
  readonly ds: readonly number[];
  readonly bfr: readonly number[];
}

/** Reads `(0-2)`, `(0,1,3)`, `(0-1,3)`, `0-3` and `2`; undefined when there is no such line or nothing in it. */
export function parseIndicationRanges(lines: readonly string[]): IndicationRanges | undefined {
  const rest = restOf(lines, '+CNMI:');
  if (rest === undefined || rest === '') return undefined;
  const groups = [...rest.matchAll(/\(([^)]*)\)|([^,()\s]+)/g)].map((match) => numbersIn(match[1] ?? match[2] ?? ''));
  const [mode = [], mt = [], bm = [], ds = [], bfr = []] = groups;
  return { mode, mt, bm, ds, bfr };
}

function numbersIn(text: string): readonly number[] {
  return text.split(',').flatMap((part) => {
    const [from, to = from] = part.split('-').map((end) => toInteger(end));
    if (from === undefined || to === undefined || to < from || to > 255) return [];
    return Array.from({ length: to - from + 1 }, (_, offset) => from + offset);
  });
}

/** The numbers of `+CNMI: 2,1,0,1,0` (answer to `AT+CNMI?`); undefined when there are none. */
export function parseNumbers(lines: readonly string[], prefix: string): readonly number[] | undefined {
  const numbers = fieldsOf(lines, prefix)?.map((field) => toInteger(field.text));
  return numbers?.every((number) => number !== undefined) ? numbers : undefined;
}

/** The message reference of `+CMGS: mr[,ackpdu]` (0..255); undefined when the line is not there or makes no sense. */
export function parseReference(lines: readonly string[]): number | undefined {
  const [digits] = /^\d{1,3}/.exec(restOf(lines, '+CMGS:') ?? '') ?? [];
  const reference = toInteger(digits);
  return reference !== undefined && reference <= 255 ? reference : undefined;
}

/** First line of an identification reply (`AT+CGMI`, `+CGMM`, `+CGMR`), a repeated prefix and quotes removed. */
export function parseIdentity(lines: readonly string[]): string | undefined {
  return (
    lines[0]
      ?.replace(/^\+?[A-Z^]+:\s*/, '')
      .replaceAll('"', '')
      .trim() || undefined
  );
}

/** The digits of `AT+CGSN` (15 to 17), `AT+CIMI` (6 to 15) or a card number (18 to 22) whatever stands around them. */
export function parseDigits(lines: readonly string[], least: number, most: number): string | undefined {
  const pattern = new RegExp(`(?<![0-9])[0-9]{${least},${most}}(?![0-9])`);
  for (const line of lines) {
    const [digits] = pattern.exec(line) ?? [];
    if (digits !== undefined) return digits;
  }
  return undefined;
}
