import type { Context } from '../../db/context.ts';
import { loginCodes } from '../../db/schema/index.ts';
import { grantsOf, type Role, refuseEscalation } from '../permissions.ts';
import { hashToken, newToken } from '../secret-token.ts';

const LIFETIME_MS = 15 * 60_000;

export interface SignInCode {
  readonly code: string;
  readonly expiresAt: Date;
}

/** Makes a code that opens one console session within a quarter of an hour. Only its hash is kept. */
export async function createSignInCode(context: Context, role: Role = 'owner'): Promise<SignInCode> {
  context.require('identity.sign_in_code.write');
  refuseEscalation(context, role, grantsOf(role));
  const code = newToken();
  const now = context.clock.now();
  const expiresAt = new Date(now.getTime() + LIFETIME_MS);
  await context.transaction(async (inner) => {
    const [row] = await inner.db
      .insert(loginCodes)
      .values({ organizationId: inner.organizationId, codeHash: hashToken(code), role, expiresAt, createdAt: now })
      .returning({ id: loginCodes.id });
    if (row === undefined) throw new Error('a created code was not returned');
    await inner.audit({
      action: 'identity.sign_in_code.create',
      entityType: 'sign-in code',
      entityId: row.id,
      after: { role, expiresAt: expiresAt.toISOString() },
    });
  });
  return { code, expiresAt };
}
