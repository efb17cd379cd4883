import { and, eq, sql } from 'drizzle-orm';
import { AppError, messageOf } from '../../core/errors.ts';
import { uuidv7 } from '../../core/ids.ts';
import type { Context } from '../../db/context.ts';
import { notify } from '../../db/notify.ts';
import { constraintOf } from '../../db/postgres-error.ts';
import { broadcasts, messages } from '../../db/schema/index.ts';
import { parseInput } from '../../identity/index.ts';
import { acceptMessages, type Draft } from '../messages/accept.ts';
import type { AcceptOptions } from '../messages/accept-options.ts';
import { modemNamed } from '../messages/send-message.ts';
import { readSendingRules, type SendingRules } from '../messages/sending-rules.ts';
import {
  type BroadcastInput,
  type BroadcastView,
  broadcastSchema,
  MOST_LISTED,
  type RefusedLine,
} from './broadcast.schema.ts';
import { getBroadcast } from './read-broadcasts.ts';

/** One line of the list: `to`, and `body` where the text is its own. */
export interface BroadcastLine {
  readonly line: number;
  readonly values: Readonly<Record<string, unknown>>;
}

/** How far the reading of the list has come. */
export interface BroadcastProgress {
  readonly id: string;
  readonly received: number;
  readonly accepted: number;
}

const CHUNK = 1_000;
const MOST_RECIPIENTS = 100_000;

/**
 * Makes a message for each line of a list, a thousand in one transaction, and yields how far it is after each; the last
 * value is the broadcast itself. Memory holds the numbers seen and one chunk, however long the list is. A number that comes
 * again is listed and gets nothing more; a bad line is listed and holds up no other. When the list breaks off or the quota
 * ends, what was accepted stays accepted and the broadcast says `interrupted`. Needs `sms.message.write`.
 *
 * @throws AppError before the first line: `validation.failed`, `message.modem_missing`, `broadcast.exists`
 */
export async function startBroadcast(
  context: Context,
  input: BroadcastInput,
  lines: AsyncIterable<BroadcastLine>,
): Promise<AsyncGenerator<BroadcastProgress, BroadcastView>> {
  context.require('sms.message.write');
  const { id = uuidv7(), body, modem, ...options } = parseInput(broadcastSchema, input);
  const rules = await readSendingRules(context);
  const modemId = modem === undefined ? undefined : modemNamed(rules, modem);
  await create(context, id, body ?? '', { ...options, modem });
  const seen = new Set<string>();
  return accept({ context, id, body, rules, lines, options: { ...options, modemId, broadcastId: id, seen } });
}

interface Work {
  readonly context: Context;
  readonly id: string;
  readonly body: string | undefined;
  readonly rules: SendingRules;
  readonly lines: AsyncIterable<BroadcastLine>;
  readonly options: AcceptOptions;
}

async function create(context: Context, id: string, body: string, options: object): Promise<void> {
  const now = context.clock.now();
  await context.transaction(async (inner) => {
    try {
      await inner.db.insert(broadcasts).values({
        id,
        organizationId: inner.organizationId,
        body,
        status: 'accepting',
        options,
        createdAt: now,
        updatedAt: now,
      });
    } catch (error) {
      if (constraintOf(error)?.kind !== 'unique') throw error;
      const detail = `There already is a broadcast ${id}: look at it before you send it again.`;
      throw new AppError({ code: 'broadcast.exists', kind: 'conflict', detail });
    }
    await inner.audit({ action: 'sms.broadcast.create', entityType: 'broadcast', entityId: id, after: options });
  });
}

async function* accept(work: Work): AsyncGenerator<BroadcastProgress, BroadcastView> {
  const { context, id } = work;
  let former: Promise<void> | undefined;
  const tally: Tally = { received: 0, accepted: 0, duplicates: [], duplicateCount: 0, refused: [], refusedCount: 0 };
  try {
    // While the database stores one chunk the next is encoded.
    for await (const chunk of chunksOf(work.lines)) {
      const current = acceptChunk(work, tally, chunk, former);
      // Its failure is met when it is waited for.
      current.catch(() => {});
      if (former !== undefined) {
        await former;
        yield { id, received: tally.received, accepted: tally.accepted };
      }
      former = current;
      // A quota that ends in the middle must end the list there.
      if (work.rules.policies.some(({ quotaLimit }) => quotaLimit !== null)) await former;
    }
    if (former !== undefined) {
      await former;
      yield { id, received: tally.received, accepted: tally.accepted };
    }
    await save(context, id, tally, 'accepted');
  } catch (error) {
    // What the reader of the list or the quota says is for the sender; all else is for the log.
    const reason = error instanceof AppError ? error.detail : 'The list could not be taken over to its end.';
    const code = error instanceof AppError ? error.code : 'broadcast.interrupted';
    note(tally, 'refused', { line: tally.received + 1, to: '', code, reason });
    await former?.catch(() => {});
    tally.accepted = await acceptedOf(context, id);
    await save(context, id, tally, code === 'broadcast.cancelled' ? 'cancelled' : 'interrupted');
    if (!(error instanceof AppError)) throw new Error(messageOf(error), { cause: error });
  }
  return getBroadcast(context, id);
}

/** What is truly there: a chunk may have been committed though nobody heard of it. */
function acceptedOf({ db, organizationId }: Context, id: string): Promise<number> {
  return db.$count(messages, and(eq(messages.organizationId, organizationId), eq(messages.broadcastId, id)));
}

interface Tally {
  received: number;
  accepted: number;
  readonly duplicates: RefusedLine[];
  duplicateCount: number;
  readonly refused: RefusedLine[];
  refusedCount: number;
}

/** Stores one chunk; what became of it is tallied after `former`, so that the lists stay in the order of the lines. */
async function acceptChunk(
  work: Work,
  tally: Tally,
  chunk: readonly BroadcastLine[],
  former: Promise<void> | undefined,
): Promise<void> {
  const { context, id, rules, options } = work;
  const drafts = chunk.map((line) => draftOf(line, work.body));
  const acceptances = await context.transaction(async (inner) => {
    const accepted = await acceptMessages(inner, rules, drafts, options);
    // Last, so that the lock keeps the next chunk from being prepared no longer than it must.
    await keepUncancelled(inner, id);
    await notify(inner.db, { topic: 'outbox', organizationId: inner.organizationId });
    return accepted;
  });
  await former;
  for (const [index, acceptance] of acceptances.entries()) {
    tally.received += 1;
    if (acceptance.ok) {
      tally.accepted += 1;
      continue;
    }
    const { code, detail } = acceptance.refused;
    const entry = { line: chunk[index]?.line ?? 0, to: drafts[index]?.to.slice(0, 40) ?? '', code, reason: detail };
    note(tally, code === 'message.duplicate' ? 'duplicates' : 'refused', entry);
  }
  await save(context, id, tally, 'accepting');
}

/**
 * Makes whoever cancels the broadcast wait for this transaction, and ends the list when somebody has: nothing may be
 * accepted behind the back of who took it back.
 */
async function keepUncancelled({ db, organizationId }: Context, id: string): Promise<void> {
  const [broadcast] = await db
    .select({ status: broadcasts.status })
    .from(broadcasts)
    .where(and(eq(broadcasts.organizationId, organizationId), eq(broadcasts.id, id)))
    .for('no key update');
  if (broadcast?.status !== 'cancelled') return;
  const detail = 'The broadcast was cancelled while its list was read.';
  throw new AppError({ code: 'broadcast.cancelled', kind: 'conflict', detail });
}

function note(tally: Tally, list: 'duplicates' | 'refused', entry: RefusedLine): void {
  if (list === 'duplicates') tally.duplicateCount += 1;
  else tally.refusedCount += 1;
  if (tally[list].length < MOST_LISTED) tally[list].push(entry);
}

function draftOf({ values }: BroadcastLine, body: string | undefined): Draft {
  const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
  return { to: text(values.to), body: text(values.body) || (body ?? '') };
}

/** What was cancelled stays cancelled. */
async function save(context: Context, id: string, tally: Tally, status: BroadcastView['status']): Promise<void> {
  await context.db
    .update(broadcasts)
    .set({
      ...tally,
      status: sql`case when ${broadcasts.status} = 'cancelled' then 'cancelled' else ${status} end`,
      updatedAt: context.clock.now(),
    })
    .where(and(eq(broadcasts.organizationId, context.organizationId), eq(broadcasts.id, id)));
}

async function* chunksOf(lines: AsyncIterable<BroadcastLine>): AsyncGenerator<readonly BroadcastLine[]> {
  let chunk: BroadcastLine[] = [];
  let count = 0;
  for await (const line of lines) {
    count += 1;
    if (count > MOST_RECIPIENTS) throw tooMany();
    chunk.push(line);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

function tooMany(): AppError {
  const detail = `A broadcast takes at most ${MOST_RECIPIENTS} recipients; the rest needs another one.`;
  return new AppError({ code: 'broadcast.too_many', kind: 'too_large', detail });
}
