import { type SQL, sql } from 'drizzle-orm';
import { uuidv7 } from '../../core/ids.ts';
import type { Context } from '../../db/context.ts';
import { MESSAGE_PRIORITIES, messageParts, messages } from '../../db/schema/index.ts';
import type { EncodedSlice } from '../../modem/pdu/index.ts';
import type { ModemDecision } from '../rules/choose-modem.ts';
import type { AcceptOptions } from './accept-options.ts';

/** A text with its alphabet and length; shared by all who get it. */
export interface AcceptedText {
  readonly body: string;
  readonly encoding: 'gsm7' | 'ucs2';
  readonly partCount: number;
}

/** A message about to be queued. */
export interface AcceptedMessage {
  readonly id: string;
  readonly peer: string;
  readonly text: AcceptedText;
  readonly modem: ModemDecision;
  readonly reference: number | null;
  readonly resendOf: string | null;
  readonly slices: readonly EncodedSlice[];
}

/**
 * Queues messages and their slices by one statement. What is the same for many (the text, the choice of the modem, the
 * options) travels once: a hundred thousand recipients of one text are told to the database as little more than their
 * numbers and PDUs.
 */
export async function storeAccepted(
  { db, organizationId, actor, clock }: Context,
  accepted: readonly AcceptedMessage[],
  options: AcceptOptions & { readonly quotaCharges: readonly string[] },
): Promise<void> {
  if (accepted.length === 0) return;
  const now = clock.now();
  const dueMs = Math.max(options.scheduleAt === undefined ? 0 : Date.parse(options.scheduleAt), now.getTime());
  const validityMs = options.validitySeconds === undefined ? undefined : options.validitySeconds * 1000;
  const [created, due] = [sql`${now.toISOString()}::timestamptz`, sql`${new Date(dueMs).toISOString()}::timestamptz`];
  const expires = validityMs === undefined ? null : new Date(dueMs + validityMs).toISOString();
  const charges = options.quotaCharges.length === 0 ? sql`null::text[]` : column(options.quotaCharges);
  const texts = new Numbered<AcceptedText>();
  const choices = new Numbered<string>();
  const message: Record<'id' | 'peer' | 'text' | 'choice' | 'reference' | 'resendOf', Cell[]> = {
    id: [],
    peer: [],
    text: [],
    choice: [],
    reference: [],
    resendOf: [],
  };
  const slice: Record<'id' | 'message' | 'sequence' | 'pdu' | 'length', Cell[]> = {
    id: [],
    message: [],
    sequence: [],
    pdu: [],
    length: [],
  };
  for (const { id, peer, text, modem, reference, resendOf, slices } of accepted) {
    message.id.push(id);
    message.peer.push(peer);
    message.text.push(texts.numberOf(text));
    message.choice.push(choices.numberOf(choiceOf(modem)));
    message.reference.push(reference);
    message.resendOf.push(resendOf);
    for (const each of slices) {
      slice.id.push(uuidv7());
      slice.message.push(message.id.length);
      slice.sequence.push(each.sequence);
      slice.pdu.push(each.pdu);
      slice.length.push(each.tpduLength);
    }
  }
  const textRows = texts.values.map(({ body, encoding, partCount }, number) => ({ number, body, encoding, partCount }));
  // The slices point to messages of the same statement: references are checked when all of it has run.
  await db.execute(sql`
    with "text" as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(textRows)}::jsonb)
        as "text"(number integer, body text, encoding text, "partCount" integer)
    ), choice as materialized (
      select * from jsonb_to_recordset(${`[${choices.values.map(withNumber).join()}]`}::jsonb)
        as choice(number integer, "modemId" uuid, "isFixed" boolean, candidates uuid[])
    ), message as materialized (
      select * from rows from (
        unnest(${column(message.id)}::uuid[]), unnest(${column(message.peer)}), unnest(${column(message.text)}::integer[]),
        unnest(${column(message.choice)}::integer[]), unnest(${column(message.reference)}::integer[]),
        unnest(${column(message.resendOf)}::uuid[])
      ) with ordinality as message(id, peer, "text", choice, reference, resend_of, number)
    ), queued as (
      insert into ${messages} (organization_id, id, modem_id, is_modem_fixed, direction, peer, body, encoding, part_count,
        status, status_report, validity_seconds, flash, due_at, concat_reference, priority, retry, text_options, sender_id,
        broadcast_id, resend_of, quota_charges, created_at, updated_at)
      select ${organizationId}::uuid, message.id, choice."modemId", choice."isFixed", 'outbound', message.peer,
        "text".body, "text".encoding, "text"."partCount", 'queued', ${options.statusReport}::boolean,
        ${options.validitySeconds ?? null}::integer, ${options.flash}::boolean, ${due}, message.reference,
        ${options.priority}, ${jsonOf(options.retry)}::jsonb, ${jsonOf(textOptionsOf(options))}::jsonb, ${actor.id},
        ${options.broadcastId ?? null}::uuid, message.resend_of, ${charges}, ${created}, ${created}
      from message join "text" on "text".number = message."text" join choice on choice.number = message.choice
    )
    insert into ${messageParts} (organization_id, id, message_id, modem_id, direction, sequence, total, pdu, tpdu_length,
      status, due_at, expires_at, lane, candidate_modem_ids, peer, created_at)
    select ${organizationId}::uuid, slice.id, message.id, choice."modemId", 'outbound', slice.sequence,
      "text"."partCount", slice.pdu, slice.length, 'queued', ${due}, ${expires}::timestamptz,
      ${MESSAGE_PRIORITIES.indexOf(options.priority)}::smallint, choice.candidates, message.peer, ${created}
    from rows from (
      unnest(${column(slice.id)}::uuid[]), unnest(${column(slice.message)}::bigint[]),
      unnest(${column(slice.sequence)}::integer[]), unnest(${column(slice.pdu)}), unnest(${column(slice.length)}::integer[])
    ) as slice(id, message, sequence, pdu, length)
    join message on message.number = slice.message
    join "text" on "text".number = message."text"
    join choice on choice.number = message.choice`);
}

const jsonOf = (value: object | undefined) => (value === undefined ? null : JSON.stringify(value));

/** What its sender said about the form of the text, for sending it once more. */
function textOptionsOf({ encoding, referenceBits }: AcceptOptions) {
  return encoding === undefined && referenceBits === undefined ? undefined : { encoding, referenceBits };
}

/** Ids, numbers and hexadecimal: none of them holds a comma or is empty. */
type Cell = string | number | null;

/** A column as one parameter: arrays of the driver cost more than their content. */
function column(cells: readonly Cell[]): SQL {
  return sql`string_to_array(${cells.join()}, ',', '')`;
}

/** Equal values are one and have one number. */
class Numbered<T> {
  readonly #numbers = new Map<T, number>();

  numberOf(value: T): number {
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(value, number);
    return number;
  }

  get values(): readonly T[] {
    return [...this.#numbers.keys()];
  }
}

/** The choices among few modems are few; as text, equal ones are equal. */
function choiceOf({ modemId, isFixed, candidates }: ModemDecision): string {
  return JSON.stringify({ modemId, isFixed, candidates });
}

const withNumber = (choice: string, number: number) => `{"number":${number},${choice.slice(1)}`;
