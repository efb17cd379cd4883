import { eq } from 'drizzle-orm';
import { equalInConstantTime } from '../../core/bytes.ts';
import { organizations, sessions } from '../../db/schema/index.ts';
import { type AuthenticationDeps, type Principal, principalOf } from '../principal.ts';
import { hashToken } from '../secret-token.ts';

/** Who a session cookie belongs to, or undefined when it is unknown, ended, expired or of a suspended organization. */
export async function authenticateSession(
  deps: Pick<AuthenticationDeps, 'db' | 'clock'>,
  token: string,
  ip?: string,
): Promise<Principal | undefined> {
  const tokenHash = hashToken(token);
  const [row] = await deps.db
    .select({ session: sessions, organization: organizations })
    .from(sessions)
    .innerJoin(organizations, eq(organizations.id, sessions.organizationId))
    .where(eq(sessions.tokenHash, tokenHash))
    .limit(1);
  if (row === undefined || !equalInConstantTime(Buffer.from(row.session.tokenHash), Buffer.from(tokenHash))) {
    return undefined;
  }
  const { session, organization } = row;
  const isOver = session.revokedAt !== null || session.expiresAt <= deps.clock.now();
  if (isOver || organization.status !== 'active') return undefined;
  return principalOf(
    organization,
    { kind: 'user', id: session.userId ?? session.id, name: 'console', ...(ip === undefined ? {} : { ip }) },
    session.role,
  );
}
