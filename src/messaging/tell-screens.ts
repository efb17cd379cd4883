import { type SQL, sql } from 'drizzle-orm';
import { CHANNEL } from '../db/open.ts';

/** Within a statement: tells the screens of the message whose id the expression gives. For each row it is read of. */
export function tellOfMessage(organizationId: string, id: SQL): SQL {
  return sql`pg_notify(${CHANNEL}, jsonb_build_object('topic', 'message', 'organizationId', ${organizationId}::uuid,
    'id', ${id})::text)`;
}
