import { and, eq, gt, isNull, lt } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import type { Db } from '../../db/open.ts';
import { signInSteps } from '../../db/schema/index.ts';
import { hashToken, newToken } from '../secret-token.ts';

export type StepKind = 'totp' | 'password_change' | 'code' | 'passkey' | 'passkey_register' | 'oidc';

export interface StepFacts {
  readonly kind: StepKind;
  readonly organizationId?: string;
  readonly userId?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly lifetimeMs?: number;
}

type Needs = Pick<Context, 'db' | 'clock'>;

/** Remembers a sign-in that is half done; whoever brings the token back goes on. */
export async function beginStep({ db, clock }: Needs, facts: StepFacts): Promise<string> {
  const token = newToken();
  const now = clock.now();
  await db.insert(signInSteps).values({
    tokenHash: hashToken(token),
    kind: facts.kind,
    organizationId: facts.organizationId ?? null,
    userId: facts.userId ?? null,
    data: facts.data ?? {},
    expiresAt: new Date(now.getTime() + (facts.lifetimeMs ?? 10 * 60_000)),
    createdAt: now,
  });
  return token;
}

export type Step = typeof signInSteps.$inferSelect & { readonly facts: Readonly<Record<string, unknown>> };

/** A step that still waits. Throws `sign_in.step_over`. */
export async function readStep({ db, clock }: Needs, kind: StepKind, token: string): Promise<Step> {
  const [row] = await db
    .select()
    .from(signInSteps)
    .where(
      and(
        eq(signInSteps.tokenHash, hashToken(token)),
        eq(signInSteps.kind, kind),
        isNull(signInSteps.usedAt),
        gt(signInSteps.expiresAt, clock.now()),
      ),
    );
  if (row === undefined) throw stepOver();
  return { ...row, facts: row.data as Readonly<Record<string, unknown>> };
}

/** Uses a step up; of many at once one succeeds. Throws `sign_in.step_over`. */
export async function endStep({ db, clock }: Needs, step: Pick<Step, 'id'>): Promise<void> {
  const rows = await db
    .update(signInSteps)
    .set({ usedAt: clock.now() })
    .where(and(eq(signInSteps.id, step.id), isNull(signInSteps.usedAt)))
    .returning({ id: signInSteps.id });
  if (rows.length === 0) throw stepOver();
}

/** Removes steps nobody came back for; walks `sign_in_steps_age`. */
export async function purgeSteps(db: Pick<Db, 'delete'>, now: Date): Promise<void> {
  await db.delete(signInSteps).where(lt(signInSteps.expiresAt, new Date(now.getTime() - 3_600_000)));
}

function stepOver(): AppError {
  return new AppError({
    code: 'sign_in.step_over',
    kind: 'unauthenticated',
    detail: 'This sign-in has expired or was finished already. Begin again.',
  });
}
