import type { Context } from '../../db/context.ts';
import { type PlanChange, planDiff } from './plan-diff.ts';
import { type PlanSource, planOf } from './sources.ts';

/** What has to be done to the plan of one source to get that of another. */
export async function comparePlans(context: Context, from: PlanSource, to: PlanSource): Promise<PlanChange[]> {
  context.require('voice.plan.read');
  return planDiff(await planOf(context, from), await planOf(context, to));
}
