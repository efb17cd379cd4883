import { and, count, eq } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { callEvents, calls } from '../../db/schema/index.ts';

/** A call that is on, as far as controlling it needs to know. */
export interface LiveCall {
  readonly id: string;
  /** The Cloudonix session. */
  readonly token: string;
  readonly direction: string;
  readonly from: string;
  readonly to: string;
  readonly did: string | undefined;
  /** Documents answered so far. */
  readonly documents: number;
}

/** The call of this id or session token. Throws `call.missing`, or `call.ended` for one that is over. */
export async function findLiveCall(context: Context, idOrToken: string): Promise<LiveCall> {
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(idOrToken);
  const [row] = await context.db
    .select()
    .from(calls)
    .where(
      and(
        eq(calls.organizationId, context.organizationId),
        isId ? eq(calls.id, idOrToken) : eq(calls.token, idOrToken),
      ),
    );
  if (row === undefined) {
    throw new AppError({
      code: 'call.missing',
      kind: 'missing',
      detail: `There is no call ${idOrToken} in this organization.`,
    });
  }
  if (row.endedAt !== null) throw callEnded(idOrToken);
  const [answered] = await context.db
    .select({ documents: count() })
    .from(callEvents)
    .where(
      and(
        eq(callEvents.organizationId, context.organizationId),
        eq(callEvents.callId, row.id),
        eq(callEvents.kind, 'voice'),
      ),
    );
  return {
    id: row.id,
    token: row.token,
    direction: row.direction,
    from: row.fromNumber,
    to: row.toNumber,
    did: row.did ?? undefined,
    documents: answered?.documents ?? 0,
  };
}

export function callEnded(idOrToken: string): AppError {
  return new AppError({ code: 'call.ended', kind: 'conflict', detail: `The call ${idOrToken} has ended.` });
}
