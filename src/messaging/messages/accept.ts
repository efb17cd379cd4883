import { sql } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import { uuidv7 } from '../../core/ids.ts';
import type { Context } from '../../db/context.ts';
import { concatReferences, messages } from '../../db/schema/index.ts';
import { type EncodedMessage, encodeSubmit } from '../../modem/pdu/index.ts';
import { storable } from '../inbox/scope.ts';
import { reserveQuota } from '../policies/reserve-quota.ts';
import { chooseModem, type ModemDecision } from '../rules/choose-modem.ts';
import { parseRecipient } from '../rules/peer.ts';
import type { AcceptOptions } from './accept-options.ts';
import type { TextForm } from './encoding.ts';
import { measureText } from './measure-text.ts';
import type { MessageOptions } from './message.schema.ts';
import { type Refused, refusedRecipients } from './recipient-filter.ts';
import type { SendingPolicy, SendingRules } from './sending-rules.ts';
import { type AcceptedMessage, type AcceptedText, storeAccepted } from './store-accepted.ts';

/** One text to one number. */
export interface Draft {
  readonly to: string;
  readonly body: string;
  readonly resendOf?: string;
}

export type Acceptance =
  | {
      readonly ok: true;
      readonly id: string;
      readonly peer: string;
      readonly encoding: 'gsm7' | 'ucs2';
      readonly partCount: number;
    }
  | { readonly ok: false; readonly refused: Refused };

/**
 * Puts texts into the queue: messages and slices in the caller's transaction, each slice with the PDU that will go to the
 * modem, the quota reserved. What is wrong with one recipient refuses that one; what is wrong with the text or the quota
 * refuses all. A thousand cost the same few statements as one.
 *
 * @throws AppError `message.too_long`, `message.encoding_impossible`, `quota.exceeded`
 */
export async function acceptMessages(
  context: Context,
  rules: SendingRules,
  drafts: readonly Draft[],
  options: AcceptOptions,
): Promise<readonly Acceptance[]> {
  const peers = drafts.map(({ to, body }) => (body === '' ? NO_TEXT : unseen(peerOf(to, rules.region), options.seen)));
  const known = [...new Set(peers.flatMap((peer) => (typeof peer === 'string' ? [peer] : [])))];
  const refused = await refusedRecipients(context, rules, known);
  const form = formOf(rules, options);
  const texts = new Map<string, AcceptedText>();
  const wanted = drafts.flatMap((draft, index) => {
    const peer = peers[index];
    if (typeof peer !== 'string' || refused.has(peer)) return [];
    const text = texts.get(draft.body) ?? measure(draft.body, form);
    texts.set(draft.body, text);
    return [{ index, draft, peer, text }];
  });
  const quotaCharges = await reserveQuota(
    context,
    rules,
    wanted.reduce((sum, { text }) => sum + text.partCount, 0),
  );
  const references = await nextReferences(
    context,
    wanted.filter(({ text }) => text.partCount > 1).map(({ peer }) => peer),
    form.width,
  );
  const chosen = await chooseModems(context, rules, known, options.modemId);
  const answers: Acceptance[] = peers.map((peer) => ({
    ok: false,
    refused: typeof peer === 'string' ? (refused.get(peer) ?? NOBODY) : peer,
  }));
  const accepted = wanted.map(({ index, draft, peer, text }): AcceptedMessage => {
    const id = uuidv7();
    const reference = text.partCount === 1 ? null : (references.get(peer)?.shift() ?? 0);
    answers[index] = { ok: true, id, peer, encoding: text.encoding, partCount: text.partCount };
    const { slices } = encode(peer, text.body, form, reference, options);
    return { id, peer, text, modem: chosen(peer), reference, resendOf: draft.resendOf ?? null, slices };
  });
  await storeAccepted(context, accepted, { ...options, quotaCharges });
  return answers;
}

const NOBODY: Refused = { code: 'message.recipient_invalid', kind: 'invalid', detail: 'A recipient is missing.' };

const NO_TEXT: Refused = { code: 'message.text_missing', kind: 'invalid', detail: 'A message needs a text.' };

function unseen(peer: string | Refused, seen: Set<string> | undefined): string | Refused {
  if (typeof peer !== 'string' || seen === undefined) return peer;
  if (seen.has(peer)) {
    return { code: 'message.duplicate', kind: 'conflict', detail: `${peer} came before; it gets one message.` };
  }
  seen.add(peer);
  return peer;
}

function peerOf(to: string, region: string | undefined): string | Refused {
  try {
    return parseRecipient(to, region);
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, kind: error.kind, detail: error.detail };
    throw error;
  }
}

function measure(text: string, form: TextForm): AcceptedText {
  // Half a surrogate pair is no character: it would come out differently from the database and from the network.
  const body = storable(text.replace(/\p{Surrogate}/gu, '\uFFFD'));
  const { encoding, partCount } = measureText(body, form);
  return { body, encoding, partCount };
}

/** The message's own wish, else the sender's policy, else the organization's. */
function formOf({ policies }: SendingRules, { encoding, referenceBits }: MessageOptions): TextForm {
  const isOwn = ({ apiKey, person }: SendingPolicy) => apiKey !== null || person !== null;
  const inOrder = [...policies.filter(isOwn), ...policies.filter((policy) => !isOwn(policy))];
  const first = <K extends 'encoding' | 'referenceBits'>(field: K) =>
    inOrder.find((policy) => policy[field] !== null)?.[field];
  return { encoding: encoding ?? first('encoding') ?? 'auto', width: referenceBits ?? first('referenceBits') ?? 8 };
}

function encode(
  to: string,
  text: string,
  { encoding, width }: TextForm,
  concatReference: number | null,
  options: MessageOptions,
): EncodedMessage {
  return encodeSubmit({
    to,
    text,
    encoding,
    width,
    statusReport: options.statusReport,
    ...(concatReference === null ? {} : { concatReference }),
    ...(options.flash ? { messageClass: 0 } : {}),
    ...(options.validitySeconds === undefined ? {} : { validityMinutes: options.validitySeconds / 60 }),
  });
}

/**
 * References roll on per recipient, so that two long texts never mix on a handset (gsm-sms reference, 9.3). The counter
 * has 16 bits; a reference of 8 is the lower half of it.
 */
async function nextReferences(
  { db, organizationId }: Context,
  peers: readonly string[],
  width: 8 | 16,
): Promise<ReadonlyMap<string, number[]>> {
  const counts = new Map<string, number>();
  for (const peer of peers) counts.set(peer, (counts.get(peer) ?? 0) + 1);
  const references = new Map<string, number[]>();
  if (counts.size === 0) return references;
  const wanted = JSON.stringify([...counts].map(([peer, count]) => ({ peer, count })).sort(byPeer));
  const rows = await db.execute<{ peer: string; last: number }>(sql`
    insert into ${concatReferences} as reference (organization_id, peer, last)
    select ${organizationId}::uuid, wanted.peer, wanted.count
    from jsonb_to_recordset(${wanted}::jsonb) as wanted(peer text, count integer)
    on conflict (organization_id, peer) do update set last = (reference.last + excluded.last) % 65536
    returning peer, last`);
  for (const { peer, last } of rows) {
    const count = counts.get(peer) ?? 1;
    references.set(
      peer,
      Array.from({ length: count }, (_, index) => (last - count + 1 + index) & (width === 8 ? 0xff : 0xffff)),
    );
  }
  return references;
}

/** In one order, so that two transactions that want the same rows cannot wait for each other. */
function byPeer(left: { readonly peer: string }, right: { readonly peer: string }): number {
  return left.peer < right.peer ? -1 : 1;
}

/** How each recipient's modem is chosen; loads grow with what is chosen here, so that a batch is spread as well. */
async function chooseModems(
  context: Context,
  rules: SendingRules,
  peers: readonly string[],
  pinned: string | undefined,
): Promise<(peer: string) => ModemDecision> {
  const modems = rules.modems.filter(({ isActive }) => isActive).map((modem) => ({ ...modem }));
  const sticky =
    modems.length < 2 || pinned !== undefined ? new Map<string, string>() : await stickyModems(context, peers);
  return (peer) => {
    const decision = chooseModem({ peer, pinned, sticky: sticky.get(peer), routes: rules.routes, modems });
    const taken = modems.find(({ id }) => id === decision.modemId);
    if (taken !== undefined) taken.load += 1;
    return decision;
  };
}

/** Through which modem each of them wrote last. Uses the index messages_by_peer. */
async function stickyModems(
  { db, organizationId }: Context,
  peers: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await db.execute<{ peer: string; modem_id: string | null }>(sql`
    select wanted.peer, (
      select former.modem_id from ${messages} as former
      where former.organization_id = ${organizationId} and former.peer = wanted.peer and former.direction = 'inbound'
      order by former.created_at desc limit 1) as modem_id
    from jsonb_array_elements_text(${JSON.stringify(peers)}::jsonb) as wanted(peer)`);
  return new Map([...rows].flatMap(({ peer, modem_id }) => (modem_id === null ? [] : [[peer, modem_id] as const])));
}
