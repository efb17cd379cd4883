import { and, eq, inArray, sql } from 'drizzle-orm';
import { uuidv7 } from '../../core/ids.ts';
import { notifyAll } from '../../db/notify.ts';
import type { Db } from '../../db/open.ts';
import { isDataError } from '../../db/postgres-error.ts';
import { messageParts, messages } from '../../db/schema/index.ts';
import { type DeliverPdu, joinSlices } from '../../modem/pdu/index.ts';
import { lockModem } from '../lock-modem.ts';
import { regionOfSim } from '../region.ts';
import { senderOf } from '../rules/peer.ts';
import { contentOf } from './deliver-message.ts';
import { type Arrived, arrivalOf, type ReceivedPdu, receiveIn, receivePdu } from './receive-pdu.ts';
import { type InboxScope, type InboxTransaction, storable } from './scope.ts';
import { sliceColumns } from './store-deliver.ts';

/**
 * Takes over many PDUs in one transaction; resolves only after the commit (promise P5). Whole texts of one slice, which
 * are nearly all there is, cost the same few statements however many they are. Rejects only when the database does.
 */
export async function receivePdus(db: Db, scope: InboxScope, received: readonly ReceivedPdu[]): Promise<void> {
  const [only] = received;
  if (received.length === 1 && only !== undefined) {
    await receivePdu(db, scope, only);
    return;
  }
  try {
    await db.transaction(async (inner) => {
      const transaction = inner as unknown as Db;
      await lockModem(transaction, scope.modemId);
      const within = { ...scope, transaction };
      const whole: WholeText[] = [];
      for (const arrived of received.flatMap((each) => arrivalOf(scope, each) ?? [])) {
        if (isWholeText(arrived)) whole.push(arrived);
        else await receiveIn(within, arrived);
      }
      if (whole.length > 0) await storeWholeTexts(within, whole);
    });
  } catch (error) {
    // One of them holds what the database refuses: alone each finds its way.
    if (!isDataError(error)) throw error;
    for (const each of received) await receivePdu(db, scope, each);
  }
}

type WholeText = Arrived & { readonly content: DeliverPdu };

function isWholeText(arrived: Arrived): arrived is WholeText {
  const { content } = arrived;
  return content?.type === 'deliver' && (content.userData.header.concat?.total ?? 1) === 1;
}

async function storeWholeTexts(scope: InboxTransaction, texts: readonly WholeText[]): Promise<void> {
  const { transaction, organizationId, modemId, now } = scope;
  const isForeign = texts.some(({ content }) => content.address.type !== 'international');
  const region = isForeign ? await regionOfSim(transaction, organizationId, modemId) : undefined;
  const rows = texts.map((arrived) => {
    const id = uuidv7();
    return {
      arrived,
      part: {
        ...sliceColumns(scope, arrived, arrived.content),
        id,
        setId: uuidv7(),
        setKey: `${id}/1`,
        peer: storable(senderOf(arrived.content.address, region)),
      },
    };
  });
  const inserted = await transaction
    .insert(messageParts)
    .values(rows.map(({ part }) => part))
    .onConflictDoNothing()
    .returning({ id: messageParts.id });
  const isNew = new Set(inserted.map(({ id }) => id));
  const fresh = rows.filter(({ part }) => isNew.has(part.id));
  if (fresh.length === 0) return;
  await transaction.insert(messages).values(
    fresh.map(({ arrived: { content }, part }) => ({
      id: part.setId,
      organizationId,
      modemId,
      direction: 'inbound' as const,
      peer: part.peer,
      partCount: 1,
      status: 'received' as const,
      flash: content.coding.messageClass === 0,
      dueAt: now,
      createdAt: now,
      updatedAt: now,
      isPartial: false,
      ...contentOf(joinSlices([content]), content),
    })),
  );
  await transaction
    .update(messageParts)
    .set({ messageId: sql`${messageParts.setId}` })
    .where(and(eq(messageParts.organizationId, organizationId), inArray(messageParts.id, [...isNew])));
  await notifyAll(
    transaction,
    fresh.map(({ part }) => ({ topic: 'message', organizationId, id: part.setId })),
  );
}
