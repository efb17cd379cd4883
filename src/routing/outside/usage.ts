import type { UsageLimits } from '../document/policy.ts';

/** An extension number, or '' for the organization as a whole, with its limits. */
export interface UsageScope {
  readonly scope: string;
  readonly limits: UsageLimits;
}

/** Counts one call to the outside in every scope, unless a limit of one of them is used up: then in none after it. */
export interface UsageQuestion {
  readonly kind: 'usage';
  readonly key: string;
  /** Never empty; the extension before the organization. */
  readonly scopes: readonly UsageScope[];
  /** Cost units of a started minute; the first is paid at once. */
  readonly weight: number;
  /** The day that daily limits count, `YYYY-MM-DD` on the organization's wall clock. */
  readonly day: string;
}

/** Seconds left when minutes are not limited. */
export const UNLIMITED_SECONDS = 2_000_000_000;

/** What one scope has used. Minutes and hours are those of UTC, since 1970. */
export interface Usage {
  readonly minute: number;
  readonly minuteCalls: number;
  readonly hour: number;
  readonly hourCalls: number;
  readonly day: string;
  readonly dayCalls: number;
  readonly daySeconds: number;
  readonly dayCost: number;
}

/** The usage with one more call, or undefined when that would be beyond a limit. What an earlier time used is forgotten. */
export function withCall(
  before: Usage | undefined,
  limits: UsageLimits,
  weight: number,
  nowMs: number,
  day: string,
): Usage | undefined {
  const minute = Math.floor(nowMs / 60_000);
  const hour = Math.floor(nowMs / 3_600_000);
  const isToday = before?.day === day;
  const after: Usage = {
    minute,
    minuteCalls: (before?.minute === minute ? before.minuteCalls : 0) + 1,
    hour,
    hourCalls: (before?.hour === hour ? before.hourCalls : 0) + 1,
    day,
    dayCalls: (isToday ? before.dayCalls : 0) + 1,
    daySeconds: isToday ? before.daySeconds : 0,
    dayCost: (isToday ? before.dayCost : 0) + weight,
  };
  const isWithin =
    after.minuteCalls <= (limits.callsPerMinute ?? Number.POSITIVE_INFINITY) &&
    after.hourCalls <= (limits.callsPerHour ?? Number.POSITIVE_INFINITY) &&
    after.dayCalls <= (limits.callsPerDay ?? Number.POSITIVE_INFINITY) &&
    after.daySeconds < (limits.minutesPerDay ?? Number.POSITIVE_INFINITY) * 60 &&
    after.dayCost <= (limits.costPerDay ?? Number.POSITIVE_INFINITY);
  return isWithin ? after : undefined;
}

/** What is left of the day's minutes. */
export function secondsLeft(usage: Pick<Usage, 'daySeconds'>, limits: UsageLimits): number {
  return limits.minutesPerDay === undefined ? UNLIMITED_SECONDS : limits.minutesPerDay * 60 - usage.daySeconds;
}

/** The answer to a question as one number: seconds left, or which scope refuses. */
export const usageAnswer = {
  allowed: (seconds: number): number => seconds,
  refused: (scopeIndex: number): number => -1 - scopeIndex,
};

/** The index of the scope that refuses, or undefined when the call was counted. */
export function refusingScope(answer: number): number | undefined {
  return answer < 0 ? -1 - answer : undefined;
}

/** `10 calls a minute, 600 minutes a day` for the trace. */
export function limitsInWords(limits: UsageLimits): string {
  return [
    [limits.callsPerMinute, 'calls a minute'],
    [limits.callsPerHour, 'calls an hour'],
    [limits.callsPerDay, 'calls a day'],
    [limits.minutesPerDay, 'minutes a day'],
    [limits.costPerDay, 'cost units a day'],
  ]
    .filter(([most]) => most !== undefined)
    .map(([most, what]) => `${most} ${what}`)
    .join(', ');
}

/** Whether anything is limited at all. */
export function isLimited(limits: UsageLimits): boolean {
  return Object.values(limits).some((most) => most !== undefined);
}
