import { afterPrefix, splitFields, toInteger } from './fields.ts';

/** A message as the modem holds it; its PDU is not looked into here. */
export interface StoredEntry {
  /** Slot number; -1 in an answer to +CMGR, which does not repeat it. */
  readonly index: number;
  /** 0 unread, 1 read, 2 stored unsent, 3 stored sent (3GPP TS 27.005 3.1); some modems leave it out. */
  readonly stat?: number;
  /** Octets of the TPDU as announced, without the service-centre field. */
  readonly length?: number;
  readonly pdu: string;
}

const HEX_LINE = /^[0-9A-Fa-f]+$/;

/** Whether a line can be a PDU: hexadecimal only, and not so short that it might be a number. */
export function isPduLine(line: string): boolean {
  return line.length >= 8 && HEX_LINE.test(line);
}

/**
 * Whether a PDU line has the announced length: that many octets of TPDU after a service-centre field of 0 to 12
 * octets. The field's own length octet is not trusted, ZTE sends wrong ones.
 */
export function hasAnnouncedLength(hex: string, tpduLength: number): boolean {
  const surplus = hex.length / 2 - tpduLength;
  return Number.isInteger(surplus) && surplus >= 0 && surplus <= 12;
}

/** The announced TPDU length of a +CMGL, +CMGR, +CMT, +CDS or +CBM header: always the last number of the line. */
export function announcedLength(header: string): number | undefined {
  const fields = splitFields(header.slice(header.indexOf(':') + 1));
  return toInteger(fields.at(-1)?.text);
}

/** All messages of an answer to `AT+CMGL`. Counts fields from the right: alpha may be missing altogether. */
export function parseList(lines: readonly string[]): readonly StoredEntry[] {
  return entries(lines, '+CMGL:', (fields) => ({ index: toInteger(fields[0]), stat: toInteger(fields[1]) }));
}

/** The message of an answer to `AT+CMGR`, or undefined when the slot is empty (no lines, or `+CMGR: 0,,0`). */
export function parseRead(lines: readonly string[]): StoredEntry | undefined {
  return entries(lines, '+CMGR:', (fields) => ({ index: -1, stat: toInteger(fields[0]) }))[0];
}

function entries(
  lines: readonly string[],
  prefix: string,
  place: (fields: readonly string[]) => { readonly index: number | undefined; readonly stat: number | undefined },
): readonly StoredEntry[] {
  const found: StoredEntry[] = [];
  let header: Omit<StoredEntry, 'pdu'> | undefined;
  for (const line of lines) {
    const rest = afterPrefix(line, prefix);
    if (rest === undefined) {
      if (header !== undefined && HEX_LINE.test(line)) found.push({ ...header, pdu: line.toUpperCase() });
      header = undefined;
      continue;
    }
    // A few modems put the PDU on the header's own line.
    const [, head = rest, inline] = /^(.*\d)\s+([0-9A-Fa-f]{8,})$/.exec(rest) ?? [];
    const fields = splitFields(head).map((field) => field.text);
    const { index, stat } = place(fields);
    const length = toInteger(fields.at(-1));
    header = index === undefined ? undefined : { index, ...optional('stat', stat), ...optional('length', length) };
    if (inline !== undefined && header !== undefined) {
      found.push({ ...header, pdu: inline.toUpperCase() });
      header = undefined;
    }
  }
  return found;
}

function optional<K extends string>(key: K, value: number | undefined): { readonly [P in K]?: number } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: number });
}
