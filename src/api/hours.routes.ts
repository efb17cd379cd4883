import { z } from 'zod';
import {
  HOURS_TEMPLATES,
  holidayImportedSchema,
  holidayImportSchema,
  hoursOverrideSchema,
  hoursPreviewSchema,
  importHolidays,
  previewBusinessHours,
  setHoursOverride,
} from '../voice/index.ts';
import { type Route, route } from './route.ts';

const tag = 'Business hours';

const templateSchema = z.object({
  name: z.string(),
  description: z.string(),
  weekly: z.record(z.string(), z.array(z.string())),
});

/** What a schedule says at an instant, and switching it by hand. */
export function hoursRoutes(): readonly Route[] {
  return [
    route(
      {
        method: 'GET',
        path: '/api/v1/business-hours/templates',
        summary: 'Weeks to begin a schedule with',
        tag,
        permission: 'voice.business_hours.read',
        response: z.object({ items: z.array(templateSchema) }),
      },
      async () => ({ items: HOURS_TEMPLATES }),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/business-hours/{id}/holidays',
        summary: 'Close a schedule on the holidays of a calendar file',
        description:
          'The text of an iCalendar file, or of the list that Nager.Date answers with. What the schedule says already stays.',
        tag,
        permission: 'voice.business_hours.write',
        body: holidayImportSchema,
        example: { calendar: '[{"date":"2126-12-25","localName":"Christmas Day"}]', dryRun: true },
        response: holidayImportedSchema,
      },
      ({ context, params, body }) => importHolidays(context, params.id ?? '', body),
    ),
    route(
      {
        method: 'GET',
        path: '/api/v1/business-hours/{id}/preview',
        summary: 'What happens to a call at an instant',
        description: 'Without `at`: now. The schedule is named by its id or its name.',
        tag,
        permission: 'voice.business_hours.read',
        query: z.strictObject({
          at: z.iso.datetime({ offset: true, error: 'write an instant such as 2026-12-24T18:00:00+01:00' }).optional(),
        }),
        response: hoursPreviewSchema,
      },
      ({ context, params, query }) =>
        previewBusinessHours(
          context,
          params.id ?? '',
          query.at === undefined ? context.clock.now() : new Date(query.at),
        ),
    ),
    route(
      {
        method: 'PUT',
        path: '/api/v1/business-hours/{id}/override',
        summary: 'Force a schedule open or closed',
        description: 'Until the instant `until`, or until it is cleared. Ranges and exceptions do not count meanwhile.',
        tag,
        permission: 'voice.business_hours.write',
        body: hoursOverrideSchema,
        example: { state: 'closed', until: '2126-12-24T18:00:00+01:00' },
        response: hoursPreviewSchema,
      },
      async ({ context, params, body }) => {
        await setHoursOverride(context, params.id ?? '', body);
        return previewBusinessHours(context, params.id ?? '', context.clock.now());
      },
    ),
    route(
      {
        method: 'DELETE',
        path: '/api/v1/business-hours/{id}/override',
        summary: 'Let a schedule follow its ranges and exceptions again',
        tag,
        permission: 'voice.business_hours.write',
      },
      ({ context, params }) => setHoursOverride(context, params.id ?? '', undefined),
    ),
  ];
}
