import { type SQL, sql } from 'drizzle-orm';
import { executeKept } from '../db/execute-kept.ts';
import type { Db } from '../db/open.ts';
import { UNLIMITED_SECONDS, type UsageQuestion, type UsageScope, usageAnswer } from '../routing/index.ts';
import type { Asker, CallRecord } from '../webhooks/index.ts';

/** No limit, as a number that a column can hold. */
const UNLIMITED = 2_000_000_000;

/** How long a counted call waits for its CDR before it is forgotten. */
const FORGET_AFTER = sql`interval '7 days'`;

/**
 * Counts a call to the outside in all its scopes, or refuses it: one statement, so that two calls at once cannot both take
 * the last place (promise P8). The row locks come in one order, extension before organization. A scope that refuses keeps
 * what the scopes before it counted; their next window forgets it.
 */
export async function countOutbound(db: Db, asker: Asker, question: UsageQuestion): Promise<number> {
  const { scopes, weight, day } = question;
  const steps = scopes.map((scope, index) => countedIn(asker, question, scope, index));
  const last = sql.identifier(`s${scopes.length - 1}`);
  const left = scopes.map(
    (_, index) => sql`(select day_seconds from ${sql.identifier(`s${index}`)}) as ${sql.identifier(`s${index}`)}`,
  );
  const [row] = await executeKept<Record<string, number | null>>(
    db,
    sql`
    with ${sql.join(steps, sql`, `)}, noted as (
      insert into voice.outbound_calls (organization_id, token, scope, weight, day, created_at)
      select ${asker.organizationId}::uuid, ${asker.callToken}, ${scopes[0]?.scope ?? ''}, ${weight}::int, ${day},
        ${asker.at.toISOString()}::timestamptz
      where exists (select 1 from ${last})
      on conflict (organization_id, token) do update set
        scope = excluded.scope, weight = excluded.weight, day = excluded.day, charged_seconds = 0)
    select ${sql.join(left, sql`, `)}`,
  );
  let seconds = UNLIMITED_SECONDS;
  for (const [index, { limits }] of scopes.entries()) {
    const used = row?.[`s${index}`];
    if (used === null || used === undefined) return usageAnswer.refused(index);
    if (limits.minutesPerDay !== undefined) seconds = Math.min(seconds, limits.minutesPerDay * 60 - used);
  }
  return usageAnswer.allowed(seconds);
}

function countedIn(
  { organizationId, at }: Asker,
  { weight, day }: UsageQuestion,
  { scope, limits }: UsageScope,
  index: number,
): SQL {
  const minute = sql`${new Date(Math.floor(at.getTime() / 60_000) * 60_000).toISOString()}::timestamptz`;
  const hour = sql`${new Date(Math.floor(at.getTime() / 3_600_000) * 3_600_000).toISOString()}::timestamptz`;
  const inMinute = sql`(case when u.minute = ${minute} then u.minute_calls else 0 end + 1)`;
  const inHour = sql`(case when u.hour = ${hour} then u.hour_calls else 0 end + 1)`;
  const onDay = sql`(case when u.day = ${day} then u.day_calls else 0 end + 1)`;
  const seconds = sql`(case when u.day = ${day} then u.day_seconds else 0 end)`;
  const cost = sql`(case when u.day = ${day} then u.day_cost else 0 end + ${weight}::int)`;
  const most = (limit: number | undefined) => sql`${limit ?? UNLIMITED}::int`;
  const before = index === 0 ? sql`true` : sql`exists (select 1 from ${sql.identifier(`s${index - 1}`)})`;
  const secondsLimit = Math.min(UNLIMITED, (limits.minutesPerDay ?? UNLIMITED) * 60);
  return sql`${sql.identifier(`s${index}`)} as (
    insert into voice.outbound_usage as u
      (organization_id, scope, minute, minute_calls, hour, hour_calls, day, day_calls, day_seconds, day_cost)
    select ${organizationId}::uuid, ${scope}, ${minute}, 1, ${hour}, 1, ${day}, 1, 0, ${weight}::int
    where ${before} and ${weight}::int <= ${most(limits.costPerDay)}
    on conflict (organization_id, scope) do update set
      minute = excluded.minute, minute_calls = ${inMinute}, hour = excluded.hour, hour_calls = ${inHour},
      day = excluded.day, day_calls = ${onDay}, day_seconds = ${seconds}, day_cost = ${cost}
    where ${inMinute} <= ${most(limits.callsPerMinute)} and ${inHour} <= ${most(limits.callsPerHour)}
      and ${onDay} <= ${most(limits.callsPerDay)} and ${seconds} < ${secondsLimit}::int
      and ${cost} <= ${most(limits.costPerDay)}
    returning u.day_seconds)`;
}

/**
 * Adds the length of calls that have ended to the day they were counted on, by their CDRs. A repeated CDR adds nothing; of
 * several legs the longest counts. The first minute was paid when the call was counted.
 */
export async function chargeOutbound(db: Db, records: readonly CallRecord[]): Promise<void> {
  const ended = records.flatMap((record) =>
    record.kind === 'cdr' && record.callToken !== null && (record.billedSeconds ?? 0) > 0
      ? [
          {
            organization_id: record.organizationId,
            token: record.callToken,
            seconds: Math.ceil(record.billedSeconds ?? 0),
          },
        ]
      : [],
  );
  if (ended.length === 0) return;
  await executeKept(
    db,
    sql`
    with ended as (
      select organization_id, token, max(seconds) as seconds
      from jsonb_to_recordset(${JSON.stringify(ended)}::jsonb) as row (organization_id uuid, token text, seconds int)
      group by organization_id, token),
    known as (
      select c.organization_id, c.token, c.scope, c.weight, c.day, c.charged_seconds, ended.seconds
      from voice.outbound_calls c join ended using (organization_id, token)
      where ended.seconds > c.charged_seconds
      order by c.organization_id, c.token for update of c),
    charged as (
      update voice.outbound_calls c set charged_seconds = known.seconds from known
      where c.organization_id = known.organization_id and c.token = known.token
      returning known.organization_id, known.scope, known.day, known.seconds - known.charged_seconds as seconds,
        known.weight * (ceil(known.seconds / 60.0)::int - greatest(1, ceil(known.charged_seconds / 60.0)::int)) as cost),
    sums as (
      select organization_id, one.scope, day, sum(seconds)::int as seconds, sum(cost)::int as cost
      from charged cross join lateral (select charged.scope union select '') as one (scope)
      group by organization_id, one.scope, day)
    update voice.outbound_usage u set day_seconds = u.day_seconds + sums.seconds, day_cost = u.day_cost + sums.cost
    from sums where u.organization_id = sums.organization_id and u.scope = sums.scope and u.day = sums.day`,
  );
}

/** Forgets counted calls whose CDR never came. Walks the index by age. */
export async function forgetOutboundCalls(db: Db, now: Date): Promise<void> {
  await db.execute(
    sql`delete from voice.outbound_calls where created_at < ${now.toISOString()}::timestamptz - ${FORGET_AFTER}`,
  );
}
