import { describe, expect, it } from 'vitest';
import { compileCalendar, isOpenAt } from '../../src/routing/calendar.ts';
import { businessHoursSchema, HOURS_TEMPLATES, validate } from '../../src/routing/index.ts';
import { documentOf } from './support.ts';

const schedule = (weekly: unknown) => businessHoursSchema.parse({ name: 'office', weekly, open: 'hangup' });

describe('templates of hours', () => {
  it.each(HOURS_TEMPLATES)('$name can be published', ({ weekly }) => {
    const problems = validate(documentOf({ businessHours: [{ name: 'office', weekly, open: 'hangup' }] }));
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it.each([
    ['mon-fri', '2026-11-20T16:59:00Z', true],
    ['mon-fri', '2026-11-20T17:00:00Z', false],
    ['mon-fri', '2026-11-21T12:00:00Z', false],
    ['mon-fri-lunch', '2026-11-20T12:30:00Z', false],
    ['mon-fri-all-day', '2026-11-20T23:59:00Z', true],
    ['mon-fri-all-day', '2026-11-21T00:00:00Z', false],
    ['mon-sat', '2026-11-21T17:59:00Z', true],
    ['sun-thu', '2026-11-22T12:00:00Z', true],
    ['sun-thu', '2026-11-20T12:00:00Z', false],
    ['sun-thu-all-day', '2026-11-19T23:59:00Z', true],
    ['24-7', '2026-11-22T03:00:00Z', true],
  ])('%s at %s is open: %s', (name, at, expected) => {
    const weekly = HOURS_TEMPLATES.find((template) => template.name === name)?.weekly;
    expect(isOpenAt(compileCalendar(schedule(weekly), 'UTC'), new Date(at)).open).toBe(expected);
  });
});
