import type { Clock } from '../core/clock.ts';
import type { Db } from '../db/open.ts';
import { purgeAttempts } from './attempts.ts';
import { expireEnrollments } from './enrollment/expire.ts';
import { purgeIdempotencyKeys } from './idempotency.ts';
import { purgeSeenTokens } from './once.ts';
import { keepRetention } from './privacy/retention.ts';
import { purgeSteps } from './sign-in/step.ts';

/** What time does to identity, across all organizations: run it once an hour. Doing it twice changes nothing. */
export async function keepIdentityHouse(deps: { readonly db: Db; readonly clock: Clock }): Promise<void> {
  const now = deps.clock.now();
  await purgeIdempotencyKeys(deps.db, now);
  await expireEnrollments(deps.db, now);
  await purgeSteps(deps.db, now);
  await purgeAttempts(deps.db, now);
  await purgeSeenTokens(deps.db, now);
  await keepRetention(deps);
}
