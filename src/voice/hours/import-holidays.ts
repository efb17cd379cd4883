import { z } from 'zod';
import type { Context } from '../../db/context.ts';
import { getResource, patchResource, versionOf } from '../../db/resource.ts';
import type { HoursException } from '../../routing/index.ts';
import { voiceResources } from '../resources.ts';
import { readHolidays } from './holiday-calendar.ts';
import { isCovered, isOver } from './holiday-merge.ts';

export const holidayImportSchema = z.strictObject({
  calendar: z.string('send the text of the calendar file').max(1_000_000, 'send at most a million characters'),
  /** Only holidays whose name contains one of these, in any case; all when absent. */
  only: z.array(z.string().trim().min(1)).optional(),
  dryRun: z.boolean('use true or false').default(false),
});

const exceptionSchema = z.object({
  date: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  name: z.string(),
});

export const holidayImportedSchema = z.object({
  added: z.array(exceptionSchema),
  /** Days for which the schedule says something already; that goes first. */
  known: z.array(exceptionSchema),
  /** Are over. */
  past: z.int(),
  refused: z.array(z.object({ line: z.int(), message: z.string() })),
});

/**
 * Closes a schedule on the public holidays of a calendar file. What the schedule says already stays as it is, holidays that
 * are over are left out, and doing it twice changes nothing. Throws `business_hours.missing`, and `business_hours.changed`
 * when somebody changes the schedule meanwhile.
 */
export async function importHolidays(
  context: Context,
  idOrName: string,
  input: z.output<typeof holidayImportSchema>,
): Promise<z.output<typeof holidayImportedSchema>> {
  context.require('voice.business_hours.write');
  const schedule = await getResource(context, scheduleResource(), idOrName);
  const today = context.clock.now().toISOString().slice(0, 10);
  const { holidays, refused } = readHolidays(input.calendar, today);
  const wanted = holidays.filter(({ name }) => isWanted(name, input.only));
  const added: HoursException[] = [];
  const known: HoursException[] = [];
  let past = 0;
  const existing = schedule.exceptions as readonly HoursException[];
  for (const holiday of wanted) {
    if (isOver(holiday, today)) past += 1;
    else if (isCovered(holiday, [...existing, ...added])) known.push(holiday);
    else added.push(holiday);
  }
  if (added.length > 0 && !input.dryRun) {
    await patchResource(context, scheduleResource(), schedule.id, { exceptions: [...existing, ...added] }, [
      versionOf(schedule),
    ]);
  }
  return { added: added.map(dayOf), known: known.map(dayOf), past, refused: [...refused] };
}

function isWanted(name: string, only: readonly string[] | undefined): boolean {
  return only === undefined || only.some((part) => name.toLowerCase().includes(part.toLowerCase()));
}

function dayOf({ date, from, to, name }: HoursException) {
  return { ...(date === undefined ? { from, to } : { date }), name };
}

function scheduleResource() {
  const resource = voiceResources.find(({ section }) => section === 'businessHours');
  if (resource === undefined) throw new Error('there is no resource of business hours');
  return resource;
}
