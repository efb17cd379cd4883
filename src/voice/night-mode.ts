import type { Context } from '../db/context.ts';
import { setHoursOverride } from './hours/override.ts';

/** Forces schedules closed for the night, or lets them follow their ranges again: all of them, or none. */
export async function switchNightMode(context: Context, schedules: readonly string[], isNight: boolean): Promise<void> {
  await context.transaction(async (inner) => {
    for (const schedule of schedules) {
      await setHoursOverride(inner, schedule, isNight ? { state: 'closed' } : undefined);
    }
  });
}
