import { type SQL, sql } from 'drizzle-orm';
import { transactAtOnce } from '../../db/at-once.ts';
import type { Db } from '../../db/open.ts';
import { deliveryReports, messageParts, messages } from '../../db/schema/index.ts';
import { modemLock } from '../lock-modem.ts';
import { isOf, pdusOf, plainReports } from '../reports/plain-reports.ts';
import { tellOfMessage } from '../tell-screens.ts';
import { type ClaimedSlice, type ClaimWish, candidateSlices, holdsLease, type OutboxScope } from './claim-slices.ts';
import type { FinishedSlice } from './store-outcomes.ts';
import type { Taken, Turn } from './turn.ts';

/** What a plain turn did, and what it left to a turn that looks at everything. */
export interface PlainTurn extends Taken {
  /** Outcomes that are not stored. */
  readonly left: readonly FinishedSlice[];
  /** Something waits that is not plain: a long text, or what many rivals hold just now. */
  readonly isMore: boolean;
}

/** With these two limits of its search a statement has few texts, which the server keeps. */
const FEW = 4;
const MANY = 16;
/** Other claims may hold so many of the first rows at this moment; they are stepped over. */
const RIVALS = 16;

/**
 * A turn for what nearly all messages are: of one slice, sent at the first try. It goes in one journey to the database.
 * Everything else is left alone, for `takeTurn` to do.
 */
export async function takePlainTurn(db: Db, scope: OutboxScope, turn: Turn): Promise<PlainTurn> {
  const { finished, reports, wish } = turn;
  const news = finished.flatMap(({ slice, outcome }) =>
    outcome.kind === 'sent' && slice.total === 1
      ? [{ id: slice.id, attempts: slice.attempts, reference: outcome.reference }]
      : [],
  );
  const isClaiming =
    wish.limit > 0 && wish.begun === undefined && wish.lanes?.length !== 0 && turn.returned.length === 0;
  const statements = [
    modemLock(scope.modemId),
    ...(news.length > 0 ? [storeSent(scope, news, wish.now)] : []),
    // Behind the outcomes: a report may be faster than that of its slice.
    ...(reports.length > 0 ? [plainReports({ ...scope, now: wish.now }, reports)] : []),
    ...(isClaiming ? [claimSingle(scope, wish)] : []),
  ];
  const results = statements.length === 1 ? [] : [...(await transactAtOnce(db, statements))];
  results.shift();
  const stored = new Set(news.length > 0 ? results.shift()?.map(({ id }) => id) : []);
  const recorded = pdusOf(reports.length > 0 ? results.shift() : []);
  const claim = (isClaiming ? (results.shift() ?? []) : []) as unknown as readonly ClaimRow[];
  const claimed = claim.flatMap(claimedSlice);
  return {
    claimed,
    recorded,
    left: finished.filter(({ slice }) => !stored.has(slice.messageId)),
    isMore: isClaiming ? claimed.length === 0 && (claim[0]?.found ?? 0) > 0 : wish.limit > 0,
  };
}

/**
 * Gives back the messages whose slice was still in the air by this attempt, and for whose outcome no report waited: its
 * own, or one that may mean an older slice in doubt. The status is compared as text, because an index by the status would be
 * walked where it is small when the plan is made; the slices are found by their ids.
 */
function storeSent({ organizationId, modemId, runId }: OutboxScope, news: readonly object[], now: Date): SQL {
  return sql`
    with sent as (
      update ${messageParts} as part
      set status = 'sent', reference = news.reference, sent_at = ${now.toISOString()}, error = null, settle_at = null
      from jsonb_to_recordset(${JSON.stringify(news)}::jsonb) as news(id uuid, attempts integer, reference integer)
      where part.id = news.id and part.organization_id ${isOf(organizationId)} and part.attempts = news.attempts
        and part.submitted_by = ${runId} and part.status::text = 'submitting'
        and not exists (
          select 1 from ${deliveryReports} as early
          where early.organization_id = ${organizationId} and early.modem_id = ${modemId}
            and early.reference = news.reference and early.part_id is null)
        and not (
          exists (
            select 1 from ${messageParts} as doubt
            where doubt.organization_id = ${organizationId} and doubt.modem_id = ${modemId}
              and doubt.status = 'unknown' and doubt.reference is null)
          and exists (
            select 1 from ${deliveryReports} as waiting
            where waiting.organization_id = ${organizationId} and waiting.modem_id = ${modemId}
              and waiting.part_id is null and waiting.received_at >= part.submitted_at))
      returning part.message_id
    ), message as (
      update ${messages} as message set status = 'sent', error = null, updated_at = ${now.toISOString()}
      from sent
      where message.id = sent.message_id and message.organization_id ${isOf(organizationId)}
      returning message.id
    )
    select id, ${tellOfMessage(organizationId, sql`id`)} from message`;
}

interface ClaimRow extends Omit<ClaimedSlice, 'id'> {
  readonly id: string | null;
  /** So many slices might have gone. */
  readonly found: number;
}

/** Marks nothing as soon as one of those that are next has others behind it: those want to go together. */
function claimSingle(scope: OutboxScope, wish: ClaimWish): SQL {
  const { organizationId, modemId, runId } = scope;
  const now = wish.now.toISOString();
  const candidates = candidateSlices(scope, wish, RIVALS + (wish.limit <= FEW ? FEW : MANY));
  return sql`
    with candidate as materialized (${candidates}
    ), picked as (
      select part.id, part.message_id, part.sequence, part.total, part.pdu, part.tpdu_length, part.attempts, part.peer,
        candidate.place
      from ${messageParts} as part join candidate on candidate.id = part.id
      where part.status = 'queued' and ${holdsLease(scope)}
      order by candidate.place limit ${wish.limit}
      for update of part skip locked
    ), marked as (
      update ${messageParts} as part
      set status = 'submitting', submitted_by = ${runId}, submitted_at = ${now}, modem_id = ${modemId}::uuid,
        attempts = picked.attempts + 1, error = null
      from picked
      where part.id = picked.id and not exists (select 1 from picked where total > 1)
      returning picked.*
    ), message as (
      update ${messages} as message
      set status = 'submitting', error = null, updated_at = ${now},
        modem_id = coalesce(message.modem_id, ${modemId}::uuid)
      from marked
      where message.id = marked.message_id and message.organization_id ${isOf(organizationId)}
      returning marked.*
    )
    select message.id, message.message_id as "messageId", message.sequence, message.total, message.pdu,
      message.tpdu_length as "tpduLength", message.attempts + 1 as attempts, message.peer, counted.found,
      case when message.id is not null then ${tellOfMessage(organizationId, sql`message.message_id`)} end
    from (select count(*)::integer as found from candidate) as counted left join message on true
    order by message.place`;
}

function claimedSlice(row: ClaimRow): readonly ClaimedSlice[] {
  const { id, messageId, sequence, total, pdu, tpduLength, attempts, peer } = row;
  return id === null ? [] : [{ id, messageId, sequence, total, pdu, tpduLength, attempts, peer }];
}
