import { and, eq } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { businessHours, businessHoursOverrides } from '../../db/schema/index.ts';
import type { HoursOverride } from '../../routing/index.ts';
import { publishPlan } from '../plan/publish.ts';

/**
 * Forces a schedule open or closed, until an instant or until it is cleared; undefined clears. Calls follow at once, as the
 * plan is published in the same transaction. Throws `business_hours.missing` and, for an `until` that has passed,
 * `validation.failed`.
 */
export async function setHoursOverride(
  context: Context,
  idOrName: string,
  override: HoursOverride | undefined,
): Promise<void> {
  context.require('voice.business_hours.write');
  const until = override?.until === undefined ? null : new Date(override.until);
  if (until !== null && until <= context.clock.now()) throw past();
  await context.transaction(async (inner) => {
    const { id, name } = await scheduleOf(inner, idOrName);
    const key = {
      organizationId: inner.organizationId,
      schedule: name,
    };
    const row = and(
      eq(businessHoursOverrides.organizationId, key.organizationId),
      eq(businessHoursOverrides.schedule, key.schedule),
    );
    const [before] = await inner.db
      .select({ state: businessHoursOverrides.state, until: businessHoursOverrides.until })
      .from(businessHoursOverrides)
      .where(row);
    if (override === undefined) {
      await inner.db.delete(businessHoursOverrides).where(row);
    } else {
      const values = { state: override.state, until, actorName: inner.actor.name, createdAt: inner.clock.now() };
      await inner.db
        .insert(businessHoursOverrides)
        .values({ ...key, ...values })
        .onConflictDoUpdate({
          target: [businessHoursOverrides.organizationId, businessHoursOverrides.schedule],
          set: values,
        });
    }
    await inner.audit({
      action: 'voice.business_hours.override',
      entityType: 'business hours schedule',
      entityId: id,
      before,
      after: override,
    });
    inner.beforeCommit('voice.plan', publishPlan);
  });
}

/** A schedule by its id or its name. */
export async function scheduleOf(context: Context, idOrName: string): Promise<{ id: string; name: string }> {
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(idOrName);
  const [row] = await context.db
    .select({ id: businessHours.id, name: businessHours.name })
    .from(businessHours)
    .where(
      and(
        eq(businessHours.organizationId, context.organizationId),
        eq(isId ? businessHours.id : businessHours.name, idOrName),
      ),
    );
  if (row !== undefined) return row;
  throw new AppError({
    code: 'business_hours.missing',
    kind: 'missing',
    detail: `There is no business hours schedule ${idOrName} in this organization.`,
  });
}

function past(): AppError {
  const message = 'give an instant in the future, or none to hold until it is cleared';
  return new AppError({
    code: 'validation.failed',
    kind: 'invalid',
    detail: `until: ${message}`,
    problems: [{ path: 'until', message }],
  });
}
