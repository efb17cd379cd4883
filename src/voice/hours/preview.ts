import { z } from 'zod';
import type { Context } from '../../db/context.ts';
import { compile, previewHours } from '../../routing/index.ts';
import { readDocument } from '../plan/document.ts';
import { scheduleOf } from './override.ts';

export const hoursPreviewSchema = z.object({
  at: z.iso.datetime(),
  open: z.boolean(),
  /** The wall clock of the schedule, the exception that applies, or that it was switched by hand. */
  why: z.string(),
  /** Where a call goes then. */
  target: z.string(),
  /** When that changes next, within the next year. */
  changesAt: z.iso.datetime().nullable(),
  override: z.object({ state: z.enum(['open', 'closed']), until: z.iso.datetime().optional() }).nullable(),
});

export type HoursPreview = z.output<typeof hoursPreviewSchema>;

/** What happens to a call at an instant, as the tables say now. Throws `business_hours.missing`. */
export async function previewBusinessHours(context: Context, idOrName: string, at: Date): Promise<HoursPreview> {
  context.require('voice.business_hours.read');
  const { name } = await scheduleOf(context, idOrName);
  const hours = compile(await readDocument(context)).businessHours.get(name);
  if (hours === undefined) throw new Error('a schedule of the tables is not in the document made of them');
  const { open, why, changesAt } = previewHours(hours.calendar, at);
  return {
    at: at.toISOString(),
    open,
    why,
    target: open ? hours.open : hours.closed,
    changesAt: changesAt?.toISOString() ?? null,
    override: hours.override === undefined ? null : { state: hours.override.state, ...untilOf(hours.override) },
  };
}

function untilOf({ until }: { readonly until?: string | undefined }): { until?: string } {
  return until === undefined ? {} : { until };
}
