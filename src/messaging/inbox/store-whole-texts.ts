import { sql } from 'drizzle-orm';
import { uuidv7 } from '../../core/ids.ts';
import { CHANNEL, type Db } from '../../db/open.ts';
import { messageParts, messages } from '../../db/schema/index.ts';
import { type DeliverPdu, joinSlices } from '../../modem/pdu/index.ts';
import { regionOfSim } from '../region.ts';
import { senderOf } from '../rules/peer.ts';
import type { Arrived } from './arrival.ts';
import { contentOf } from './deliver-message.ts';
import { type InboxScope, storable } from './scope.ts';
import { tpduLengthOf } from './store-deliver.ts';

export type WholeText = Arrived & { readonly content: DeliverPdu };

/** Whether it is a text that needs no other slice. */
export function isWholeText(arrived: Arrived): arrived is WholeText {
  const { content } = arrived;
  return content?.type === 'deliver' && (content.userData.header.concat?.total ?? 1) === 1;
}

/**
 * Stores texts of one slice with their messages and tells the screens, all in one statement, which is a transaction of
 * its own where there is none: nearly everything that arrives is such a text, and a full SIM holds hundreds. They touch
 * no slice but their own, so the modem's lock is not needed. Returns how many were new; the others are repeats.
 */
export async function storeWholeTexts(db: Db, scope: InboxScope, texts: readonly WholeText[]): Promise<number> {
  if (texts.length === 0) return 0;
  const { organizationId, modemId } = scope;
  const isForeign = texts.some(({ content: { address } }) => FOREIGN.includes(address.type));
  const region = isForeign ? await regionOfSim(db, organizationId, modemId) : undefined;
  const now = scope.now.toISOString();
  const rows = texts.map((arrived) => ({
    part_id: uuidv7(),
    set_id: uuidv7(),
    peer: storable(senderOf(arrived.content.address, region)),
    pdu: arrived.pdu,
    tpdu_length: tpduLengthOf(arrived.pdu, arrived.content),
    sequence: arrived.content.userData.header.concat?.sequence ?? 1,
    centre_time: arrived.content.timestamp,
    inbound_key: arrived.inboundKey,
    message_class: arrived.content.coding.messageClass,
    ...contentOf(joinSlices([arrived.content]), arrived.content),
  }));
  // The columns of a slice point to its message: the reference is checked when the whole statement has run.
  const shown = await db.execute(sql`
    with incoming as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as incoming(
        part_id uuid, set_id uuid, peer text, pdu text, tpdu_length integer, sequence integer, centre_time text,
        inbound_key text, message_class smallint, body text, encoding text)
    ), fresh as (
      insert into ${messageParts} (id, organization_id, message_id, modem_id, direction, sequence, total, pdu,
        tpdu_length, status, due_at, peer, set_key, set_id, service_centre_time, inbound_key, received_at, created_at)
      select part_id, ${organizationId}::uuid, set_id, ${modemId}::uuid, 'inbound', sequence, 1, pdu,
        tpdu_length, 'received', ${now}::timestamptz, peer, part_id || '/1', set_id, centre_time, inbound_key,
        ${now}::timestamptz, ${now}::timestamptz
      from incoming
      on conflict do nothing
      returning set_id
    ), shown as (
      insert into ${messages} (id, organization_id, modem_id, direction, peer, body, encoding, part_count, status,
        flash, message_class, due_at, created_at, updated_at)
      select set_id, ${organizationId}::uuid, ${modemId}::uuid, 'inbound', peer, body, encoding, 1, 'received',
        coalesce(message_class = 0, false), message_class, ${now}::timestamptz, ${now}::timestamptz,
        ${now}::timestamptz
      from incoming join fresh using (set_id)
      returning id
    )
    select pg_notify(${CHANNEL}, jsonb_build_object('topic', 'message', 'organizationId', ${organizationId}::text,
      'id', id, 'changes', jsonb_build_array('received'))::text) from shown`);
  return shown.length;
}

/** Addresses that are read in the region of the SIM. */
const FOREIGN: readonly string[] = ['national', 'unknown'];
