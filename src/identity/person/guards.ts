import { and, eq, sql } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { membershipRoles, memberships, organizations, users } from '../../db/schema/index.ts';
import { refuseEscalation } from '../permissions.ts';
import { grantsOfRoles } from '../role/held-grants.ts';
import type { PersonRow } from './person.ts';

/**
 * Runs a change of roles or states so that an organization which has an owner keeps one. Changes of one organization take
 * turns at its row, so that two owners who remove each other at the same moment do not both succeed.
 * Throws `person.last_owner`.
 */
export async function keepingAnOwner<T>(context: Context, change: () => Promise<T>): Promise<T> {
  await context.db
    .select({ id: organizations.id })
    .from(organizations)
    .where(eq(organizations.id, context.organizationId))
    .for('update');
  const before = await countOwners(context);
  const result = await change();
  if (before > 0 && (await countOwners(context)) === 0) {
    throw new AppError({
      code: 'person.last_owner',
      kind: 'conflict',
      detail: 'This is the last owner. Make somebody else an owner first.',
    });
  }
  return result;
}

/** How many people own the organization and can act. */
export async function countOwners({ db, organizationId }: Pick<Context, 'db' | 'organizationId'>): Promise<number> {
  const [row] = await db
    .select({ count: sql<number>`count(*)::int` })
    .from(memberships)
    .innerJoin(membershipRoles, eq(membershipRoles.membershipId, memberships.id))
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(
      and(
        eq(memberships.organizationId, organizationId),
        eq(memberships.status, 'active'),
        eq(membershipRoles.roleKey, 'owner'),
        eq(users.isActive, true),
      ),
    );
  return row?.count ?? 0;
}

/** Nobody changes somebody who may do more than they may. Throws `access.escalation`. */
export async function refuseHigherPerson(context: Context, person: PersonRow): Promise<void> {
  const grants = await grantsOfRoles(context.db, context.organizationId, person.roles);
  refuseEscalation(context, person.roles.join(', '), grants);
}

/** Nobody locks themselves out by mistake. Throws `person.self`. */
export function refuseSelf(context: Context, person: PersonRow): void {
  if (context.actor.kind !== 'user' || context.actor.id !== person.user.id) return;
  throw new AppError({
    code: 'person.self',
    kind: 'conflict',
    detail: 'You cannot do this to yourself. Ask another administrator.',
  });
}
