import { and, desc, eq, isNull, or, type SQL, sql } from 'drizzle-orm';
import { toE164 } from '../../core/e164.ts';
import type { Actor, Context } from '../../db/context.ts';
import type { Db } from '../../db/open.ts';
import { memberships, organizations, users } from '../../db/schema/index.ts';

/** Somebody who may sign in, and where they would arrive. */
export interface Account {
  readonly user: typeof users.$inferSelect;
  readonly organization: typeof organizations.$inferSelect;
  readonly membership: typeof memberships.$inferSelect;
}

/**
 * The person behind what was typed: an e-mail address, a telephone number, or a callsign. Who belongs to several
 * organizations arrives in the one they name, else where they were last. Undefined for nobody, for whoever is not active,
 * and for a callsign that several organizations know.
 */
export async function findAccount(
  db: Pick<Db, 'select'>,
  login: string,
  organizationSlug?: string,
): Promise<Account | undefined> {
  const typed = login.trim();
  const phone = /^[+0-9]/.test(typed) ? toE164(typed) : undefined;
  const isAddress = typed.includes('@');
  const which: SQL | undefined = isAddress
    ? eq(sql`lower(${users.email})`, typed.toLowerCase())
    : phone !== undefined
      ? or(eq(users.phone, phone), eq(sql`lower(${memberships.callsign})`, typed.toLowerCase()))
      : eq(sql`lower(${memberships.callsign})`, typed.toLowerCase());
  const rows = await accounts(db, which, organizationSlug);
  const [first] = rows;
  if (first === undefined || new Set(rows.map(({ user }) => user.id)).size > 1) return undefined;
  return first;
}

/** The account of a known person. */
export async function accountOfUser(
  db: Pick<Db, 'select'>,
  userId: string,
  organizationSlug?: string,
): Promise<Account | undefined> {
  const [first] = await accounts(db, eq(users.id, userId), organizationSlug);
  return first;
}

/** The account of a known person in a known organization. */
export async function accountIn(
  db: Pick<Db, 'select'>,
  userId: string,
  organizationId: string,
): Promise<Account | undefined> {
  const [first] = await accounts(db, and(eq(users.id, userId), eq(organizations.id, organizationId)), undefined);
  return first;
}

function accounts(db: Pick<Db, 'select'>, which: SQL | undefined, slug: string | undefined): Promise<Account[]> {
  return db
    .select({ user: users, organization: organizations, membership: memberships })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .innerJoin(organizations, eq(organizations.id, memberships.organizationId))
    .where(
      and(
        which,
        eq(users.isActive, true),
        isNull(users.deletedAt),
        eq(memberships.status, 'active'),
        eq(organizations.status, 'active'),
        slug === undefined ? undefined : eq(organizations.slug, slug),
      ),
    )
    .orderBy(desc(sql`coalesce(${memberships.lastLoginAt}, 'epoch'::timestamptz)`), desc(memberships.createdAt))
    .limit(20);
}

/** The rest of the request, on behalf of who has just proven who they are. */
export function asAccount(context: Context, { user, membership, organization }: Account): Context {
  const actor: Actor = { ...context.actor, kind: 'user', id: user.id, name: membership.callsign };
  return context.as({ organizationId: organization.id, actor, can: () => false });
}
