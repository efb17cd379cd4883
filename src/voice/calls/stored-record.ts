import type { callEvents } from '../../db/schema/index.ts';
import type { CallRecord } from '../../webhooks/index.ts';

/** The record an event was stored from, but for the secrets of its document. */
export function recordOf(row: typeof callEvents.$inferSelect, callToken: string): CallRecord {
  const { kind, eventKey, at, organizationId, data } = row;
  // The columns and `data` are a record taken apart by `eventRow`; nothing else writes this table.
  return {
    ...(data as object),
    kind,
    key: eventKey.slice(kind.length + 1),
    at: at.toISOString(),
    organizationId,
    callToken,
  } as CallRecord;
}
