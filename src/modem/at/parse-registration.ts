import { afterPrefix, type Field, splitFields, toInteger } from './fields.ts';

/** Circuit-switched, packet, LTE and 5G registration (3GPP TS 27.007 7.2, 10.1.20, 10.1.22, 10.1.47). */
export type RegistrationDomain = 'CREG' | 'CGREG' | 'CEREG' | 'C5GREG';

export interface RegistrationReply {
  readonly domain: RegistrationDomain;
  /** `read` answers `AT+CREG?`; `indication` came by itself. */
  readonly form: 'read' | 'indication';
  readonly stat: number;
  /** Location or tracking area, and cell; absent when the modem does not tell. */
  readonly area?: number;
  readonly cell?: number;
}

export type RegistrationState = 'home' | 'roaming' | 'searching' | 'denied' | 'not-registered' | 'unknown';

const DOMAINS: readonly RegistrationDomain[] = ['CREG', 'CGREG', 'CEREG', 'C5GREG'];

/**
 * Reads `+CREG: n,stat[,lac,ci[,act]]` (answer) and `+CREG: stat[,lac,ci[,act]]` (indication), which modems do not
 * keep apart: the second value is a status when it is a bare number of one or two digits, or when the values after it
 * are quoted and it is not; otherwise it is the area. Undefined when the line is something else.
 */
export function parseRegistration(line: string): RegistrationReply | undefined {
  for (const domain of DOMAINS) {
    const rest = afterPrefix(line, `+${domain}:`);
    if (rest === undefined) continue;
    const fields = splitFields(rest);
    const form = hasLeadingMode(fields) ? 'read' : 'indication';
    const places = form === 'read' ? fields.slice(1) : fields;
    const stat = toInteger(places[0]?.text);
    if (stat === undefined) return undefined;
    const area = hex(places[1]);
    const cell = hex(hasRoutingArea(places) ? places[3] : places[2]);
    return { domain, form, stat, ...(area === undefined ? {} : { area }), ...(cell === undefined ? {} : { cell }) };
  }
  return undefined;
}

function hasLeadingMode(fields: readonly Field[]): boolean {
  const [, second, ...later] = fields;
  if (second === undefined || second.quoted) return false;
  if (later.some((field) => field.quoted)) return toInteger(second.text) !== undefined;
  return /^\d{1,2}$/.test(second.text);
}

/** Some LTE modems put the routing area (two digits) between tracking area and cell. */
function hasRoutingArea(places: readonly Field[]): boolean {
  const [, , third, fourth] = places;
  return /^[0-9A-F]{1,2}$/i.test(third?.text ?? '') && /^[0-9A-F]{3,}$/i.test(fourth?.text ?? '');
}

function hex(field: Field | undefined): number | undefined {
  const [digits] = /^[0-9A-F]+/i.exec(field?.text ?? '') ?? [];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

/** The meaning of a registration number; 6, 7 (SMS only) and 9, 10 (CSFB not preferred) can send messages too. */
export function registrationState(stat: number): RegistrationState {
  switch (stat) {
    case 1:
    case 6:
    case 9:
      return 'home';
    case 5:
    case 7:
    case 10:
      return 'roaming';
    case 2:
      return 'searching';
    case 3:
      return 'denied';
    case 4:
      return 'unknown';
    default:
      return 'not-registered';
  }
}

const RANK: readonly RegistrationState[] = ['home', 'roaming', 'searching', 'denied', 'unknown', 'not-registered'];

/** LTE-only modems show no circuit-switched registration while they are on the network: the best one counts. */
export function bestRegistration(states: readonly RegistrationState[]): RegistrationState {
  return RANK.find((state) => states.includes(state)) ?? 'unknown';
}

export const isRegistered = (state: RegistrationState): boolean => state === 'home' || state === 'roaming';
