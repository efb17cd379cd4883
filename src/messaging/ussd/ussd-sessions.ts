import { and, desc, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { notify } from '../../db/notify.ts';
import { modems, USSD_STATUSES, ussdSessions } from '../../db/schema/index.ts';
import { findModem, isUuid } from '../modems/find-modem.ts';
import { exchangeSchema } from './exchange.ts';

/** GSM alphabet without what would end the command; the codec of the modem refuses the rest. */
const text = z
  .string('write the code')
  .regex(/^[^"\r\n\f\u001a\u001b]{1,182}$/, 'use 1 to 182 characters, without quotes and line ends');

export const ussdRequestSchema = z.strictObject({
  code: text
    .regex(/^[*#0-9][*#0-9]*#?$|^[0-9]+$/, 'a code has digits, * and #, like *100#')
    .meta({ examples: ['*100#'] }),
});

export const ussdReplySchema = z.strictObject({ text });

export const ussdSessionSchema = z.object({
  id: z.uuid(),
  modem: z.string(),
  purpose: z.enum(['manual', 'balance']),
  status: z.enum(USSD_STATUSES).meta({ description: '`waiting`: the network expects an answer.' }),
  exchange: exchangeSchema,
  error: z.string().nullable(),
  createdAt: z.iso.datetime(),
});

export type UssdSessionView = z.output<typeof ussdSessionSchema>;

/** Puts a USSD code into the queue of a modem. Needs `sms.modem.write`: a code can spend credit or divert calls. */
export async function requestUssd(
  context: Context,
  modem: string,
  { code }: z.output<typeof ussdRequestSchema>,
): Promise<UssdSessionView> {
  context.require('sms.modem.write');
  return context.transaction(async (inner) => {
    const { id: modemId, name } = await findModem(inner, modem);
    const { organizationId } = inner;
    const values = {
      organizationId,
      modemId,
      request: code,
      purpose: 'manual',
      status: 'queued',
      exchange: [],
      createdAt: inner.clock.now(),
    } as const;
    const [row] = await inner.db.insert(ussdSessions).values(values).returning();
    if (row === undefined) throw new Error('the insert gave no row back');
    await inner.audit({ action: 'modem.ussd', entityType: 'modem', entityId: modemId, after: { name, code } });
    await notify(inner.db, { topic: 'modem-work', organizationId, id: modemId });
    return viewOf(row, name);
  });
}

/** Answers the network, which waits for it (`waiting`). Throws `ussd.not_waiting`. */
export async function replyUssd(
  context: Context,
  id: string,
  reply: z.output<typeof ussdReplySchema>,
): Promise<UssdSessionView> {
  context.require('sms.modem.write');
  return context.transaction(async (inner) => {
    const [row] = await inner.db
      .update(ussdSessions)
      .set({ request: reply.text, status: 'queued' })
      .where(and(of(inner, id), eq(ussdSessions.status, 'waiting')))
      .returning();
    if (row === undefined) {
      const { status } = await getUssd(inner, id);
      throw new AppError({
        code: 'ussd.not_waiting',
        kind: 'conflict',
        detail: `The network does not wait for an answer: the dialogue is ${status}.`,
      });
    }
    await notify(inner.db, { topic: 'modem-work', organizationId: inner.organizationId, id: row.modemId });
    return getUssd(inner, id);
  });
}

/** Gives a dialogue up that is not over. The network forgets it by itself. */
export async function cancelUssd(context: Context, id: string): Promise<UssdSessionView> {
  context.require('sms.modem.write');
  const before = await getUssd(context, id);
  if (['done', 'failed', 'cancelled'].includes(before.status)) return before;
  await context.db
    .update(ussdSessions)
    .set({ status: 'cancelled', finishedAt: context.clock.now() })
    .where(of(context, id));
  return getUssd(context, id);
}

/** One dialogue. Throws `ussd.missing`. */
export async function getUssd(context: Context, id: string): Promise<UssdSessionView> {
  context.require('sms.modem.read');
  const [found] = await context.db
    .select({ session: ussdSessions, modem: modems.name })
    .from(ussdSessions)
    .innerJoin(modems, and(eq(modems.organizationId, ussdSessions.organizationId), eq(modems.id, ussdSessions.modemId)))
    .where(of(context, id));
  if (found !== undefined) return viewOf(found.session, found.modem);
  throw new AppError({ code: 'ussd.missing', kind: 'missing', detail: 'There is no such USSD dialogue.' });
}

/** The last hundred dialogues of a modem, newest first. Walks ussd_sessions_list. */
export async function listUssd(context: Context, modem: string): Promise<{ readonly items: UssdSessionView[] }> {
  context.require('sms.modem.read');
  const { id, name } = await findModem(context, modem);
  const rows = await context.db
    .select()
    .from(ussdSessions)
    .where(and(eq(ussdSessions.organizationId, context.organizationId), eq(ussdSessions.modemId, id)))
    .orderBy(desc(ussdSessions.createdAt))
    .limit(100);
  return { items: rows.map((row) => viewOf(row, name)) };
}

const of = (context: Context, id: string) =>
  and(eq(ussdSessions.organizationId, context.organizationId), isUuid(id) ? eq(ussdSessions.id, id) : sql`false`);

function viewOf(row: typeof ussdSessions.$inferSelect, modem: string): UssdSessionView {
  const exchange = exchangeSchema.safeParse(row.exchange);
  return {
    id: row.id,
    modem,
    purpose: row.purpose,
    status: row.status,
    exchange: exchange.success ? exchange.data : [],
    error: row.error,
    createdAt: row.createdAt.toISOString(),
  };
}
