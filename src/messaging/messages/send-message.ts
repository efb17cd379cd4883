import { asc, eq, sql } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import { uuidv7 } from '../../core/ids.ts';
import type { Context } from '../../db/context.ts';
import { notify } from '../../db/notify.ts';
import { concatReferences, messageParts, messages, modems } from '../../db/schema/index.ts';
import { parseInput } from '../../identity/index.ts';
import { type EncodedMessage, encodeSubmit } from '../../modem/pdu/index.ts';
import { regionOfOrganization } from '../region.ts';
import { parseRecipient } from '../rules/peer.ts';
import { measureText } from './measure-text.ts';
import { type QueuedMessage, type SendMessageInput, sendMessageSchema } from './message.schema.ts';

/**
 * Puts a message into the queue: message and slices in one transaction, each slice with the PDU that will go to the
 * modem. Needs `sms.message.write`.
 *
 * @throws AppError `validation.failed`, `message.recipient_invalid`, `message.too_long`, `message.modem_missing`,
 *   `message.modem_inactive`
 */
export async function sendMessage(context: Context, input: SendMessageInput): Promise<QueuedMessage> {
  context.require('sms.message.write');
  const wish = parseInput(sendMessageSchema, input);
  // Half a surrogate pair is no character: it would come out differently from the database and from the network.
  const body = wish.body.replace(/\p{Surrogate}/gu, '\uFFFD');
  const { encoding, partCount } = measureText(body);
  return context.transaction(async (inner) => {
    const { db, organizationId } = inner;
    const now = inner.clock.now();
    const peer = parseRecipient(wish.to, await regionOfOrganization(db, organizationId));
    const modemId = wish.modem === undefined ? null : await modemNamed(inner, wish.modem);
    const concatReference = partCount === 1 ? null : await nextConcatReference(inner, peer);
    const encoded = encodeSubmit({
      to: peer,
      text: body,
      statusReport: wish.statusReport,
      ...(concatReference === null ? {} : { concatReference }),
      ...(wish.flash ? { messageClass: 0 } : {}),
      ...(wish.validitySeconds === undefined ? {} : { validityMinutes: wish.validitySeconds / 60 }),
    });
    const scheduledMs = wish.scheduleAt === undefined ? 0 : Date.parse(wish.scheduleAt);
    const dueAt = new Date(Math.max(scheduledMs, now.getTime()));
    const id = uuidv7();
    await db.insert(messages).values({
      id,
      organizationId,
      modemId,
      isModemFixed: modemId !== null,
      direction: 'outbound',
      peer,
      body,
      encoding,
      partCount,
      status: 'queued',
      statusReport: wish.statusReport,
      validitySeconds: wish.validitySeconds ?? null,
      flash: wish.flash,
      dueAt,
      concatReference,
      createdAt: now,
      updatedAt: now,
    });
    const validityMs = wish.validitySeconds === undefined ? null : wish.validitySeconds * 1000;
    const expiresAt = validityMs === null ? null : new Date(dueAt.getTime() + validityMs);
    await insertSlices(inner, encoded, { messageId: id, modemId, peer, dueAt, expiresAt });
    await inner.audit({
      action: 'sms.message.create',
      entityType: 'message',
      entityId: id,
      // The text is the business of those who wrote and read it, not of the audit.
      after: { peer, encoding, partCount, modem: wish.modem ?? null, dueAt: dueAt.toISOString() },
    });
    await notify(db, { topic: 'outbox', organizationId, id });
    await notify(db, { topic: 'message', organizationId, id });
    return { id, status: 'queued', encoding, partCount };
  });
}

interface SliceColumns {
  readonly messageId: string;
  readonly modemId: string | null;
  readonly peer: string;
  readonly dueAt: Date;
  readonly expiresAt: Date | null;
}

async function insertSlices(context: Context, encoded: EncodedMessage, columns: SliceColumns): Promise<void> {
  const createdAt = context.clock.now();
  await context.db.insert(messageParts).values(
    encoded.slices.map(({ sequence, total, pdu, tpduLength }) => ({
      ...columns,
      id: uuidv7(),
      organizationId: context.organizationId,
      direction: 'outbound' as const,
      status: 'queued' as const,
      sequence,
      total,
      pdu,
      tpduLength,
      createdAt,
    })),
  );
}

/** References roll on per recipient, so that two long texts never mix on a handset (gsm-sms reference, 9.3). */
async function nextConcatReference({ db, organizationId }: Context, peer: string): Promise<number> {
  const [row] = await db
    .insert(concatReferences)
    .values({ organizationId, peer, last: 1 })
    .onConflictDoUpdate({
      target: [concatReferences.organizationId, concatReferences.peer],
      set: { last: sql`(${concatReferences.last} + 1) % 256` },
    })
    .returning({ last: concatReferences.last });
  if (row === undefined) throw new Error('an upserted reference came back empty');
  return row.last;
}

async function modemNamed({ db, organizationId }: Context, name: string): Promise<string> {
  const rows = await db
    .select({ id: modems.id, name: modems.name, status: modems.status })
    .from(modems)
    .where(eq(modems.organizationId, organizationId))
    .orderBy(asc(modems.name));
  const found = rows.find((row) => row.name === name);
  if (found?.status === 'active') return found.id;
  const usable = rows.filter((row) => row.status === 'active').map((row) => row.name);
  const known = usable.length === 0 ? 'no modem is active' : `active modems: ${usable.join(', ')}`;
  const detail =
    found === undefined ? `There is no modem "${name}"; ${known}.` : `Modem "${name}" is switched off; ${known}.`;
  throw new AppError({
    code: found === undefined ? 'message.modem_missing' : 'message.modem_inactive',
    kind: 'invalid',
    detail,
    problems: [{ path: 'modem', message: detail }],
  });
}
