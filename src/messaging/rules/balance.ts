/** How the credit of a SIM is asked for and read. */
export interface BalanceRule {
  /** The USSD code, e.g. `*100#`. */
  readonly code: string;
  /** Regular expression over the reply; its first group (or all of it) is the amount. */
  readonly pattern: string;
  /** Alarm under this amount, in the operator's unit. */
  readonly below: number;
  readonly everyHours: number;
}

const MAX_PATTERN = 120;
const MAX_REPEATS = 3;
/** The longest USSD text there is; more would only feed the pattern. */
const MAX_REPLY = 182;

/**
 * Why a pattern cannot be used, or undefined. It runs on texts from the network in the server's own thread, so what
 * could take more than polynomial time (a repeated group, a reference back) is refused.
 */
export function whyNotPattern(pattern: string): string | undefined {
  if (pattern.length > MAX_PATTERN) return `use at most ${MAX_PATTERN} characters`;
  const bare = pattern.replace(/\\[^0-9]/g, 'x').replace(/\[[^\]]*\]/g, 'x');
  if (/\)[*+?{]/.test(bare)) return 'do not repeat a group';
  if (/\\[1-9]|\(\?[<=!]/.test(bare)) return 'do not look back or ahead, nor refer to a group';
  if ((bare.match(/[*+]|\{\d*,\d*\}/g) ?? []).length > MAX_REPEATS) return `repeat at most ${MAX_REPEATS} times`;
  try {
    new RegExp(pattern, 'iu');
    return undefined;
  } catch {
    return 'this is no regular expression';
  }
}

/** The amount in a reply, thousands separators and decimal commas read; undefined when the pattern finds none. */
export function readBalance(reply: string, pattern: string): number | undefined {
  const match = new RegExp(pattern, 'iu').exec(reply.slice(0, MAX_REPLY));
  const digits = /-?\d[\d., ']*/.exec(match?.[1] ?? match?.[0] ?? '')?.[0];
  if (digits === undefined) return undefined;
  const compact = digits.replace(/[ ']/g, '').replace(/[.,]+$/, '');
  const decimal = Math.max(compact.lastIndexOf('.'), compact.lastIndexOf(','));
  // One or two digits behind the last mark are a fraction; three are a thousand.
  const isFraction = decimal >= 0 && compact.length - decimal - 1 <= 2;
  const whole = (isFraction ? compact.slice(0, decimal) : compact).replace(/[.,]/g, '');
  const amount = Number(isFraction ? `${whole}.${compact.slice(decimal + 1)}` : whole);
  return Number.isFinite(amount) ? amount : undefined;
}
