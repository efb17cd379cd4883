import { eq } from 'drizzle-orm';
import type { Context } from '../../db/context.ts';
import { businessHoursOverrides } from '../../db/schema/index.ts';
import type { HoursOverride } from '../../routing/index.ts';

/** What was switched by hand, of each schedule where something was. */
export interface ScheduleOverride extends HoursOverride {
  readonly schedule: string;
}

/** Every override of the organization that has not run out. Reads the few rows there are. */
export async function readOverrides(context: Context): Promise<readonly ScheduleOverride[]> {
  const rows = await context.db
    .select()
    .from(businessHoursOverrides)
    .where(eq(businessHoursOverrides.organizationId, context.organizationId))
    .orderBy(businessHoursOverrides.schedule);
  const now = context.clock.now();
  return rows
    .filter(({ until }) => until === null || until > now)
    .map(({ schedule, state, until }) => ({
      schedule,
      state,
      ...(until === null ? {} : { until: until.toISOString() }),
    }));
}
