import { afterPrefix, splitFields, toInteger } from './fields.ts';
import { parseRegistration, type RegistrationReply } from './parse-registration.ts';
import { announcedLength } from './parse-storage.ts';

/** Something the modem said by itself (3GPP TS 27.005 3.4.1, 27.007). */
export type Urc =
  /** A message (+CMTI) or a status report (+CDSI) lies in a slot; `index` is absent when the line was damaged. */
  | { readonly kind: 'stored'; readonly memory?: string; readonly index?: number; readonly line: string }
  /** A PDU that was not stored: a message (+CMT), a status report (+CDS), a broadcast (+CBM). */
  | { readonly kind: 'routed'; readonly what: RoutedKind; readonly pdu: string }
  | { readonly kind: 'registration'; readonly reply: RegistrationReply }
  /** Said while starting. In operation: the modem has restarted and forgot echo, mode and indications. */
  | { readonly kind: 'boot'; readonly line: string }
  | { readonly kind: 'memory-full'; readonly line: string }
  | { readonly kind: 'ring' }
  | { readonly kind: 'caller'; readonly number: string }
  /** Mode as in 27.007 7.15; text and coding as the modem gave them, undecoded. */
  | { readonly kind: 'ussd'; readonly mode: number; readonly text?: string; readonly coding?: number }
  /** Known and without use for messages, or not understood at all. */
  | { readonly kind: 'noise'; readonly line: string };

export type RoutedKind = 'deliver' | 'status-report' | 'broadcast';

/** The first line of an indication whose PDU follows on the next one. */
export interface RoutedHeader {
  readonly what: RoutedKind;
  readonly length: number;
}

const ROUTED: readonly (readonly [prefix: string, what: RoutedKind])[] = [
  ['+CMT:', 'deliver'],
  ['+CDS:', 'status-report'],
  ['+CBM:', 'broadcast'],
];

/** The header of a two-line indication, or undefined. */
export function parseRoutedHeader(line: string): RoutedHeader | undefined {
  const what = ROUTED.find(([prefix]) => afterPrefix(line, prefix) !== undefined)?.[1];
  const length = what === undefined ? undefined : announcedLength(line);
  return what === undefined || length === undefined ? undefined : { what, length };
}

/** These lines begin a start; the other boot lines may come late from a start that is already over. */
export const BOOT_BEGINS = /^(RDY|\^SYSSTART)/;

type Reader = (line: string) => Urc | undefined;

const noise: Reader = (line) => ({ kind: 'noise', line });

/** One-line indications. A new one is one row; the first match wins. */
const ONE_LINE: readonly (readonly [pattern: RegExp, read: Reader])[] = [
  [/^\+(CMTI|CDSI):/i, readStored],
  [/^\+C(5G|E|G)?REG:/i, readRegistration],
  [/^(\+CRING:|RING$)/, () => ({ kind: 'ring' })],
  [/^\+CLIP:/, readCaller],
  [/^\+CUSD:/, readUssd],
  [/^\^SMMEMFULL|^\+ZSMMEMFULL|^\+SMSFULL|^\+QIND: ?"?SMSFULL/i, (line) => ({ kind: 'memory-full', line })],
  [/^\+QIND: ?"(csq|act|cc|ring|FOTA|recording)/i, noise],
  [/^(RDY|\^SYSSTART|Call Ready|SMS Ready|PB DONE|NORMAL POWER DOWN|\+PBREADY)/i, (line) => ({ kind: 'boot', line })],
  [/^\+(CFUN|CPIN|WIND|QIND): ?\S/, (line) => ({ kind: 'boot', line })],
  [/^\^|^#|^\*PSUTTZ|^\+(ZUSIMR|ZPAS|ZEND|CTZV|CTZE|CTZDST|CIEV|CBMI|DSFLOWRPT|CSSU|CSSI|CCWA):?/, noise],
];

function readStored(line: string): Urc {
  const [memory, index] = splitFields(line.slice(line.indexOf(':') + 1));
  const slot = toInteger(index?.text);
  // Damaged in a full buffer, it still says that something arrived: a sweep will find it.
  return slot === undefined || memory === undefined || memory.text === ''
    ? { kind: 'stored', line }
    : { kind: 'stored', memory: memory.text, index: slot, line };
}

function readRegistration(line: string): Urc | undefined {
  const reply = parseRegistration(line);
  return reply === undefined ? undefined : { kind: 'registration', reply };
}

function readCaller(line: string): Urc {
  return { kind: 'caller', number: splitFields(line.slice(6))[0]?.text ?? '' };
}

function readUssd(line: string): Urc | undefined {
  const [mode, text, coding] = splitFields(line.slice(6));
  const number = toInteger(mode?.text);
  if (number === undefined) return undefined;
  const code = toInteger(coding?.text);
  return {
    kind: 'ussd',
    mode: number,
    ...(text === undefined ? {} : { text: text.text }),
    ...(code === undefined ? {} : { coding: code }),
  };
}

/** The one-line indication a line is, or undefined when it is none we know. */
export function parseUrc(line: string): Urc | undefined {
  for (const [pattern, read] of ONE_LINE) {
    if (pattern.test(line)) return read(line);
  }
  return undefined;
}

const GLUED = /^(.+?)(\+(?:CMTI|CDSI|CMT|CDS): ?.*)$/;

/**
 * Separates a line that an overflowing modem buffer has stuck to an indication (`+CMGS: 12+CMTI: "SM",3`). A line
 * that only quotes such a text does not occur: PDUs are hexadecimal.
 */
export function unglue(line: string): readonly string[] {
  const [, before, indication] = GLUED.exec(line) ?? [];
  return before === undefined || indication === undefined ? [line] : [before.trim(), indication];
}
