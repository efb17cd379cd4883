import { type BusinessHours, WEEKDAYS, type Weekday } from './document/business-hours.ts';

/** A week to begin with. */
export interface HoursTemplate {
  readonly name: string;
  readonly description: string;
  readonly weekly: BusinessHours['weekly'];
}

const MONDAY_TO_FRIDAY = WEEKDAYS.slice(0, 5);
const SUNDAY_TO_THURSDAY: readonly Weekday[] = ['sunday', ...WEEKDAYS.slice(0, 4)];

/** The weeks that most schedules begin as. */
export const HOURS_TEMPLATES: readonly HoursTemplate[] = [
  template('mon-fri', 'Monday to Friday, 09:00 to 17:00', MONDAY_TO_FRIDAY, ['09:00-17:00']),
  template('mon-fri-lunch', 'Monday to Friday, 09:00 to 17:30 with an hour of lunch', MONDAY_TO_FRIDAY, [
    '09:00-12:00',
    '13:00-17:30',
  ]),
  template('mon-fri-all-day', 'Monday to Friday, day and night', MONDAY_TO_FRIDAY, ['00:00-24:00']),
  template('mon-sat', 'Monday to Saturday, 09:00 to 18:00', WEEKDAYS.slice(0, 6), ['09:00-18:00']),
  template('sun-thu', 'Sunday to Thursday, 09:00 to 17:00', SUNDAY_TO_THURSDAY, ['09:00-17:00']),
  template('sun-thu-all-day', 'Sunday to Thursday, day and night', SUNDAY_TO_THURSDAY, ['00:00-24:00']),
  template('24-7', 'always', WEEKDAYS, ['00:00-24:00']),
];

function template(name: string, description: string, days: readonly Weekday[], ranges: string[]): HoursTemplate {
  return { name, description, weekly: Object.fromEntries(days.map((day) => [day, ranges])) };
}
