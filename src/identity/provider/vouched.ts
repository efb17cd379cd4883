import { and, eq } from 'drizzle-orm';
import type { Context } from '../../db/context.ts';
import { userCredentials, users } from '../../db/schema/index.ts';
import { addMembership } from '../person/create.ts';
import { type Account, accountIn, findAccount } from '../sign-in/account.ts';

/** What a provider says of somebody it knows. */
export interface Vouched {
  readonly kind: 'oidc' | 'ldap';
  /** The provider and its id of the person, together unique. */
  readonly subject: string;
  readonly callsign: string;
  readonly email?: string | undefined;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
}

/**
 * The account of somebody a provider vouches for: linked before, or of that (verified) address in this organization, or new
 * when the provider may bring people in. Undefined when none of these. The context is the organization's.
 */
export async function accountOfVouched(
  context: Context,
  vouched: Vouched,
  joining: { readonly autoCreate: boolean; readonly roles: readonly string[] },
  slug: string,
): Promise<Account | undefined> {
  const isMine = and(eq(userCredentials.kind, vouched.kind), eq(userCredentials.subject, vouched.subject));
  const [linked] = await context.db.select({ userId: userCredentials.userId }).from(userCredentials).where(isMine);
  if (linked !== undefined) return accountIn(context.db, linked.userId, context.organizationId);
  const known =
    vouched.kind === 'ldap'
      ? await findAccount(context.db, vouched.callsign, slug)
      : vouched.email === undefined
        ? undefined
        : await findAccount(context.db, vouched.email, slug);
  if (known !== undefined) {
    await link(context, known.user.id, vouched);
    return known;
  }
  if (!joining.autoCreate) return undefined;
  return context.transaction(async (inner) => {
    const { userId } = await addMembership(inner, {
      callsign: vouched.callsign,
      email: vouched.email,
      firstName: vouched.firstName ?? '',
      lastName: vouched.lastName ?? '',
      roles: joining.roles,
      isConsented: true,
    });
    await link(inner, userId, vouched);
    return accountIn(inner.db, userId, inner.organizationId);
  });
}

async function link(context: Context, userId: string, { kind, subject }: Vouched): Promise<void> {
  const now = context.clock.now();
  await context.transaction(async (inner) => {
    await inner.db
      .insert(userCredentials)
      .values({ userId, kind, subject, confirmedAt: now, createdAt: now })
      .onConflictDoNothing();
    await inner.db.update(users).set({ updatedAt: now }).where(eq(users.id, userId));
    await inner.audit({ action: `identity.${kind}.link`, entityType: 'user', entityId: userId, meta: { subject } });
  });
}
