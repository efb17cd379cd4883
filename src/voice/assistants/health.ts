import { sql } from 'drizzle-orm';
import { executeKept } from '../../db/execute-kept.ts';
import type { Db } from '../../db/open.ts';
import type { CallRecord } from '../../webhooks/index.ts';

interface Health {
  readonly organization_id: string;
  readonly assistant: string;
  /** Failures since the last success among these records, or since before them. */
  readonly failures: number;
  readonly was_good: boolean;
  readonly rest_after: number;
  /** When the rest would end that the last failure begins; null when there was none. */
  readonly rest_until: string | null;
}

/**
 * Notes how tries of assistants came out: so many failures in a row and it rests, one success and all is forgotten. Shared
 * by all processes.
 */
export async function noteAssistantResults(db: Db, records: readonly CallRecord[]): Promise<void> {
  const rows = healthOf(records);
  if (rows.length === 0) return;
  await executeKept(
    db,
    sql`
    with told as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
        organization_id uuid, assistant text, failures int, was_good boolean, rest_after int, rest_until timestamptz)),
    locked as materialized (
      select organization_id, assistant from voice.ai_assistant_states
      where (organization_id, assistant) in (select organization_id, assistant from told)
      order by organization_id, assistant for update)
    update voice.ai_assistant_states as state set
      failures = told.failures + case when told.was_good then 0 else state.failures end,
      rest_until = case
        when told.failures > 0
          and told.failures + case when told.was_good then 0 else state.failures end >= told.rest_after
          then told.rest_until
        when told.was_good then null
        else state.rest_until end
    from told join locked using (organization_id, assistant)
    where state.organization_id = told.organization_id and state.assistant = told.assistant`,
  );
}

function healthOf(records: readonly CallRecord[]): readonly Health[] {
  const byAssistant = new Map<string, Health>();
  for (const record of records) {
    // A journal written by an older version has no such field.
    const result = record.kind === 'voice' ? (record.assistantResult ?? null) : null;
    if (result === null) continue;
    const { organizationId, at } = record;
    const key = `${organizationId} ${result.name}`;
    const before = byAssistant.get(key);
    byAssistant.set(key, {
      organization_id: organizationId,
      assistant: result.name,
      failures: result.isGood ? 0 : (before?.failures ?? 0) + 1,
      was_good: result.isGood || (before?.was_good ?? false),
      rest_after: result.restAfterFailures,
      rest_until: result.isGood ? null : new Date(Date.parse(at) + result.restSeconds * 1000).toISOString(),
    });
  }
  return [...byAssistant.values()];
}
