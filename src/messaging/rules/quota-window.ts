export const QUOTA_UNITS = ['day', 'week', 'month', 'year'] as const;

export type QuotaUnit = (typeof QUOTA_UNITS)[number];

/** A calendar window as days `YYYY-MM-DD` of the owner's zone: from the first to before the next one's first. */
export interface QuotaWindow {
  readonly firstDay: string;
  readonly nextFirstDay: string;
}

/** The window of a unit that holds a day. Weeks begin on Monday, also when that lies in the month before. */
export function quotaWindow(unit: QuotaUnit, day: string): QuotaWindow {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  switch (unit) {
    case 'day':
      return { firstDay: day, nextFirstDay: isoDay(year, month, date + 1) };
    case 'week': {
      const sinceMonday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
      return {
        firstDay: isoDay(year, month, date - sinceMonday),
        nextFirstDay: isoDay(year, month, date - sinceMonday + 7),
      };
    }
    case 'month':
      return { firstDay: isoDay(year, month, 1), nextFirstDay: isoDay(year, month + 1, 1) };
    case 'year':
      return { firstDay: isoDay(year, 1, 1), nextFirstDay: isoDay(year + 1, 1, 1) };
  }
}

/** Days and months may overflow; the calendar carries them. */
function isoDay(year: number, month: number, date: number): string {
  return new Date(Date.UTC(year, month - 1, date)).toISOString().slice(0, 10);
}
