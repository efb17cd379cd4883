import { and, desc, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/open.ts';
import { messageParts, messages } from '../../db/schema/index.ts';
import type { ReportCandidate } from '../rules/match-report.ts';
import type { ReportScope } from './apply-report.ts';

/** TP-MR wraps after 256 messages; slices with one reference that are older than this many are out of every window. */
const NEWEST = 64;
const MOST_IN_DOUBT = 1_000;

/** Outbound slices of a modem that a report may belong to, newest first. `which` needs an index beside the modem. */
export async function reportCandidates(
  transaction: Db,
  scope: Pick<ReportScope, 'organizationId' | 'modemId'>,
  which: SQL | undefined,
  limit: number = NEWEST,
): Promise<readonly ReportCandidate[]> {
  const rows = await transaction
    .select({
      id: messageParts.id,
      sequence: messageParts.sequence,
      recipient: messageParts.peer,
      status: messageParts.status,
      reference: messageParts.reference,
      submittedAt: messageParts.submittedAt,
      settleAt: messageParts.settleAt,
      validitySeconds: messages.validitySeconds,
    })
    .from(messageParts)
    .innerJoin(
      messages,
      and(eq(messages.organizationId, messageParts.organizationId), eq(messages.id, messageParts.messageId)),
    )
    .where(
      and(
        eq(messageParts.organizationId, scope.organizationId),
        eq(messageParts.modemId, scope.modemId),
        eq(messageParts.direction, 'outbound'),
        which,
      ),
    )
    .orderBy(desc(messageParts.submittedAt))
    .limit(limit);
  return rows.flatMap((row) => (row.submittedAt === null ? [] : [{ ...row, submittedAt: row.submittedAt }]));
}

/** The slices of a modem that have no reference and may be out; also those in the air. Uses message_parts_unsettled. */
export function slicesInDoubt(
  transaction: Db,
  scope: Pick<ReportScope, 'organizationId' | 'modemId'>,
): Promise<readonly ReportCandidate[]> {
  const isUnsettled = sql`${messageParts.status} in ('submitting', 'unknown')`;
  return reportCandidates(transaction, scope, and(isNull(messageParts.reference), isUnsettled), MOST_IN_DOUBT);
}
