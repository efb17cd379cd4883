import { and, eq } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { teams } from '../../db/schema/index.ts';
import { refuseEscalation } from '../permissions.ts';
import { grantsOfRoles } from '../role/held-grants.ts';
import type { Grants } from './invite.ts';

/** Throws when a grant reaches beyond the actor's own, or names a team that is not here. */
export async function requireGrants(context: Context, grants: Grants): Promise<void> {
  const held = await grantsOfRoles(context.db, context.organizationId, grants.roles);
  refuseEscalation(context, grants.roles.join(', '), held);
  if (grants.team === undefined) return;
  const known = await context.db
    .select({ id: teams.id })
    .from(teams)
    .where(and(eq(teams.organizationId, context.organizationId), eq(teams.id, grants.team)));
  if (known.length > 0) return;
  const detail = 'There is no such team in this organization.';
  throw new AppError({
    code: 'team.missing',
    kind: 'invalid',
    detail,
    problems: [{ path: 'grants.team', message: detail }],
  });
}
