import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { Clock } from '../../core/clock.ts';
import { notify } from '../../db/notify.ts';
import type { Database } from '../../db/open.ts';
import { modems, simCards, ussdSessions } from '../../db/schema/index.ts';
import { recordModemEvent } from '../attendance/record-event.ts';
import type { ModemPort } from '../ports.ts';
import { type BalanceRule, readBalance } from '../rules/balance.ts';
import { said } from './exchange.ts';

export interface UssdWork {
  readonly database: Pick<Database, 'orm'>;
  readonly modem: { readonly organizationId: string; readonly id: string };
  readonly port: Pick<ModemPort, 'ussd' | 'snapshot'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

type Session = typeof ussdSessions.$inferSelect;

const mine = ({ modem }: UssdWork) =>
  and(eq(ussdSessions.organizationId, modem.organizationId), eq(ussdSessions.modemId, modem.id));

/** Does the USSD requests that wait for this modem, oldest first. Needs the modem's lease. Uses ussd_sessions_open. */
export async function workUssd(work: UssdWork): Promise<void> {
  const { database, signal } = work;
  for (;;) {
    const [next] = await database.orm
      .select()
      .from(ussdSessions)
      .where(and(mine(work), eq(ussdSessions.status, 'queued')))
      .orderBy(asc(ussdSessions.createdAt))
      .limit(1);
    if (next === undefined || signal.aborted || work.port.snapshot().state !== 'ready') return;
    await doSession(work, next);
  }
}

/** A request that was in the air when a process died cannot be taken up: the network has forgotten the dialogue. */
export async function failInterruptedUssd(work: UssdWork): Promise<void> {
  await work.database.orm
    .update(ussdSessions)
    .set({ status: 'failed', error: 'the program stopped before the answer came', finishedAt: work.clock.now() })
    .where(and(mine(work), inArray(ussdSessions.status, ['running', 'waiting'])));
}

/** The network, or the modem that held it, has ended the dialogue that waits for our answer: `why`. */
export async function endWaitingUssd(work: UssdWork, why: string): Promise<void> {
  const ended = await work.database.orm
    .update(ussdSessions)
    .set({ status: 'failed', error: why, finishedAt: work.clock.now() })
    .where(and(mine(work), eq(ussdSessions.status, 'waiting')))
    .returning({ id: ussdSessions.id });
  if (ended.length === 0) return;
  await notify(work.database.orm, { topic: 'modem', organizationId: work.modem.organizationId, id: work.modem.id });
}

async function doSession(work: UssdWork, session: Session): Promise<void> {
  const { database, port, clock } = work;
  const one = and(mine(work), eq(ussdSessions.id, session.id));
  const exchange = said(session.exchange, 'us', session.request, clock.now());
  const isAnswer = exchange.length > 1;
  await database.orm.update(ussdSessions).set({ status: 'running', exchange }).where(one);
  const outcome = (await port.ussd?.({ text: session.request, isAnswer })) ?? NO_USSD;
  const now = clock.now();
  await database.orm.transaction(async (transaction) => {
    await transaction
      .update(ussdSessions)
      .set(
        outcome.kind === 'reply'
          ? {
              status: outcome.open ? 'waiting' : 'done',
              exchange: said(exchange, 'network', outcome.text, now),
              ...(outcome.open ? {} : { finishedAt: now }),
            }
          : { status: 'failed', error: `${outcome.error.text}. ${outcome.error.advice}`, finishedAt: now },
      )
      // Cancelled meanwhile: that counts.
      .where(and(one, eq(ussdSessions.status, 'running')));
    await notify(transaction, { topic: 'modem', organizationId: work.modem.organizationId, id: work.modem.id });
  });
  if (session.purpose !== 'balance') return;
  if (outcome.kind === 'reply') await noteBalance(work, outcome.text, now);
  else {
    const detail = `the balance could not be asked: ${outcome.error.text}. ${outcome.error.advice}`;
    await recordModemEvent(database.orm, work.modem, { kind: 'balance-unread', detail }, now);
  }
}

const NO_USSD = {
  kind: 'failed',
  error: { text: 'this modem cannot do USSD', advice: 'Use another one.' },
} as const;

/** Keeps the credit with its SIM; an event when it is low, or when the reply does not look as the rule expects. */
async function noteBalance(work: UssdWork, reply: string, at: Date): Promise<void> {
  const { database, modem, port } = work;
  const [row] = await database.orm
    .select({ rule: modems.balance })
    .from(modems)
    .where(and(eq(modems.organizationId, modem.organizationId), eq(modems.id, modem.id)));
  const rule = row?.rule as BalanceRule | null | undefined;
  if (rule === null || rule === undefined) return;
  const balance = readBalance(reply, rule.pattern);
  if (balance === undefined) {
    const detail = `the balance was not found in: ${reply}`;
    await recordModemEvent(database.orm, modem, { kind: 'balance-unread', detail }, at);
    return;
  }
  const { imsi } = port.snapshot();
  if (imsi !== undefined) {
    await database.orm
      .update(simCards)
      .set({ balance, balanceAt: at })
      .where(and(eq(simCards.organizationId, modem.organizationId), eq(simCards.imsi, imsi)));
  }
  if (balance >= rule.below) return;
  const detail = `the balance is ${balance}, under ${rule.below}: top the SIM card up`;
  await recordModemEvent(database.orm, modem, { kind: 'balance-low', detail, data: { balance } }, at);
}

/** After a failure it is asked again sooner than the rule says: the network may have been away. */
const ASK_AGAIN_MS = 3_600_000;

/** Puts a balance request into the queue when the last one is older than the rule says. */
export async function askBalanceWhenDue(work: UssdWork): Promise<void> {
  const { database, modem, clock } = work;
  const [row] = await database.orm
    .select({ rule: modems.balance })
    .from(modems)
    .where(and(eq(modems.organizationId, modem.organizationId), eq(modems.id, modem.id)));
  const rule = row?.rule as BalanceRule | null | undefined;
  if (rule === null || rule === undefined || work.port.snapshot().state !== 'ready') return;
  const periodMs = rule.everyHours * 3_600_000;
  const ago = (ms: number) => new Date(clock.now().getTime() - ms).toISOString();
  const [recent] = await database.orm
    .select({ id: ussdSessions.id })
    .from(ussdSessions)
    .where(
      and(
        mine(work),
        eq(ussdSessions.purpose, 'balance'),
        sql`(${ussdSessions.status} = 'queued'
          or ${ussdSessions.createdAt} > ${ago(Math.min(periodMs, ASK_AGAIN_MS))}::timestamptz
          or (${ussdSessions.createdAt} > ${ago(periodMs)}::timestamptz and ${ussdSessions.status} <> 'failed'))`,
      ),
    )
    .limit(1);
  if (recent !== undefined) return;
  await database.orm.insert(ussdSessions).values({
    organizationId: modem.organizationId,
    modemId: modem.id,
    request: rule.code,
    purpose: 'balance',
    status: 'queued',
    exchange: [],
    createdAt: clock.now(),
  });
}
