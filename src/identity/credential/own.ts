import { and, eq, isNull, ne } from 'drizzle-orm';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { sessions, userCredentials } from '../../db/schema/index.ts';
import { isShared } from '../person/create.ts';
import type { Principal } from '../principal.ts';
import { parseInput } from '../validation.ts';
import { checkPassword, setPassword } from './password.ts';

/** Proofs that only the person themselves can give; the others an organization could give in their name. */
const OWN_PROOFS = /^(password|passkey|bootstrap|code:sms|code:email)/;

/**
 * The account of the person who asks, for what reaches beyond this organization. A session that this organization alone
 * vouches for (its directory, its certificate, a code its administrator made) does not touch an account that belongs to
 * another one too. Throws `access.own_proof` and `access.person`.
 */
export async function requireOwnProof(context: Context, principal: Principal): Promise<string> {
  const { userId, method = '' } = principal;
  if (userId === undefined) {
    throw new AppError({
      code: 'access.person',
      kind: 'forbidden',
      detail: 'This is about a person. Sign in as one; a key or a link is none.',
    });
  }
  if (OWN_PROOFS.test(method) || !(await isShared(context, userId))) return userId;
  throw new AppError({
    code: 'access.own_proof',
    kind: 'forbidden',
    detail: 'Your account also belongs to another organization: sign in with your own password or passkey first.',
  });
}

const passwordChangeSchema = z.strictObject({
  current: z.string().max(1024).optional().meta({ description: 'Needed where there is one.' }),
  password: z.string().max(1024),
});

/**
 * A person chooses another password; every other session of theirs ends. Throws `password.wrong`, `password.weak`,
 * `access.own_proof`.
 */
export async function changeOwnPassword(context: Context, principal: Principal, input: unknown): Promise<void> {
  const { current, password } = parseInput(passwordChangeSchema, input);
  const userId = await requireOwnProof(context, principal);
  const [known] = await context.db
    .select()
    .from(userCredentials)
    .where(and(eq(userCredentials.kind, 'password'), eq(userCredentials.subject, userId)));
  if (known !== undefined && !(await checkPassword(context.db, userId, current ?? '')).isRight) throw wrong();
  await context.transaction(async (inner) => {
    await setPassword(inner, userId, password);
    await inner.acrossOrganizations((db) =>
      db
        .update(sessions)
        .set({ revokedAt: inner.clock.now() })
        .where(
          and(
            eq(sessions.userId, userId),
            isNull(sessions.revokedAt),
            principal.sessionId === undefined ? undefined : ne(sessions.id, principal.sessionId),
          ),
        ),
    );
    await inner.audit({ action: 'identity.password.change', entityType: 'user', entityId: userId });
  });
}

function wrong(): AppError {
  return new AppError({
    code: 'password.wrong',
    kind: 'invalid',
    detail: 'current: this is not your password',
    problems: [{ path: 'current', message: 'this is not your password' }],
  });
}
