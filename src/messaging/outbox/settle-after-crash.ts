import { and, asc, eq, ne, sql } from 'drizzle-orm';
import type { Db } from '../../db/open.ts';
import { messageParts } from '../../db/schema/index.ts';
import { lockModem } from '../lock-modem.ts';
import type { Departures } from '../ports.ts';
import { refoldMessages } from '../refold-message.ts';
import { pairOrphans } from '../reports/pair-orphans.ts';
import { reportWindowMs } from '../rules/match-report.ts';
import { holdWaitingSlices } from '../settle-siblings.ts';
import type { OutboxScope } from './claim-slices.ts';
import { returnSlices } from './return-unsubmitted.ts';

const STOPPED =
  'The program stopped while this part was on its way to the network; it may or may not have been sent. ' +
  'It is not sent again by itself unless the policy says so; a delivery report settles it.';

/**
 * Settles what another run of this modem's owner left `submitting`. What is known not to have left goes back into the
 * queue, and what is known to have arrived is sent. Of the rest nobody can know whether its bytes went out (gsm-sms
 * reference, 14.4), so it becomes `unknown` and is never submitted again; a report that came meanwhile settles it at once.
 * Returns how many are in doubt.
 */
export async function settleAfterCrash(
  db: Db,
  scope: OutboxScope & { readonly now: Date },
  departures?: Departures,
): Promise<number> {
  const { organizationId, modemId, now } = scope;
  return db.transaction(async (inner) => {
    const transaction = inner as unknown as Db;
    await lockModem(transaction, modemId);
    const claimed = await readLeftBehind(transaction, scope);
    const [oldest] = claimed;
    if (oldest === undefined) return 0;
    const settled = departures === undefined ? [] : await settleByDepartures(transaction, scope, claimed, departures);
    const left = await transaction
      .update(messageParts)
      .set({ status: 'unknown', error: STOPPED, settleAt: new Date(now.getTime() + reportWindowMs(null)) })
      .where(isLeftBehind(scope))
      .returning({ messageId: messageParts.messageId });
    const inDoubt = left.flatMap(({ messageId }) => messageId ?? []);
    for (const messageId of new Set(inDoubt)) await holdWaitingSlices(transaction, organizationId, messageId, now);
    await pairOrphans(transaction, scope, oldest.submittedAt ?? now);
    await refoldMessages(transaction, [...settled, ...inDoubt], scope);
    return left.length;
  });
}

/** What another run has claimed, oldest first. */
function readLeftBehind(transaction: Db, scope: OutboxScope) {
  return transaction
    .select({
      id: messageParts.id,
      messageId: messageParts.messageId,
      runId: messageParts.submittedBy,
      attempts: messageParts.attempts,
      submittedAt: messageParts.submittedAt,
    })
    .from(messageParts)
    .where(isLeftBehind(scope))
    .orderBy(asc(messageParts.submittedAt));
}

/** Returns the messages concerned. */
async function settleByDepartures(
  transaction: Db,
  scope: OutboxScope & { readonly now: Date },
  claimed: Awaited<ReturnType<typeof readLeftBehind>>,
  departures: Departures,
): Promise<readonly string[]> {
  const messageIds: string[] = [];
  for (const runId of new Set(claimed.flatMap((slice) => slice.runId ?? []))) {
    const departed = departures.of(scope.modemId, runId);
    if (departed === undefined) continue;
    const stayed: string[] = [];
    for (const { id, messageId, attempts } of claimed.filter((slice) => slice.runId === runId)) {
      const reference = departed.get(`${id}/${attempts}`);
      if (!departed.has(`${id}/${attempts}`)) stayed.push(id);
      else if (reference !== undefined && messageId !== null) {
        await confirm(transaction, scope, id, reference);
        messageIds.push(messageId);
      }
    }
    if (stayed.length > 0) messageIds.push(...(await returnSlices(transaction, { ...scope, runId }, stayed)));
  }
  return messageIds;
}

/** Its run died between the answer of the network and the turn that would have stored it. */
async function confirm(
  transaction: Db,
  scope: OutboxScope & { readonly now: Date },
  id: string,
  reference: number,
): Promise<void> {
  await transaction
    .update(messageParts)
    .set({ status: 'sent', reference, sentAt: sql`${messageParts.submittedAt}`, error: null })
    .where(and(eq(messageParts.organizationId, scope.organizationId), eq(messageParts.id, id), isLeftBehind(scope)));
}

function isLeftBehind({ organizationId, modemId, runId }: OutboxScope) {
  return and(
    eq(messageParts.organizationId, organizationId),
    eq(messageParts.modemId, modemId),
    sql`${messageParts.status} = 'submitting'`,
    ne(messageParts.submittedBy, runId),
  );
}
