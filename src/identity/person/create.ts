import { and, eq, isNull, ne, or, sql } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import { uuidv7 } from '../../core/ids.ts';
import type { Context } from '../../db/context.ts';
import { constraintOf } from '../../db/postgres-error.ts';
import { membershipRoles, memberships, users } from '../../db/schema/index.ts';
import { setPassword } from '../credential/password.ts';
import { refuseEscalation } from '../permissions.ts';
import { grantsOfRoles } from '../role/held-grants.ts';
import { parseInput } from '../validation.ts';
import { newPersonSchema, type PersonView, toPersonView } from './person.ts';
import { findPerson } from './read.ts';

/**
 * Adds a person. Somebody who already has an account (the same e-mail or telephone number) in another organization is
 * invited and decides at the next sign-in; nobody can be pulled into an organization, and nothing of their account changes.
 * Throws `validation.failed`, `access.escalation`, `role.unknown` and `person.exists`.
 */
export async function createPerson(context: Context, input: unknown): Promise<PersonView> {
  context.require('identity.person.write');
  const { password, roles, ...wish } = parseInput(newPersonSchema, input);
  return context.transaction(async (inner) => {
    refuseEscalation(inner, roles.join(', '), await grantsOfRoles(inner.db, inner.organizationId, roles));
    const { membershipId, userId, isNew } = await addMembership(inner, { ...wish, roles });
    if (password !== undefined) {
      if (!isNew) throw accountElsewhere('password');
      await setPassword(inner, userId, password, { mustChange: true });
    }
    const view = toPersonView(await findPerson(inner, membershipId));
    await inner.audit({
      action: 'identity.person.create',
      entityType: 'person',
      entityId: membershipId,
      after: view,
    });
    inner.announce({ resource: 'identity.person', id: membershipId, change: 'create' });
    return view;
  });
}

export interface MembershipWish {
  readonly callsign: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
  readonly roles: readonly string[];
  /** They asked for it themselves, so an account they have elsewhere joins at once. */
  readonly isConsented?: boolean;
}

/** The account and the membership behind a person, in the open transaction, without asking what the actor may. */
export async function addMembership(
  context: Context,
  wish: MembershipWish,
): Promise<{ readonly membershipId: string; readonly userId: string; readonly isNew: boolean }> {
  const { db, organizationId } = context;
  const now = context.clock.now();
  const known = await accountOf(context, wish);
  try {
    const userId = known ?? uuidv7();
    if (known === undefined) {
      await db.insert(users).values({
        id: userId,
        firstName: wish.firstName ?? '',
        lastName: wish.lastName ?? '',
        email: wish.email ?? null,
        phone: wish.phone ?? null,
        createdAt: now,
      });
    }
    const status = known === undefined || wish.isConsented === true ? ('active' as const) : ('invited' as const);
    const [row] = await db
      .insert(memberships)
      .values({ organizationId, userId, callsign: wish.callsign, status, createdAt: now })
      .onConflictDoUpdate({
        target: [memberships.organizationId, memberships.userId],
        set: { callsign: wish.callsign, status, revokedAt: null, revokedBy: null, revokeReason: null },
        setWhere: eq(memberships.status, 'revoked'),
      })
      .returning({ id: memberships.id });
    if (row === undefined) throw taken('person');
    await db.delete(membershipRoles).where(eq(membershipRoles.membershipId, row.id));
    if (wish.roles.length > 0) {
      await db
        .insert(membershipRoles)
        .values([...new Set(wish.roles)].map((roleKey) => ({ organizationId, membershipId: row.id, roleKey })));
    }
    return { membershipId: row.id, userId, isNew: known === undefined };
  } catch (error) {
    throw takenOr(error);
  }
}

/** The account somebody already has. Throws `person.exists` when e-mail and number belong to two different people. */
async function accountOf({ db }: Context, { email, phone }: MembershipWish): Promise<string | undefined> {
  if (email === undefined && phone === undefined) return undefined;
  const rows = await db
    .select({ id: users.id })
    .from(users)
    .where(
      and(
        isNull(users.deletedAt),
        or(
          email === undefined ? undefined : eq(sql`lower(${users.email})`, email.toLowerCase()),
          phone === undefined ? undefined : eq(users.phone, phone),
        ),
      ),
    );
  if (rows.length > 1) throw taken('e-mail address or telephone number');
  return rows[0]?.id;
}

/** Whether the account also belongs to another organization, so that only the person themselves may change it. */
export async function isShared(context: Context, userId: string): Promise<boolean> {
  const rows = await context.acrossOrganizations((db) =>
    db
      .select({ id: memberships.id })
      .from(memberships)
      .where(
        and(
          eq(memberships.userId, userId),
          ne(memberships.organizationId, context.organizationId),
          ne(memberships.status, 'revoked'),
        ),
      )
      .limit(1),
  );
  return rows.length > 0;
}

export function accountElsewhere(field: string): AppError {
  return new AppError({
    code: 'person.shared',
    kind: 'conflict',
    detail: `This person also belongs to another organization: only they can change their ${field}.`,
  });
}

/** Turns what the unique indexes refuse into words. */
export function takenOr(error: unknown): unknown {
  const violation = constraintOf(error);
  if (violation?.kind !== 'unique') return error;
  const names: Readonly<Record<string, string>> = {
    memberships_callsign_key: 'callsign',
    users_email_key: 'e-mail address',
    users_phone_key: 'telephone number',
  };
  return taken(names[violation.name] ?? 'person', error);
}

function taken(what: string, cause?: unknown): AppError {
  return new AppError({
    code: 'person.exists',
    kind: 'conflict',
    detail: `Somebody already has this ${what}.`,
    cause,
  });
}
