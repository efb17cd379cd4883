import type { Context } from '../db/context.ts';
import type { Resource } from '../db/resource.ts';
import { voiceObjects } from './objects.ts';
import { publishPlan } from './plan/publish.ts';
import { usersOf } from './plan/used-by.ts';

/** Every change of a voice object publishes a new plan in the same transaction, once however many objects it touches. */
const changed = (context: Context) => context.beforeCommit('voice.plan', publishPlan);

/** The voice objects as the API and the configuration file use them. */
export const voiceResources: readonly Resource[] = voiceObjects.map(({ target, ...object }) => ({
  ...object,
  changed,
  ...(target === undefined ? {} : { usedBy: usersOf(target) }),
}));
