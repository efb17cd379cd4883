import { sql } from 'drizzle-orm';
import { uuidv7 } from '../../core/ids.ts';
import { CHANNEL, type Db } from '../../db/open.ts';
import { messageParts, messages } from '../../db/schema/index.ts';
import { joinSlices } from '../../modem/pdu/index.ts';
import { regionOfSim } from '../region.ts';
import { senderOf } from '../rules/peer.ts';
import { contentOf } from './deliver-message.ts';
import { type InboxScope, storable } from './scope.ts';
import { tpduLengthOf } from './store-deliver.ts';
import type { WholeText } from './whole-texts.ts';

/**
 * Stores texts of which nothing is missing, with their slices, and tells the screens, all in one statement, which is a
 * transaction of its own where there is none: nearly everything that arrives is such a text, and a full SIM holds
 * hundreds. Texts of one slice touch nothing else, so they need no lock. Returns how many were new; others are repeats.
 */
export async function storeWholeTexts(db: Db, scope: InboxScope, texts: readonly WholeText[]): Promise<number> {
  if (texts.length === 0) return 0;
  const { organizationId, modemId } = scope;
  const contents = texts.flatMap(({ slices }) => slices.map(({ content }) => content));
  const isForeign = contents.some(({ address }) => FOREIGN.includes(address.type));
  const region = isForeign ? await regionOfSim(db, organizationId, modemId) : undefined;
  const now = scope.now.toISOString();
  const rows = texts.map((text) => rowsOf(text, region));
  const messageRows = rows.map(({ message }) => message);
  const sliceRows = rows.flatMap(({ slices }) => slices);
  // The slices point to messages of the same statement: the reference is checked when all of it has run.
  const shown = await db.execute(sql`
    with slice as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(sliceRows)}::jsonb) as slice(
        id uuid, set_id uuid, set_key text, sequence integer, total integer, peer text, pdu text, tpdu_length integer,
        centre_time text, inbound_key text)
    ), fresh as (
      insert into ${messageParts} (id, organization_id, message_id, modem_id, direction, sequence, total, pdu,
        tpdu_length, status, due_at, peer, set_key, set_id, service_centre_time, inbound_key, received_at, created_at)
      select id, ${organizationId}::uuid, set_id, ${modemId}::uuid, 'inbound', sequence, total, pdu,
        tpdu_length, 'received', ${now}::timestamptz, peer, set_key, set_id, centre_time, inbound_key,
        ${now}::timestamptz, ${now}::timestamptz
      from slice
      on conflict do nothing
      returning set_id
    ), shown as (
      insert into ${messages} (id, organization_id, modem_id, direction, peer, body, encoding, part_count, status,
        flash, message_class, due_at, created_at, updated_at)
      select id, ${organizationId}::uuid, ${modemId}::uuid, 'inbound', peer, body, encoding, part_count, 'received',
        coalesce(message_class = 0, false), message_class, ${now}::timestamptz, ${now}::timestamptz,
        ${now}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(messageRows)}::jsonb) as message(
        id uuid, peer text, body text, encoding text, part_count integer, message_class smallint)
      where id in (select set_id from fresh)
      returning id
    )
    select pg_notify(${CHANNEL}, jsonb_build_object('topic', 'message', 'organizationId', ${organizationId}::text,
      'id', id, 'changes', jsonb_build_array('received'))::text) from shown`);
  return shown.length;
}

/** Addresses that are read in the region of the SIM. */
const FOREIGN: readonly string[] = ['national', 'unknown'];

function rowsOf({ setKey, slices }: WholeText, region: string | undefined) {
  const [first] = slices;
  if (first === undefined) throw new Error('a text without slices');
  const id = uuidv7();
  const peer = storable(senderOf(first.content.address, region));
  const key = setKey === undefined ? `${id}/1` : storable(setKey);
  const content = contentOf(joinSlices(slices.map((slice) => slice.content)), first.content);
  return {
    message: { id, peer, part_count: slices.length, message_class: first.content.coding.messageClass, ...content },
    slices: slices.map(({ pdu, inboundKey, content: slice }, index) => ({
      id: uuidv7(),
      set_id: id,
      set_key: key,
      sequence: index + 1,
      total: slices.length,
      peer,
      pdu,
      tpdu_length: tpduLengthOf(pdu, slice),
      centre_time: slice.timestamp,
      inbound_key: inboundKey,
    })),
  };
}
