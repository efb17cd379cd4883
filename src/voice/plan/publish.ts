import { eq, max, sql } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { notify } from '../../db/notify.ts';
import { organizations, planVersions } from '../../db/schema/index.ts';
import { validateInSteps } from '../../routing/index.ts';
import { readDocument } from './document.ts';
import { inTurns } from './in-turns.ts';
import { takeSecrets } from './secret-fields.ts';

/**
 * Makes the organization's tables the plan that answers its calls: a new immutable version, told to every process when
 * the transaction commits. Throws `plan.invalid` with every problem, so that a change which would break calls is not made.
 * The lock on the organization makes two changes at once build on each other.
 */
export async function publishPlan(context: Context): Promise<void> {
  await publishPlanAs(context, { origin: 'change' });
}

/** Why there is a new version, for people who look back. */
export interface PlanOrigin {
  readonly origin: 'change' | 'draft' | 'rollback';
  readonly note?: string | undefined;
  /** The version a rollback went back to. */
  readonly restoredVersion?: number;
}

/** The same with an origin and a note; gives back the number of the version. */
export async function publishPlanAs(context: Context, about: PlanOrigin): Promise<number> {
  const { organizationId, db } = context;
  await db.execute(sql`select 1 from ${organizations} where ${eq(organizations.id, organizationId)} for update`);
  const document = await readDocument(context);
  const found = await inTurns(validateInSteps(document));
  const problems = found.filter((problem) => problem.severity === 'error');
  if (problems.length > 0) {
    throw new AppError({
      code: 'plan.invalid',
      kind: 'invalid',
      detail:
        problems.length === 1
          ? `Calls could not be routed after this change. ${problems[0]?.message ?? ''}`
          : `Calls could not be routed after this change: ${problems.length} problems.`,
      problems,
    });
  }
  const { open, secrets } = takeSecrets(document);
  const sealed = context.secrets.seal(JSON.stringify(secrets), planBinding(organizationId));
  const [newest] = await db
    .select({ version: max(planVersions.version) })
    .from(planVersions)
    .where(eq(planVersions.organizationId, organizationId));
  const version = (newest?.version ?? 0) + 1;
  await db.insert(planVersions).values({
    organizationId,
    version,
    document: open,
    keyId: sealed.keyId,
    sealedSecrets: sealed.ciphertext,
    actorName: context.actor.name,
    origin: about.origin,
    note: about.note ?? null,
    restoredVersion: about.restoredVersion ?? null,
    createdAt: context.clock.now(),
  });
  await notify(db, { topic: 'plan', organizationId });
  return version;
}

/** What ties the sealed part of a plan to its organization. */
export function planBinding(organizationId: string): string {
  return `${organizationId}/voice.plan`;
}
