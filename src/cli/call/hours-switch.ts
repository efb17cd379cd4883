import { AppError } from '../../core/errors.ts';
import { hoursOverrideSchema, type PlanDocument } from '../../routing/index.ts';

/** Business hours as somebody switched them by hand. */
export type HoursSwitch = PlanDocument['hoursOverrides'][number];

/** Reads `office=closed` or `office=open@2026-12-25T18:00:00-05:00`; undefined for anything else. */
export function readHoursSwitch(text: string): HoursSwitch | undefined {
  const [, schedule, state, until] = /^(.+)=([a-z]+)(?:@(.+))?$/.exec(text) ?? [];
  const read = hoursOverrideSchema.safeParse({ state, until });
  return schedule === undefined || !read.success ? undefined : { schedule, ...read.data };
}

/** The document with its hours switched. Throws `call.hours` for a schedule that it does not have. */
export function switched(document: PlanDocument, hours: readonly HoursSwitch[]): PlanDocument {
  for (const { schedule } of hours) {
    if (document.businessHours.some(({ name }) => name === schedule)) continue;
    const detail = `--hours: there are no business hours ${schedule}`;
    throw new AppError({ code: 'call.hours', kind: 'invalid', detail });
  }
  return { ...document, hoursOverrides: [...hours] };
}
