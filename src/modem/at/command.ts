import { LATE_OK_MS, PROMPT_TIMEOUT_MS, timeoutOf } from './timeouts.ts';

/** One command line and how to recognise its answer. */
export interface AtCommand {
  /** `AT…` without its CR. */
  readonly text: string;
  readonly timeoutMs: number;
  /** Whether a line is part of the answer. Absent: the answer is the final result alone. */
  readonly accepts?: (line: string) => boolean;
  /** The answer is bare text without prefix: every line that is nothing else belongs to it. */
  readonly bare?: true;
  /** A PDU line follows each accepted line. */
  readonly carriesPdu?: true;
  /** Sent at the prompt, ended by ctrl-Z. */
  readonly payload?: { readonly hex: string; readonly promptTimeoutMs: number };
  /** Once an accepted line is there, a missing OK is waited for only this long, then the answer counts as complete. */
  readonly lateOkMs?: number;
}

export type CommandOptions = Partial<Pick<AtCommand, 'timeoutMs' | 'bare' | 'carriesPdu' | 'lateOkMs'>>;

/** A command whose answer lines start with `prefix` (e.g. `+CSQ:`). The timeout comes from the table by default. */
export function query(text: string, prefix: string, options: CommandOptions = {}): AtCommand {
  const wanted = prefix.toUpperCase();
  return {
    text,
    timeoutMs: timeoutOf(text),
    accepts: (line) => line.slice(0, wanted.length).toUpperCase() === wanted,
    ...options,
  };
}

/** A command that answers only OK or an error. */
export function action(text: string, options: CommandOptions = {}): AtCommand {
  return { text, timeoutMs: timeoutOf(text), ...options };
}

/** A command that answers with bare text: AT+CGMI, +CGMM, +CGMR, +CGSN, +CIMI, ATI. */
export function bareQuery(text: string): AtCommand {
  return { text, timeoutMs: timeoutOf(text), bare: true };
}

/**
 * AT+CMGS in PDU mode (3GPP TS 27.005 4.3). `tpduLength` counts octets without the service-centre field, which `hex`
 * begins with.
 */
export function sendCommand(hex: string, tpduLength: number, timeoutMs?: number): AtCommand {
  const within = timeoutMs === undefined ? {} : { timeoutMs };
  return {
    ...query(`AT+CMGS=${tpduLength}`, '+CMGS:', { lateOkMs: LATE_OK_MS, ...within }),
    payload: { hex, promptTimeoutMs: PROMPT_TIMEOUT_MS },
  };
}
