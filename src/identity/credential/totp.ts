import { and, eq, isNotNull, sql } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import { systemRandom } from '../../core/ids.ts';
import type { Context } from '../../db/context.ts';
import type { Db } from '../../db/open.ts';
import { userCredentials } from '../../db/schema/index.ts';
import { personalBinding } from '../../db/secret-store.ts';
import { fromBase32, matchTotp, toBase32, totpUri } from '../rules/totp.ts';

const isTotpOf = (userId: string) => and(eq(userCredentials.kind, 'totp'), eq(userCredentials.subject, userId));

/** Whether a person's sign-in needs a second factor. */
export async function hasTotp(db: Pick<Db, 'select'>, userId: string): Promise<boolean> {
  const rows = await db
    .select({ id: userCredentials.id })
    .from(userCredentials)
    .where(and(isTotpOf(userId), isNotNull(userCredentials.confirmedAt)));
  return rows.length > 0;
}

/** Makes a secret for an authenticator app. It counts from the first right code on; until then it may be made again. */
export async function beginTotp(
  context: Context,
  userId: string,
  account: string,
  issuer: string,
): Promise<{ readonly secret: string; readonly uri: string }> {
  const secret = toBase32(systemRandom(20));
  const { ciphertext, keyId } = context.secrets.seal(secret, personalBinding(userId, 'totp'));
  const now = context.clock.now();
  const values = { sealed: ciphertext, sealedKeyId: keyId, data: {}, confirmedAt: null, updatedAt: now };
  await context.transaction(async (inner) => {
    if (await hasTotp(inner.db, userId)) throw exists();
    await inner.db
      .insert(userCredentials)
      .values({ userId, kind: 'totp', subject: userId, createdAt: now, ...values })
      .onConflictDoUpdate({ target: [userCredentials.kind, userCredentials.subject], set: values });
  });
  return { secret, uri: totpUri(secret, account, issuer) };
}

/** Switches the second factor on with a first right code. Throws `totp.wrong`. */
export async function confirmTotp(context: Context, userId: string, code: string): Promise<void> {
  await context.transaction(async (inner) => {
    if (!(await checkTotp(inner, userId, code))) throw wrong();
    await inner.db.update(userCredentials).set({ confirmedAt: inner.clock.now() }).where(isTotpOf(userId));
    await inner.audit({ action: 'identity.totp.enable', entityType: 'user', entityId: userId });
  });
}

/** Takes the second factor away. Removing none changes nothing. */
export async function removeTotp(context: Context, userId: string): Promise<void> {
  await context.transaction(async (inner) => {
    const removed = await inner.db
      .delete(userCredentials)
      .where(isTotpOf(userId))
      .returning({ id: userCredentials.id });
    if (removed.length === 0) return;
    await inner.audit({ action: 'identity.totp.disable', entityType: 'user', entityId: userId });
  });
}

/**
 * Whether a code is right now, and not one that was used before: the step it belongs to is noted by one conditional
 * statement, so that of many requests with the same code one succeeds.
 */
export async function checkTotp(
  context: Pick<Context, 'db' | 'clock' | 'secrets'>,
  userId: string,
  code: string,
): Promise<boolean> {
  const { db, secrets, clock } = context;
  const [row] = await db.select().from(userCredentials).where(isTotpOf(userId));
  if (row?.sealed == null || row.sealedKeyId === null) return false;
  const key = fromBase32(
    secrets.open({ ciphertext: row.sealed, keyId: row.sealedKeyId }, personalBinding(userId, 'totp')),
  );
  const { lastStep = 0 } = row.data as { lastStep?: number };
  const step = matchTotp(key, code.replace(/\s/g, ''), clock.now(), lastStep);
  if (step === undefined) return false;
  const noted = await db
    .update(userCredentials)
    .set({ data: { lastStep: step }, lastUsedAt: clock.now() })
    .where(and(isTotpOf(userId), sql`coalesce((${userCredentials.data}->>'lastStep')::bigint, 0) < ${step}`))
    .returning({ id: userCredentials.id });
  return noted.length === 1;
}

function exists(): AppError {
  return new AppError({
    code: 'totp.exists',
    kind: 'conflict',
    detail: 'A second factor is switched on already. Remove it first to set up another device.',
  });
}

function wrong(): AppError {
  return new AppError({
    code: 'totp.wrong',
    kind: 'invalid',
    detail: 'This is not the code your app shows now. Look at the clock of the device, and use the next code.',
    problems: [{ path: 'code', message: 'this is not the current code' }],
  });
}
