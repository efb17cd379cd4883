import { and, eq, sql } from 'drizzle-orm';
import { executeKept } from '../../db/execute-kept.ts';
import { notify } from '../../db/notify.ts';
import type { Db } from '../../db/open.ts';
import { deliveryReports, messageParts, messages } from '../../db/schema/index.ts';
import { retryPolicyOf } from '../messages/retry.ts';
import type { SubmitOutcome } from '../ports.ts';
import { pairOrphans } from '../reports/pair-orphans.ts';
import { reportWindowMs } from '../rules/match-report.ts';
import { decideRefusal, doubtOf, type Refusal, wordsOf } from '../rules/refusal.ts';
import { sourcesOf } from '../rules/status.ts';
import { cancelWaitingSlices, holdWaitingSlices } from '../settle-siblings.ts';
import type { ClaimedSlice, OutboxScope } from './claim-slices.ts';

export interface FinishedSlice {
  readonly slice: ClaimedSlice;
  readonly outcome: SubmitOutcome;
  /** When its bytes began to leave, which may be some slices later than its claim. */
  readonly leftAt: Date;
}

type Scope = OutboxScope & { readonly now: Date };

/**
 * Writes down what became of submitted slices, in the caller's transaction, which holds the modem's lock; the caller
 * refolds their messages. Storing the same outcomes again changes nothing, so the caller may repeat it until it succeeds.
 * Where another run has called a slice unknown meanwhile, the certain news (sent, refused) of the run that submitted it
 * settles the doubt.
 */
export async function storeOutcomes(transaction: Db, scope: Scope, finished: readonly FinishedSlice[]): Promise<void> {
  const sent = finished.flatMap(({ slice, outcome }) =>
    outcome.kind === 'sent' ? [{ id: slice.id, attempts: slice.attempts, reference: outcome.reference }] : [],
  );
  /** Since when reports may have waited for these outcomes. */
  const waited: Date[] = sent.length > 0 ? [...(await storeSent(transaction, scope, sent))] : [];
  for (const { slice, outcome, leftAt } of finished) {
    if (outcome.kind === 'sent') continue;
    const claimedAt = await claimOf(transaction, scope, slice, outcome.kind);
    if (claimedAt === undefined) continue;
    if (outcome.kind === 'unknown') await hold(transaction, scope, slice, doubtOf(outcome.error), leftAt);
    else await refuse(transaction, scope, slice, outcome.error, leftAt);
    waited.push(claimedAt);
  }
  if (waited.length > 0) await pairOrphans(transaction, scope, new Date(Math.min(...waited.map(Number))));
}

async function storeSent(
  transaction: Db,
  scope: Scope,
  sent: readonly { readonly id: string; readonly attempts: number; readonly reference: number }[],
): Promise<readonly Date[]> {
  const rows = await executeKept<{ claimed_ms: number; has_orphans: boolean }>(
    transaction,
    sql`
    update ${messageParts} as part
    set status = 'sent', reference = news.reference, sent_at = ${scope.now.toISOString()}, error = null, settle_at = null
    from jsonb_to_recordset(${JSON.stringify(sent)}::jsonb) as news(id uuid, attempts integer, reference integer)
    where part.id = news.id and part.organization_id = ${scope.organizationId} and part.attempts = news.attempts
      and part.submitted_by = ${scope.runId} and part.status in (${statusList(sourcesOf('sent'))})
    returning (extract(epoch from part.submitted_at) * 1000)::float8 as claimed_ms, exists (
      select 1 from ${deliveryReports} as early
      where early.organization_id = part.organization_id and early.modem_id = part.modem_id
        and early.part_id is null and early.received_at >= part.submitted_at) as has_orphans`,
  );
  return rows.flatMap((row) => (row.has_orphans ? [new Date(row.claimed_ms)] : []));
}

/** When the slice was claimed that the news concerns: submitted by this run, by this attempt, and not settled since. */
async function claimOf(
  transaction: Db,
  scope: Scope,
  slice: ClaimedSlice,
  kind: 'unknown' | 'refused',
): Promise<Date | undefined> {
  const [current] = await transaction
    .select({
      status: messageParts.status,
      submittedBy: messageParts.submittedBy,
      submittedAt: messageParts.submittedAt,
      attempts: messageParts.attempts,
    })
    .from(messageParts)
    .where(isSlice(scope, slice.id))
    .for('update');
  if (current?.submittedBy !== scope.runId || current.attempts !== slice.attempts) return undefined;
  // A refusal counts also when another run has called it unknown meanwhile: this one knows that it never left.
  const isOpen = current.status === 'submitting' || (kind === 'refused' && current.status === 'unknown');
  return isOpen ? (current.submittedAt ?? scope.now) : undefined;
}

async function refuse(transaction: Db, scope: Scope, slice: ClaimedSlice, error: Refusal, leftAt: Date): Promise<void> {
  const [message] = await transaction
    .select({ retry: messages.retry })
    .from(messages)
    .where(and(eq(messages.organizationId, scope.organizationId), eq(messages.id, slice.messageId)));
  const decision = decideRefusal(error, slice.attempts, retryPolicyOf(message?.retry));
  switch (decision.kind) {
    case 'fail':
      await change(transaction, scope, slice, { status: 'failed', error: decision.error });
      await cancelWaitingSlices(transaction, scope.organizationId, slice.messageId);
      return;
    case 'hold':
      await hold(transaction, scope, slice, decision.error, leftAt);
      return;
    case 'retry':
    case 'requeue': {
      const isRetry = decision.kind === 'retry';
      await change(transaction, scope, slice, {
        status: 'queued',
        submittedAt: null,
        submittedBy: null,
        error: wordsOf(error),
        attempts: isRetry ? slice.attempts : slice.attempts - 1,
        dueAt: new Date(scope.now.getTime() + (isRetry ? decision.delayMs : 0)),
      });
      if (slice.sequence === 1) await release(transaction, scope, slice);
      return;
    }
  }
}

async function hold(transaction: Db, scope: Scope, slice: ClaimedSlice, error: string, leftAt: Date): Promise<void> {
  await change(transaction, scope, slice, {
    status: 'unknown',
    error,
    // By this its report is told from that of the next one to the same number.
    submittedAt: leftAt,
    settleAt: new Date(scope.now.getTime() + reportWindowMs(null)),
  });
  await holdWaitingSlices(transaction, scope.organizationId, slice.messageId, scope.now);
}

/** Nothing of the message is out yet, so any modem of the organization may take it, unless the sender chose one. */
async function release(transaction: Db, scope: Scope, slice: ClaimedSlice): Promise<void> {
  const [released] = await transaction
    .update(messages)
    .set({ modemId: null, updatedAt: scope.now })
    .where(
      and(
        eq(messages.organizationId, scope.organizationId),
        eq(messages.id, slice.messageId),
        eq(messages.isModemFixed, false),
      ),
    )
    .returning({ id: messages.id });
  if (released === undefined) return;
  await transaction
    .update(messageParts)
    .set({ modemId: null })
    .where(and(eq(messageParts.organizationId, scope.organizationId), eq(messageParts.messageId, slice.messageId)));
  await notify(transaction, { topic: 'outbox', organizationId: scope.organizationId });
}

async function change(
  transaction: Db,
  scope: Scope,
  slice: ClaimedSlice,
  values: Partial<typeof messageParts.$inferInsert>,
): Promise<void> {
  await transaction.update(messageParts).set(values).where(isSlice(scope, slice.id));
}

function isSlice(scope: Scope, id: string) {
  return and(eq(messageParts.organizationId, scope.organizationId), eq(messageParts.id, id));
}

function statusList(statuses: readonly string[]) {
  return sql.join(
    statuses.map((status) => sql.raw(`'${status}'`)),
    sql`, `,
  );
}
