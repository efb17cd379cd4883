import { and, eq, isNull } from 'drizzle-orm';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import {
  apiKeys,
  clientCertificates,
  enrollments,
  loginCodes,
  membershipRoles,
  memberships,
  sessions,
  teamMembers,
  users,
} from '../../db/schema/index.ts';
import { setPassword } from '../credential/password.ts';
import { refuseEscalation } from '../permissions.ts';
import { grantsOfRoles } from '../role/held-grants.ts';
import { parseInput } from '../validation.ts';
import { accountElsewhere, isShared, takenOr } from './create.ts';
import { keepingAnOwner, refuseHigherPerson, refuseSelf } from './guards.ts';
import { type PersonRow, type PersonView, personPatchSchema, roleKeySchema, toPersonView } from './person.ts';
import { findPerson } from './read.ts';

/** Changes what the fields name. Throws `person.shared` for contact data of somebody who also belongs elsewhere. */
export async function changePerson(context: Context, idOrCallsign: string, input: unknown): Promise<PersonView> {
  context.require('identity.person.write');
  const { callsign, ...account } = parseInput(personPatchSchema, input);
  return changing(context, idOrCallsign, 'change', async (inner, person) => {
    await refuseHigherPerson(inner, person);
    if (Object.keys(account).length > 0 && (await isShared(inner, person.user.id))) {
      throw accountElsewhere('name and addresses');
    }
    await saveAccount(inner, person.user.id, account);
    if (callsign === undefined) return;
    try {
      await inner.db.update(memberships).set({ callsign }).where(eq(memberships.id, person.membership.id));
    } catch (error) {
      throw takenOr(error);
    }
  });
}

const profileSchema = personPatchSchema.omit({ callsign: true }).extend({ locale: z.string().max(35).optional() });

/** The actor's own account. Roles cannot be reached from here. */
export async function changeProfile(context: Context, membershipId: string, input: unknown): Promise<PersonView> {
  const account = parseInput(profileSchema, input);
  return changing(context, membershipId, 'change', (inner, person) => saveAccount(inner, person.user.id, account));
}

async function saveAccount(context: Context, userId: string, account: object): Promise<void> {
  if (Object.keys(account).length === 0) return;
  try {
    await context.db.update(users).set(account).where(eq(users.id, userId));
  } catch (error) {
    throw takenOr(error);
  }
}

/** Gives a person exactly these roles. Nobody gives or takes what they do not hold, nor changes their own. */
export async function setRoles(context: Context, idOrCallsign: string, input: unknown): Promise<PersonView> {
  context.require('identity.person.write');
  const roles = [...new Set(parseInput(z.array(roleKeySchema).max(20), input))];
  return changing(context, idOrCallsign, 'roles', async (inner, person) => {
    refuseSelf(inner, person);
    await refuseHigherPerson(inner, person);
    refuseEscalation(inner, roles.join(', '), await grantsOfRoles(inner.db, inner.organizationId, roles));
    await keepingAnOwner(inner, async () => {
      const membershipId = person.membership.id;
      await inner.db.delete(membershipRoles).where(eq(membershipRoles.membershipId, membershipId));
      if (roles.length === 0) return;
      await inner.db
        .insert(membershipRoles)
        .values(roles.map((roleKey) => ({ organizationId: inner.organizationId, membershipId, roleKey })));
    });
  });
}

/** Keeps somebody out for now: their sessions end, everything else stays. */
export async function suspendPerson(context: Context, idOrCallsign: string): Promise<PersonView> {
  context.require('identity.person.write');
  return changing(context, idOrCallsign, 'suspend', async (inner, person) => {
    refuseSelf(inner, person);
    await refuseHigherPerson(inner, person);
    refuseUnless(person, ['active', 'suspended', 'invited'], 'suspended');
    await keepingAnOwner(inner, () => setStatus(inner, person, 'suspended'));
    await endSessions(inner, person);
  });
}

/** Lets a suspended person in again. */
export async function resumePerson(context: Context, idOrCallsign: string): Promise<PersonView> {
  context.require('identity.person.write');
  return changing(context, idOrCallsign, 'resume', async (inner, person) => {
    await refuseHigherPerson(inner, person);
    refuseUnless(person, ['suspended', 'active'], 'resumed');
    await setStatus(inner, person, 'active');
  });
}

export const revokeReasonSchema = z.strictObject({
  reason: z.string('say why').trim().min(1, 'say why').max(500, 'use at most 500 characters'),
});

/**
 * Sends somebody away for good: sessions, keys, certificates, codes and team memberships end with it, their name becomes
 * free, and the row stays so that history keeps its names. Revoking again changes nothing.
 */
export async function revokePerson(context: Context, idOrCallsign: string, input: unknown): Promise<PersonView> {
  context.require('identity.person.write');
  const { reason } = parseInput(revokeReasonSchema, input);
  return changing(context, idOrCallsign, 'revoke', async (inner, person) => {
    refuseSelf(inner, person);
    if (person.membership.status === 'revoked') return;
    await refuseHigherPerson(inner, person);
    await keepingAnOwner(inner, () => endMembership(inner, person, reason));
  });
}

/**
 * Takes a removal back: the place and its roles are theirs again. What ended with it (sessions, keys, certificates, teams)
 * stays ended. Throws `person.exists` when somebody has the name by now, and `person.erased`.
 */
export async function restorePerson(context: Context, idOrCallsign: string): Promise<PersonView> {
  context.require('identity.person.write');
  return changing(context, idOrCallsign, 'restore', async (inner, person) => {
    await refuseHigherPerson(inner, person);
    refuseUnless(person, ['revoked', 'active'], 'restored');
    if (person.user.deletedAt !== null) throw erased();
    try {
      await inner.db
        .update(memberships)
        .set({ status: 'active', revokedAt: null, revokedBy: null, revokeReason: null })
        .where(eq(memberships.id, person.membership.id));
    } catch (error) {
      throw takenOr(error);
    }
  });
}

/** Everything that ends with a membership, in the open transaction. */
export async function endMembership(context: Context, person: PersonRow, reason: string): Promise<void> {
  const { db } = context;
  const now = context.clock.now();
  const { id } = person.membership;
  await db
    .update(memberships)
    .set({ status: 'revoked', revokedAt: now, revokedBy: context.actor.name, revokeReason: reason })
    .where(eq(memberships.id, id));
  await endSessions(context, person);
  await db
    .update(apiKeys)
    .set({ revokedAt: now })
    .where(and(eq(apiKeys.membershipId, id), isNull(apiKeys.revokedAt)));
  await db
    .update(clientCertificates)
    .set({ revokedAt: now, revokeReason: 'privilegeWithdrawn' })
    .where(and(eq(clientCertificates.membershipId, id), isNull(clientCertificates.revokedAt)));
  await db.update(enrollments).set({ releasedAt: now }).where(eq(enrollments.membershipId, id));
  await db.delete(teamMembers).where(eq(teamMembers.membershipId, id));
}

async function endSessions(context: Context, person: PersonRow): Promise<void> {
  const { db, organizationId } = context;
  const now = context.clock.now();
  await db
    .update(sessions)
    .set({ revokedAt: now })
    .where(
      and(eq(sessions.organizationId, organizationId), eq(sessions.userId, person.user.id), isNull(sessions.revokedAt)),
    );
  await db
    .update(loginCodes)
    .set({ usedAt: now })
    .where(
      and(
        eq(loginCodes.organizationId, organizationId),
        eq(loginCodes.userId, person.user.id),
        isNull(loginCodes.usedAt),
      ),
    );
}

/** An administrator gives a person a first or a new password, to be changed at the next sign-in. */
export async function resetPassword(context: Context, idOrCallsign: string, password: string): Promise<PersonView> {
  context.require('identity.person.write');
  return changing(context, idOrCallsign, 'password', async (inner, person) => {
    await refuseHigherPerson(inner, person);
    if (await isShared(inner, person.user.id)) throw accountElsewhere('password');
    await setPassword(inner, person.user.id, password, { mustChange: true });
    await endSessions(inner, person);
  });
}

/** Locks the person, changes, audits what came of it. */
async function changing(
  context: Context,
  idOrCallsign: string,
  verb: string,
  change: (inner: Context, person: PersonRow) => Promise<void>,
): Promise<PersonView> {
  return context.transaction(async (inner) => {
    const person = await findPerson(inner, idOrCallsign, true);
    await change(inner, person);
    const view = toPersonView(await findPerson(inner, person.membership.id));
    await inner.audit({
      action: `identity.person.${verb}`,
      entityType: 'person',
      entityId: view.id,
      before: toPersonView(person),
      after: view,
    });
    inner.announce({ resource: 'identity.person', id: view.id, change: verb });
    return view;
  });
}

async function setStatus(context: Context, person: PersonRow, status: 'active' | 'suspended'): Promise<void> {
  await context.db.update(memberships).set({ status }).where(eq(memberships.id, person.membership.id));
}

function refuseUnless(person: PersonRow, states: readonly string[], verb: string): void {
  if (states.includes(person.membership.status)) return;
  throw new AppError({
    code: 'person.state',
    kind: 'conflict',
    detail: `A person who is ${person.membership.status} cannot be ${verb}.`,
  });
}

function erased(): AppError {
  return new AppError({
    code: 'person.erased',
    kind: 'conflict',
    detail: 'This person was erased and cannot come back. Add them anew.',
  });
}
