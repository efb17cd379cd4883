import { cmeCodeOf, cmsCodeOf } from './errors.ts';

/** How a command line ended (V.250 5.7.1; 3GPP TS 27.007 9.2, 27.005 3.2.5). Exactly one per command line. */
export type FinalResult =
  | { readonly kind: 'ok' }
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'cme'; readonly code?: number; readonly text: string }
  | { readonly kind: 'cms'; readonly code?: number; readonly text: string }
  /** Ends a dialling command only; beside any other command it tells of a call that somebody else ended. */
  | { readonly kind: 'call'; readonly text: string };

const PLAIN_ERRORS = ['ERROR', 'COMMAND NOT SUPPORT', 'TOO MANY PARAMETERS', 'ABORTED'];
const CALL_RESULTS = /^(NO CARRIER|BUSY|NO ANSWER|NO DIAL ?TONE|CONNECT\b.*)$/;
const EXTENDED = /^\+(CM[ES]) ERROR:\s*(.*)$/;

/** The final result a line is, or undefined for any other line. A code given in words is looked up. */
export function parseFinalResult(line: string): FinalResult | undefined {
  if (line === 'OK') return { kind: 'ok' };
  if (PLAIN_ERRORS.includes(line)) return { kind: 'error', text: line };
  const [, family, detail = ''] = EXTENDED.exec(line) ?? [];
  if (family !== undefined) {
    const kind = family === 'CME' ? 'cme' : 'cms';
    const code = /^\d+$/.test(detail) ? Number(detail) : kind === 'cme' ? cmeCodeOf(detail) : cmsCodeOf(detail);
    return code === undefined ? { kind, text: line } : { kind, code, text: line };
  }
  return CALL_RESULTS.test(line) ? { kind: 'call', text: line } : undefined;
}
