import { sql } from 'drizzle-orm';
import { notify } from '../../db/notify.ts';
import type { Db } from '../../db/open.ts';
import { messageParts, messages, modems } from '../../db/schema/index.ts';

/** A modem that is away for so long loses what waits for it to the others. */
const PATIENCE_MS = 60_000;

/**
 * Failover: messages of which nothing is out yet, and that wait for a modem which is switched off, run by nobody or not
 * ready for a minute, may go through any other that is eligible. Not those whose sender chose the modem. Only while
 * another modem of the organization is ready: there would be no use in it. Returns how many messages.
 */
export async function releaseStranded(db: Db, now: Date): Promise<number> {
  const since = new Date(now.getTime() - PATIENCE_MS).toISOString();
  const isReady = (modem: ReturnType<typeof sql>) => sql`${modem}.status = 'active'
    and ${modem}.owner_lease_until > clock_timestamp() and ${modem}.snapshot ->> 'state' = 'ready'`;
  return db.transaction(async (inner) => {
    const transaction = inner as unknown as Db;
    const released = await transaction.execute<{ organization_id: string }>(sql`
      with away as (
        select modem.organization_id, modem.id from ${modems} as modem
        where not (coalesce(${isReady(sql`modem`)}, false))
          and (modem.status <> 'active' or modem.owner_lease_until is null
            or greatest(modem.owner_lease_until, (modem.snapshot ->> 'since')::timestamptz) < ${since})
          and exists (select 1 from ${modems} as other
            where other.organization_id = modem.organization_id and ${isReady(sql`other`)})),
      freed as (
        update ${messages} as message set modem_id = null, updated_at = ${now.toISOString()}
        from away
        where message.organization_id = away.organization_id and message.modem_id = away.id
          and message.status = 'queued' and message.direction = 'outbound' and not message.is_modem_fixed
          and not exists (select 1 from ${messageParts} as part
            where part.message_id = message.id and part.status <> 'queued')
        returning message.organization_id, message.id)
      update ${messageParts} as part set modem_id = null
      from freed where part.message_id = freed.id and part.status = 'queued'
      returning part.organization_id`);
    const organizations = new Set([...released].map((row) => row.organization_id));
    for (const organizationId of organizations) await notify(transaction, { topic: 'outbox', organizationId });
    return released.length;
  });
}
