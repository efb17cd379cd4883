import { and, eq, inArray, lt, notInArray, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Clock } from '../../core/clock.ts';
import type { Db } from '../../db/open.ts';
import { auditEvents, calls, messages, organizations, voicemailMessages } from '../../db/schema/index.ts';
import { retentionOf, type SettingKey } from '../settings/settings.ts';

const DAY_MS = 24 * 3_600_000;
/** Small enough that nobody waits behind a purge. */
const BATCH = 2_000;

interface Rule {
  readonly key: SettingKey;
  readonly table: PgTable & { readonly id: PgColumn; readonly organizationId: PgColumn };
  /** Each by an index on (organization, this). */
  readonly age: PgColumn;
  readonly only?: SQL;
}

/** What hangs on a row (slices, reports, events, CDRs) goes with it by its foreign key. */
const RULES: readonly Rule[] = [
  {
    key: 'retention.messages_days',
    table: messages,
    age: messages.createdAt,
    only: notInArray(messages.status, ['queued', 'submitting']),
  },
  { key: 'retention.calls_days', table: calls, age: calls.startedAt },
  { key: 'retention.recordings_days', table: voicemailMessages, age: voicemailMessages.receivedAt },
  { key: 'retention.audit_days', table: auditEvents, age: auditEvents.at },
];

export interface RetentionReport {
  readonly organizationId: string;
  readonly key: SettingKey;
  readonly removed: number;
}

/**
 * Removes what each organization no longer wants to keep, kind by kind, in small statements; across all organizations, so
 * it is a job's. What it removed is in each organization's audit.
 */
export async function keepRetention(deps: { readonly db: Db; readonly clock: Clock }): Promise<RetentionReport[]> {
  const { db } = deps;
  const all = await db.select({ id: organizations.id }).from(organizations);
  const daysOf = await retentionOf(
    db,
    all.map(({ id }) => id),
  );
  const report: RetentionReport[] = [];
  for (const { id: organizationId } of all) {
    for (const rule of RULES) {
      const days = daysOf(organizationId, rule.key);
      if (days === null) continue;
      const removed = await purge(db, rule, organizationId, new Date(deps.clock.now().getTime() - days * DAY_MS));
      if (removed === 0) continue;
      report.push({ organizationId, key: rule.key, removed });
      await db.insert(auditEvents).values({
        organizationId,
        actorKind: 'system',
        actorName: 'retention',
        action: 'identity.retention.purge',
        entityType: rule.key,
        after: { removed, days },
        at: deps.clock.now(),
      });
    }
  }
  return report;
}

async function purge(db: Db, { table, age, only }: Rule, organizationId: string, before: Date): Promise<number> {
  let removed = 0;
  for (;;) {
    const old = db
      .select({ id: table.id })
      .from(table)
      .where(and(eq(table.organizationId, organizationId), lt(age, before), only))
      .limit(BATCH);
    const rows = await db.delete(table).where(inArray(table.id, old)).returning({ id: table.id });
    removed += rows.length;
    if (rows.length < BATCH) return removed;
  }
}
