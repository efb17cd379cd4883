import { and, eq } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import type { Db } from '../../db/open.ts';
import { memberships, userCredentials, users } from '../../db/schema/index.ts';
import { complaintAbout } from '../rules/password-rules.ts';
import { hashPassword, verifyPassword } from './hash-password.ts';

/** Gives a person a password, in the open transaction. Throws `password.weak`. */
export async function setPassword(
  context: Pick<Context, 'db' | 'clock'>,
  userId: string,
  password: string,
  options: { readonly mustChange?: boolean } = {},
): Promise<void> {
  const { db } = context;
  const [user] = await db.select().from(users).where(eq(users.id, userId));
  const callsigns = await db
    .select({ callsign: memberships.callsign })
    .from(memberships)
    .where(eq(memberships.userId, userId));
  const names = [user?.firstName, user?.lastName, user?.email?.split('@')[0], user?.phone?.slice(1)];
  refuseWeak(password, [...callsigns.map(({ callsign }) => callsign), ...names.filter((name) => name != null)]);
  const values = {
    secret: await hashPassword(password),
    mustChange: options.mustChange ?? false,
    updatedAt: context.clock.now(),
  };
  await db
    .insert(userCredentials)
    .values({ userId, kind: 'password', subject: userId, createdAt: context.clock.now(), ...values })
    .onConflictDoUpdate({ target: [userCredentials.kind, userCredentials.subject], set: values });
}

/** Throws `password.weak`, with the reason at the field. */
export function refuseWeak(password: string, names: readonly string[] = []): void {
  const complaint = complaintAbout(password, names);
  if (complaint === undefined) return;
  throw new AppError({
    code: 'password.weak',
    kind: 'invalid',
    detail: `password: ${complaint}`,
    problems: [{ path: 'password', message: complaint }],
  });
}

/**
 * Whether this is the person's password; takes as long for nobody as for somebody. A hash of an earlier version is made
 * anew on the way.
 */
export async function checkPassword(
  db: Db,
  userId: string | undefined,
  password: string,
): Promise<{ readonly isRight: boolean; readonly mustChange: boolean }> {
  const isMine = and(eq(userCredentials.kind, 'password'), eq(userCredentials.subject, userId ?? ''));
  const [known] = await db.select().from(userCredentials).where(isMine);
  const { isRight, isOutdated } = await verifyPassword(password, known?.secret);
  if (isRight && isOutdated && known?.secret != null) {
    const secret = await hashPassword(password);
    // Whoever changed it in between wins.
    await db
      .update(userCredentials)
      .set({ secret })
      .where(and(isMine, eq(userCredentials.secret, known.secret)));
  }
  return { isRight, mustChange: known?.mustChange ?? false };
}
