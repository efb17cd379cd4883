import { sha256 } from '@noble/hashes/sha2.js';
import { z } from 'zod';
import { toHex } from '../../core/bytes.ts';
import { toE164 } from '../../core/e164.ts';
import type { Context } from '../../db/context.ts';
import { messages } from '../../db/schema/index.ts';
import { zoneClock } from '../../routing/zone.ts';
import { storable } from '../inbox/scope.ts';
import { readSendingRules } from '../messages/sending-rules.ts';
import { type GammuRow, type GammuSlice, readGammuRow } from '../rules/gammu.ts';
import { foldSlices } from '../rules/status.ts';

export const historyImportSchema = z.object({
  rows: z.int(),
  imported: z.int().meta({ description: 'Messages made of them, those of an earlier import included in `repeats`.' }),
  repeats: z.int(),
  outbox: z.int().meta({ description: 'Rows that gammu-smsd had still to send; they are not history.' }),
  refused: z.array(z.object({ line: z.int(), reason: z.string() })),
});

export type HistoryImport = Readonly<z.output<typeof historyImportSchema>>;

export interface HistoryRow {
  readonly line: number;
  readonly values: GammuRow;
}

const CHUNK = 500;
const MOST_REFUSED = 1_000;

/**
 * Takes over what gammu-smsd has received and sent, from a CSV of its `inbox` or `sentitems`, as messages of the past:
 * nothing of it is sent. Slices are joined. Importing the same file again changes nothing. Times have no zone in gammu's
 * tables; they are read on the clocks of the organization. Needs `sms.message.write`.
 */
export async function importGammu(context: Context, rows: AsyncIterable<HistoryRow>): Promise<HistoryImport> {
  context.require('sms.message.write');
  const { region, timezone } = await readSendingRules(context);
  const toInstant = instantReader(timezone);
  const texts = new Map<string, GammuSlice[]>();
  const refused: { line: number; reason: string }[] = [];
  let [count, outbox] = [0, 0];
  for await (const { line, values } of rows) {
    count += 1;
    const reading = readGammuRow(values);
    if (reading.kind === 'slice') {
      const { group } = reading.slice;
      texts.set(keyOf(texts, group, reading.slice), [
        ...(texts.get(keyOf(texts, group, reading.slice)) ?? []),
        reading.slice,
      ]);
    } else if (reading.kind === 'outbox') outbox += 1;
    else if (refused.length < MOST_REFUSED) refused.push({ line, reason: reading.reason });
  }
  const drafts = [...texts].map(([key, slices]) => messageOf(context.organizationId, key, slices, region, toInstant));
  let imported = 0;
  for (let start = 0; start < drafts.length; start += CHUNK) {
    const inserted = await context.db
      .insert(messages)
      .values(drafts.slice(start, start + CHUNK))
      .onConflictDoNothing()
      .returning({ id: messages.id });
    imported += inserted.length;
  }
  await context.audit({
    action: 'sms.message.import',
    entityType: 'message',
    entityId: 'gammu-smsd',
    after: { rows: count, imported },
  });
  return { rows: count, imported, repeats: drafts.length - imported, outbox, refused };
}

/** References come round: a place that is taken already begins another text. */
function keyOf(texts: ReadonlyMap<string, readonly GammuSlice[]>, group: string, slice: GammuSlice): string {
  for (let round = 0; ; round += 1) {
    const key = `${group}#${round}`;
    if (!texts.get(key)?.some(({ sequence }) => sequence === slice.sequence)) return key;
  }
}

function messageOf(
  organizationId: string,
  key: string,
  slices: readonly GammuSlice[],
  region: string | undefined,
  toInstant: (local: string) => Date,
): typeof messages.$inferInsert {
  const sorted = [...slices].sort((left, right) => left.sequence - right.sequence);
  const [first] = sorted;
  if (first === undefined) throw new Error('a text has a slice');
  const at = toInstant(first.at);
  const total = Math.min(255, Math.max(first.total, sorted.length));
  return {
    id: stableId(`${organizationId}/gammu/${key}/${first.table}/${first.at}/${first.peer}`),
    organizationId,
    direction: first.table === 'inbox' ? 'inbound' : 'outbound',
    peer: storable(toE164(first.peer, region) ?? first.peer) || 'unknown',
    body: storable(sorted.map((slice) => slice.text).join('')),
    encoding: first.isUnicode ? 'ucs2' : 'gsm7',
    partCount: total,
    status: foldSlices(sorted.map((slice) => slice.status)),
    isPartial: first.table === 'inbox' && sorted.length < total,
    dueAt: at,
    createdAt: at,
    updatedAt: at,
  };
}

/** A UUID (version 8, RFC 9562 5.8) made of a text, so that the same row gets the same one again. */
function stableId(name: string): string {
  const hex = toHex(sha256(new TextEncoder().encode(name)));
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`.toLowerCase();
}

/** Reads wall-clock times of a zone: what the clock shows at a guess tells how far the guess is off. */
function instantReader(timezone: string): (local: string) => Date {
  const clock = zoneClock(timezone);
  return (local) => {
    const wanted = Date.parse(`${local.replace(' ', 'T')}Z`);
    let guess = wanted;
    for (let round = 0; round < 2; round += 1) {
      const { date, minute } = clock(new Date(guess));
      const shown = Date.parse(`${date}T00:00:00Z`) + minute * 60_000 + (guess % 60_000);
      guess += wanted - shown;
    }
    return new Date(guess);
  };
}
