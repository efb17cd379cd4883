import { createHash } from 'node:crypto';
import { and, eq, lt, sql } from 'drizzle-orm';
import { AppError } from '../core/errors.ts';
import type { Context } from '../db/context.ts';
import type { Db } from '../db/open.ts';
import { idempotencyKeys } from '../db/schema/index.ts';

/** How long an answer is replayed. */
const KEPT_MS = 24 * 3_600_000;

/** What a write answered, as it is stored and replayed. */
export interface StoredAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Does `work` once per key, however often it is asked. The key, the work and the answer are one transaction: a crash
 * before the commit leaves none of them and the repetition starts afresh; after it the repetition finds the answer. So
 * the work must happen in the context it is given and nowhere else. What throws is not stored, because it has changed
 * nothing: the request may be mended and sent again under the same key. Answers are sealed, for one of them shows a new
 * API key.
 *
 * Throws `idempotency.in_progress` while another process works on the same key, and `idempotency.key_reused` when
 * `fingerprint` (of the request and who sent it) is not that of the first.
 */
export async function doOnce(
  context: Context,
  key: string,
  fingerprint: string,
  work: (context: Context) => Promise<StoredAnswer>,
): Promise<{ readonly answer: StoredAnswer; readonly isReplay: boolean }> {
  return context.transaction(async (inner) => {
    await lockKey(inner, key);
    const mine = and(eq(idempotencyKeys.organizationId, inner.organizationId), eq(idempotencyKeys.key, key));
    const now = inner.clock.now();
    const [known] = await inner.db.select().from(idempotencyKeys).where(mine);
    if (known !== undefined && known.createdAt.getTime() > now.getTime() - KEPT_MS) {
      if (known.fingerprint !== fingerprint) throw reused();
      return { answer: openAnswer(inner, key, known.body), isReplay: true };
    }
    await inner.db.delete(idempotencyKeys).where(mine);
    const answer = await work(inner);
    await inner.db.insert(idempotencyKeys).values({
      organizationId: inner.organizationId,
      key,
      fingerprint,
      status: answer.status,
      body: sealAnswer(inner, key, answer),
      createdAt: now,
    });
    return { answer, isReplay: false };
  });
}

/** Removes answers that are past their day; returns how many. Walks the index `idempotency_keys_age`. */
export async function purgeIdempotencyKeys(db: Pick<Db, 'delete'>, now: Date): Promise<number> {
  const removed = await db
    .delete(idempotencyKeys)
    .where(lt(idempotencyKeys.createdAt, new Date(now.getTime() - KEPT_MS)))
    .returning({ key: idempotencyKeys.key });
  return removed.length;
}

/** Taken until the transaction ends, whichever way; a process that dies lets go of it too. */
async function lockKey(context: Context, key: string): Promise<void> {
  const number = createHash('sha256').update(bindingOf(context, key)).digest().readBigInt64BE();
  const [row] = await context.db.execute<{ taken: boolean }>(
    sql`select pg_try_advisory_xact_lock(${number.toString()}::bigint) as taken`,
  );
  if (row?.taken !== true) throw inProgress();
}

/** The refusal of a second request while the first of the same key is at work. */
export function inProgress(): AppError {
  return new AppError({
    code: 'idempotency.in_progress',
    kind: 'conflict',
    detail: 'A request with this Idempotency-Key is being worked on. Ask again in a moment.',
    retryable: true,
  });
}

function reused(): AppError {
  return new AppError({
    code: 'idempotency.key_reused',
    kind: 'invalid',
    detail: 'This Idempotency-Key was used for another request. Make a new key for each new request.',
  });
}

function sealAnswer(context: Context, key: string, answer: StoredAnswer): unknown {
  const sealed = context.secrets.seal(JSON.stringify(answer), bindingOf(context, key));
  return { keyId: sealed.keyId, ciphertext: Buffer.from(sealed.ciphertext).toString('base64') };
}

function openAnswer(context: Context, key: string, stored: unknown): StoredAnswer {
  const { keyId, ciphertext } = stored as { keyId: string; ciphertext: string };
  const sealed = { keyId, ciphertext: new Uint8Array(Buffer.from(ciphertext, 'base64')) };
  return JSON.parse(context.secrets.open(sealed, bindingOf(context, key))) as StoredAnswer;
}

function bindingOf(context: Context, key: string): string {
  return `${context.organizationId}/idempotency/${key}`;
}
