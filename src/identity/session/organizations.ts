import { and, asc, eq, ne } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { memberships, organizations, sessions } from '../../db/schema/index.ts';
import { requireOwnProof } from '../credential/own.ts';
import type { Principal } from '../principal.ts';
import { accountIn, asAccount } from '../sign-in/account.ts';
import { rotateSession } from './manage.ts';

/** Where else the person who asks belongs, and where they are invited. */
export async function listOwnMemberships(context: Context, principal: Principal) {
  const userId = await requireOwnProof(context, principal);
  return context.db
    .select({
      organization: organizations.slug,
      name: organizations.name,
      callsign: memberships.callsign,
      status: memberships.status,
    })
    .from(memberships)
    .innerJoin(organizations, eq(organizations.id, memberships.organizationId))
    .where(and(eq(memberships.userId, userId), ne(memberships.status, 'revoked'), eq(organizations.status, 'active')))
    .orderBy(asc(organizations.slug));
}

/** Accepts an invitation into another organization. Throws `organization.unknown`. */
export async function acceptInvitation(context: Context, principal: Principal, slug: string): Promise<void> {
  const userId = await requireOwnProof(context, principal);
  const [found] = await context.db
    .select({ id: memberships.id, organizationId: memberships.organizationId })
    .from(memberships)
    .innerJoin(organizations, eq(organizations.id, memberships.organizationId))
    .where(and(eq(memberships.userId, userId), eq(organizations.slug, slug), eq(memberships.status, 'invited')));
  if (found === undefined) throw unknown(slug);
  const inside = context.as({
    organizationId: found.organizationId,
    actor: principal.actor,
    can: () => false,
  });
  await inside.transaction(async (inner) => {
    await inner.db.update(memberships).set({ status: 'active' }).where(eq(memberships.id, found.id));
    await inner.audit({ action: 'identity.person.accept', entityType: 'person', entityId: found.id });
  });
}

/** Goes on in another organization of the same person, under a new cookie. Throws `organization.unknown`. */
export async function switchOrganization(context: Context, principal: Principal, slug: string): Promise<string> {
  const userId = await requireOwnProof(context, principal);
  const { sessionId } = principal;
  const [found] = await context.db
    .select({ id: organizations.id })
    .from(organizations)
    .where(eq(organizations.slug, slug));
  const account = found === undefined ? undefined : await accountIn(context.db, userId, found.id);
  if (account === undefined || sessionId === undefined || principal.operateReason !== undefined) throw unknown(slug);
  await context.db.update(sessions).set({ organizationId: account.organization.id }).where(eq(sessions.id, sessionId));
  await asAccount(context, account).audit({
    action: 'identity.session.switch',
    entityType: 'session',
    entityId: sessionId,
    meta: { from: principal.organization.slug },
  });
  return rotateSession(context, sessionId);
}

function unknown(slug: string): AppError {
  return new AppError({
    code: 'organization.unknown',
    kind: 'missing',
    detail: `You have no open place in "${slug}".`,
  });
}
