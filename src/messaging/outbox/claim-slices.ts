import { and, asc, eq, gt, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import { executeKept } from '../../db/execute-kept.ts';
import type { Db } from '../../db/open.ts';
import { messageParts, modems } from '../../db/schema/index.ts';
import { LANES, type Lane } from '../rules/lanes.ts';

/** Whose queue is served, through which modem, by which run of which process. */
export interface OutboxScope {
  readonly organizationId: string;
  readonly modemId: string;
  readonly runId: string;
}

export interface ClaimWish {
  readonly now: Date;
  /** At most so many. */
  readonly limit: number;
  /** Lanes in the order in which they are asked. */
  readonly lanes?: readonly Lane[];
  /** A message of which slices went before: its next ones come first, to send it back to back. */
  readonly begun?: string | undefined;
  /** Whether the modem takes messages that nobody gave to a certain one. */
  readonly takesShared?: boolean;
  /** Only to these numbers, when the SIM may not write to more different ones today. */
  readonly recipients?: readonly string[] | undefined;
}

/** A slice that is ours to submit: `submitting` is committed, so a crash from here on leaves a trace. */
export interface ClaimedSlice {
  readonly id: string;
  readonly messageId: string;
  readonly sequence: number;
  readonly total: number;
  readonly pdu: string;
  readonly tpduLength: number;
  readonly attempts: number;
  readonly peer: string;
}

/** Other claims may hold so many of the first rows at this moment; they are stepped over. Seldom more, in a large fleet. */
const RIVALS = [16, 1_024];

/**
 * Takes the next due slices for a modem and marks them `submitting`, in the caller's transaction, which holds the modem's
 * lock. Oldest message first within a lane; the slices of one message stand together and in sequence, and none goes
 * before all earlier ones are out. Only the holder of the modem's lease gets anything.
 *
 * Walks the index message_parts_lanes once for the modem's own slices and once for those that any may take.
 */
export async function claimSlices(
  transaction: Db,
  scope: OutboxScope,
  wish: ClaimWish,
): Promise<readonly ClaimedSlice[]> {
  if (wish.limit < 1) return [];
  const picked: PickedSlice[] = [];
  const room = () => wish.limit - picked.length;
  if (wish.begun !== undefined) picked.push(...(await followers(transaction, scope, wish, wish.begun, 0, room())));
  if (room() > 0) {
    for (const head of await heads(transaction, scope, wish, room())) {
      if (room() === 0) break;
      if (picked.some((slice) => slice.id === head.id)) continue;
      picked.push(head);
      if (head.total === head.sequence || room() === 0) continue;
      picked.push(...(await followers(transaction, scope, wish, head.messageId, head.sequence, room())));
    }
  }
  return picked.length === 0 ? [] : mark(transaction, scope, picked, wish.now);
}

type PickedSlice = ClaimedSlice & { readonly isBound: boolean };

const columns = {
  id: messageParts.id,
  messageId: messageParts.messageId,
  sequence: messageParts.sequence,
  total: messageParts.total,
  pdu: messageParts.pdu,
  tpduLength: messageParts.tpduLength,
  attempts: messageParts.attempts,
  peer: messageParts.peer,
  modemId: messageParts.modemId,
} as const;

/** First slices that may go, across the lanes; none only when there is none that nobody else is taking. */
async function heads(
  transaction: Db,
  scope: OutboxScope,
  wish: ClaimWish,
  limit: number,
): Promise<readonly PickedSlice[]> {
  for (const rivals of RIVALS) {
    const found = await headsBehind(transaction, scope, wish, limit, rivals);
    if (found.length > 0) return found;
  }
  return [];
}

async function headsBehind(
  transaction: Db,
  scope: OutboxScope,
  wish: ClaimWish,
  limit: number,
  rivals: number,
): Promise<readonly PickedSlice[]> {
  const lanes = wish.lanes ?? LANES;
  if (lanes.length === 0) return [];
  const candidates = sql`select id from (${candidateSlices(scope, wish, limit + rivals)}) as candidate`;
  const rank = sql`array_position(array[${sql.join(
    lanes.map((lane) => sql.raw(String(lane))),
    sql`, `,
  )}]::smallint[], ${messageParts.lane})`;
  const rows = await transaction
    .select(columns)
    .from(messageParts)
    .where(and(sql`${messageParts.id} in (${candidates})`, sql`${messageParts.status} = 'queued'`, holdsLease(scope)))
    .orderBy(rank, messageParts.dueAt, messageParts.id)
    .limit(limit)
    .for('update', { skipLocked: true });
  return rows.flatMap(pickedSlice);
}

/** Whether the run may send through its modem at all. */
export function holdsLease({ modemId, runId }: OutboxScope): SQL {
  return sql`exists (select 1 from ${modems} as own where own.id = ${modemId} and own.owner_id = ${runId})`;
}

/** The first `limit` slices that may go, with their place among them, as a query. There has to be a lane. */
export function candidateSlices(scope: OutboxScope, wish: ClaimWish, limit: number): SQL {
  const own = sql`part.modem_id = ${scope.modemId}`;
  const mayTake = sql`${scope.modemId} = any(part.candidate_modem_ids)`;
  const shared =
    wish.takesShared === false
      ? sql`part.modem_id is null and ${mayTake}`
      : sql`part.modem_id is null and (part.candidate_modem_ids is null or ${mayTake})`;
  const sources = (wish.lanes ?? LANES).flatMap((lane, rank) =>
    [own, shared].map((whose) => dueSlices(scope, wish, whose, lane, rank, limit)),
  );
  return sql`select id, row_number() over (order by rank, due_at, id) as place
    from (${sql.join(sources, sql` union all `)}) as due order by place limit ${sql.raw(String(limit))}`;
}

function dueSlices(scope: OutboxScope, wish: ClaimWish, whose: SQL, lane: Lane, rank: number, limit: number): SQL {
  const at = wish.now.toISOString();
  const recipients =
    wish.recipients === undefined
      ? sql``
      : sql`and part.peer in (select jsonb_array_elements_text(${JSON.stringify(wish.recipients)}::jsonb))`;
  // Literals where the partial index has them, so that it serves prepared statements too. Ordered by the modem as well, which
  // is the same for all: that none has it does not tell the server that the index has them in order, and it sorts them all.
  return sql`(select part.id, part.due_at, ${sql.raw(String(rank))} as rank from ${messageParts} as part
    where part.organization_id = ${scope.organizationId} and ${whose} and part.lane = ${sql.raw(String(lane))}
      and part.status = 'queued' and part.direction = 'outbound' and part.due_at <= ${at}
      and (part.expires_at is null or part.expires_at > ${at}) ${recipients}
      and (part.sequence = 1 or not exists (
        select 1 from ${messageParts} as earlier
        where earlier.message_id = part.message_id and earlier.sequence < part.sequence
          and earlier.status not in ('sent', 'delivered')))
    order by part.modem_id, part.due_at, part.id limit ${sql.raw(String(limit))})`;
}

/**
 * The slices of a message right behind `after`, or behind what this run has claimed already (`after` 0), up to the first
 * that may not go.
 */
async function followers(
  transaction: Db,
  scope: OutboxScope,
  wish: ClaimWish,
  messageId: string,
  after: number,
  limit: number,
): Promise<readonly PickedSlice[]> {
  const isOfMessage = and(
    eq(messageParts.organizationId, scope.organizationId),
    eq(messageParts.messageId, messageId),
    gt(messageParts.sequence, after),
  );
  const rows = await transaction
    .select({
      ...columns,
      status: messageParts.status,
      submittedBy: messageParts.submittedBy,
      dueAt: messageParts.dueAt,
      expiresAt: messageParts.expiresAt,
    })
    .from(messageParts)
    .where(isOfMessage)
    .orderBy(asc(messageParts.sequence))
    .for('update');
  const found: PickedSlice[] = [];
  for (const row of rows) {
    const isOut = row.status === 'sent' || row.status === 'delivered';
    const isOurs = row.status === 'submitting' && row.submittedBy === scope.runId;
    if (found.length === 0 && (isOut || isOurs)) continue;
    const isDue = row.dueAt <= wish.now && (row.expiresAt === null || row.expiresAt > wish.now);
    const mayTake = row.modemId === null || row.modemId === scope.modemId;
    if (found.length === limit || row.status !== 'queued' || !isDue || !mayTake) break;
    found.push(...pickedSlice(row));
  }
  return found;
}

function pickedSlice(row: Omit<ClaimedSlice, 'messageId'> & { messageId: string | null; modemId: string | null }) {
  const { messageId, modemId, id, sequence, total, pdu, tpduLength, attempts, peer } = row;
  if (messageId === null) return [];
  return [{ id, messageId, sequence, total, pdu, tpduLength, attempts, peer, isBound: modemId !== null }];
}

async function mark(
  transaction: Db,
  scope: OutboxScope,
  picked: readonly PickedSlice[],
  now: Date,
): Promise<readonly ClaimedSlice[]> {
  const { organizationId, modemId, runId } = scope;
  await transaction
    .update(messageParts)
    .set({
      status: 'submitting',
      submittedBy: runId,
      submittedAt: now,
      modemId,
      attempts: sql`${messageParts.attempts} + 1`,
      error: null,
    })
    .where(
      inArray(
        messageParts.id,
        picked.map(({ id }) => id),
      ),
    );
  const newlyBound = new Set(picked.flatMap((slice) => (slice.isBound || slice.total === 1 ? [] : [slice.messageId])));
  if (newlyBound.size > 0) {
    await transaction
      .update(messageParts)
      .set({ modemId })
      .where(
        and(
          eq(messageParts.organizationId, organizationId),
          inArray(messageParts.messageId, [...newlyBound]),
          isNull(messageParts.modemId),
        ),
      );
  }
  return picked.map(({ isBound: _, ...slice }) => ({ ...slice, attempts: slice.attempts + 1 }));
}

/** What an outbox that found nothing to send waits for. */
export interface Outlook {
  /** When the earliest slice that this modem may send falls due; undefined when none waits for a time. */
  readonly dueAt: Date | undefined;
  /** Whether the time of a slice of the organization has run out. */
  readonly isOverdue: boolean;
}

/** Walks the index message_parts_lanes at each of its beginnings, and that of message_parts_expiring. */
export async function lookAhead(db: Db, { organizationId, modemId }: OutboxScope, now: Date): Promise<Outlook> {
  const at = now.toISOString();
  const sources = LANES.flatMap((lane) =>
    [sql`part.modem_id = ${modemId}`, sql`part.modem_id is null`].map(
      (whose) => sql`(select part.due_at from ${messageParts} as part
        where part.organization_id = ${organizationId} and ${whose} and part.lane = ${sql.raw(String(lane))}
          and part.status = 'queued' and part.direction = 'outbound' and part.due_at > ${at}
        order by part.modem_id, part.due_at limit 1)`,
    ),
  );
  const [row] = await executeKept<{ ms: number | null; overdue: boolean }>(
    db,
    sql`
    select (extract(epoch from min(due_at)) * 1000)::float8 as ms, exists (
      select 1 from ${messageParts} as part
      where part.organization_id = ${organizationId} and part.status = 'queued' and part.expires_at is not null
        and part.expires_at <= ${at}) as overdue
    from (${sql.join(sources, sql` union all `)}) as next`,
  );
  return { dueAt: row?.ms == null ? undefined : new Date(row.ms), isOverdue: row?.overdue ?? false };
}
