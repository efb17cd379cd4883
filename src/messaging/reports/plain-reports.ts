import { type SQL, sql } from 'drizzle-orm';
import { uuidv7 } from '../../core/ids.ts';
import { transactAtOnce } from '../../db/at-once.ts';
import type { Db } from '../../db/open.ts';
import { deliveryReports, messageParts, messages } from '../../db/schema/index.ts';
import type { StatusReportPdu } from '../../modem/pdu/index.ts';
import { modemLock } from '../lock-modem.ts';
import { submittedWithin } from '../rules/match-report.ts';
import { tellOfMessage } from '../tell-screens.ts';
import { newsOf, type ReportScope } from './apply-report.ts';

/** A report as it came. */
export interface ArrivedReport {
  readonly pdu: string;
  readonly content: StatusReportPdu;
}

/** Records plain reports (see `plainReports`) by themselves. Returns the PDUs that are recorded. */
export async function recordPlainReports(
  db: Db,
  scope: ReportScope,
  reports: readonly ArrivedReport[],
): Promise<ReadonlySet<string>> {
  if (reports.length === 0) return new Set();
  const [, kept] = await transactAtOnce(db, [modemLock(scope.modemId), plainReports(scope, reports)]);
  return pdusOf(kept);
}

/**
 * The comparison of a row's tenant where the row is found by its id. No index serves it: of a table that was empty when the
 * plan was made all indexes look alike, and one that begins with the tenant would read all it has.
 */
export function isOf(organizationId: string): SQL {
  return sql`is not distinct from ${organizationId}::uuid`;
}

/** The PDUs that the statement `plainReports` has recorded. */
export function pdusOf(kept: readonly Readonly<Record<string, unknown>>[] = []): ReadonlySet<string> {
  return new Set(kept.map(({ pdu }) => String(pdu)));
}

/**
 * A statement that records reports about which there is no question: the newest slice with the reference is sent and not
 * settled, the only one of its message, went to that very number, and in time. By every rule (match-report.ts) it is the
 * one. All others are as if they had not been looked at. The transaction holds the modem's lock.
 */
export function plainReports(scope: ReportScope, reports: readonly ArrivedReport[]): SQL {
  const rows = reports.map((report) => rowOf(report, scope.now));
  // Two of one slice are for those who look at one after the other.
  const news = rows.filter(({ reference }, index) => rows.findIndex((row) => row.reference === reference) === index);
  const { organizationId, modemId } = scope;
  const now = scope.now.toISOString();
  return sql`
    with news as materialized (
      select news.*, part.id as part_id
      from jsonb_to_recordset(${JSON.stringify(news)}::jsonb) as news(
        id uuid, reference integer, recipient text, status integer, outcome text, service_centre_time text,
        discharge_time text, pdu text, becomes text, delivered_at timestamptz, error text, since timestamptz,
        until timestamptz)
      cross join lateral (
        select * from ${messageParts} as part
        where part.organization_id = ${organizationId} and part.modem_id = ${modemId}
          and part.reference = news.reference and part.direction = 'outbound'
        order by part.submitted_at desc limit 1) as part
      where part.status = 'sent' and part.total = 1 and part.peer = news.recipient
        and part.submitted_at between news.since and news.until
    ), kept as (
      insert into ${deliveryReports} (id, organization_id, modem_id, part_id, reference, recipient, status, outcome,
        service_centre_time, discharge_time, pdu, received_at)
      select id, ${organizationId}::uuid, ${modemId}::uuid, part_id, reference, recipient, status, outcome,
        service_centre_time, discharge_time, pdu, ${now}::timestamptz
      from news
      on conflict do nothing
      returning id, pdu
    ), part as (
      update ${messageParts} as part
      set status = news.becomes::sms.message_status, delivered_at = news.delivered_at, error = news.error
      from news join kept on kept.id = news.id
      where part.id = news.part_id and part.organization_id ${isOf(organizationId)} and news.becomes <> 'sent'
      returning part.message_id, part.status, part.error, news.id
    ), message as (
      update ${messages} as message set status = part.status, error = part.error, updated_at = ${now}
      from part
      where message.id = part.message_id and message.organization_id ${isOf(organizationId)}
      returning message.id, part.id as report_id
    )
    select kept.pdu, case when message.id is not null then ${tellOfMessage(organizationId, sql`message.id`)} end
    from kept left join message on message.report_id = kept.id`;
}

function rowOf({ pdu, content }: ArrivedReport, now: Date) {
  const { reference, recipient, status, outcome, serviceCentreTime, dischargeTime } = content;
  const { becomes, deliveredAt, error } = newsOf(content, now);
  const { since, until } = submittedWithin({ serviceCentreTime, receivedAt: now });
  return {
    id: uuidv7(),
    reference,
    recipient: recipient.number,
    status,
    outcome,
    service_centre_time: serviceCentreTime,
    discharge_time: dischargeTime,
    pdu,
    becomes,
    delivered_at: deliveredAt,
    error,
    since,
    until,
  };
}
