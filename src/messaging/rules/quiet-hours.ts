/** Minutes since midnight; `from` after `until` goes over midnight. */
export interface QuietHours {
  readonly from: number;
  readonly until: number;
}

const DAY_MINUTES = 24 * 60;

/** `HH:MM` as minutes since midnight. */
export function minuteOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * 60 + minutes;
}

/** How many minutes of quiet are left at a minute of the day; 0 when it is not quiet. Equal ends mean never quiet. */
export function quietMinutesLeft({ from, until }: QuietHours, minute: number): number {
  const length = (until - from + DAY_MINUTES) % DAY_MINUTES;
  const passed = (minute - from + DAY_MINUTES) % DAY_MINUTES;
  return passed < length ? length - passed : 0;
}
