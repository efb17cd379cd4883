import { uuidv7 } from '../../core/ids.ts';
import type { blockedCalls } from '../../db/schema/index.ts';
import type { CallRecord } from '../../webhooks/index.ts';

/** The line of the block log for a record that says its caller was not let in. */
export function blockedRow(record: CallRecord, callId: string): typeof blockedCalls.$inferInsert | undefined {
  if (record.kind !== 'voice' || record.blocked === null) return undefined;
  const { organizationId, callToken, from, to, did, blocked, at } = record;
  // A journal that an earlier release left knows the pattern and the reason only.
  const { match = 'exact', list = null, action = 'reject' }: Partial<typeof blocked> = blocked;
  return {
    id: uuidv7(Date.parse(at)),
    organizationId,
    callId,
    token: callToken,
    fromNumber: from,
    toNumber: to,
    did,
    match,
    pattern: blocked.pattern,
    list,
    action,
    reason: blocked.reason,
    at: new Date(at),
  };
}
