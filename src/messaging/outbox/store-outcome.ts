import { and, eq } from 'drizzle-orm';
import { notify } from '../../db/notify.ts';
import type { Db } from '../../db/open.ts';
import { messageParts, messages } from '../../db/schema/index.ts';
import { lockModem } from '../lock-modem.ts';
import type { SubmitOutcome } from '../ports.ts';
import { refoldMessage } from '../refold-message.ts';
import { pairOrphans } from '../reports/pair-orphans.ts';
import { decideRefusal, doubtOf, type Refusal, wordsOf } from '../rules/refusal.ts';
import { advance } from '../rules/status.ts';
import { cancelWaitingSlices, holdWaitingSlices } from '../settle-siblings.ts';
import type { ClaimedSlice, OutboxScope } from './claim-slice.ts';

/**
 * Writes down what became of a submitted slice and all that follows for its message. Storing the same outcome again
 * changes nothing, so the caller may repeat it until it succeeds. Where another run has called the slice unknown
 * meanwhile, the certain news (sent, refused) of the run that submitted it settles the doubt.
 */
export async function storeOutcome(
  db: Db,
  scope: OutboxScope & { readonly now: Date },
  slice: ClaimedSlice,
  outcome: SubmitOutcome,
): Promise<void> {
  await db.transaction(async (inner) => {
    const transaction = inner as unknown as Db;
    await lockModem(transaction, scope.modemId);
    const [current] = await transaction.select().from(messageParts).where(isSlice(scope, slice.id)).for('update');
    const isOurs = current?.submittedBy === scope.runId && current.attempts === slice.attempts;
    if (current === undefined || !isOurs) return;
    switch (outcome.kind) {
      case 'sent':
        if (advance(current.status, 'sent') === current.status) return;
        await change(transaction, scope, slice, {
          status: 'sent',
          reference: outcome.reference,
          sentAt: scope.now,
          error: null,
        });
        await pairOrphans(transaction, scope, slice.id);
        break;
      case 'unknown':
        if (current.status !== 'submitting') return;
        await hold(transaction, scope, slice, doubtOf(outcome.error));
        break;
      case 'refused':
        // Also when another run has called it unknown meanwhile: this one knows that it never left.
        if (current.status !== 'submitting' && current.status !== 'unknown') return;
        await refuse(transaction, scope, slice, outcome.error);
        break;
    }
    await refoldMessage(transaction, scope.organizationId, slice.messageId, scope.now);
  });
}

type Scope = OutboxScope & { readonly now: Date };

async function refuse(transaction: Db, scope: Scope, slice: ClaimedSlice, error: Refusal): Promise<void> {
  const decision = decideRefusal(error, slice.attempts);
  switch (decision.kind) {
    case 'fail':
      await change(transaction, scope, slice, { status: 'failed', error: decision.error });
      await cancelWaitingSlices(transaction, scope.organizationId, slice.messageId);
      return;
    case 'hold':
      await hold(transaction, scope, slice, decision.error);
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

async function hold(transaction: Db, scope: Scope, slice: ClaimedSlice, error: string): Promise<void> {
  await change(transaction, scope, slice, { status: 'unknown', error });
  await holdWaitingSlices(transaction, scope.organizationId, slice.messageId, scope.now);
  await pairOrphans(transaction, scope, slice.id);
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
