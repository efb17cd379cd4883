import { eq, sql } from 'drizzle-orm';
import type { Context } from '../../db/context.ts';
import { notify } from '../../db/notify.ts';
import { blockLists } from '../../db/schema/index.ts';
import { readBlockListLine } from '../rules/block-list-line.ts';
import { findList, regionOfOrganization } from './find-list.ts';

/** Refused lines that are told one by one; a file of the wrong kind would otherwise be told back whole. */
const MOST_REFUSALS = 100;

/** Lines read before other work of the process gets a turn: a few milliseconds. */
const LINES_A_TURN = 500;

export interface EntriesChange {
  readonly added: number;
  /** Were on the list already. */
  readonly known: number;
  readonly removed: number;
  /** Were not on the list. */
  readonly absent: number;
  readonly refusedCount: number;
  /** The first of them, with the place of the line in what was sent, from 1. */
  readonly refused: readonly { readonly line: number; readonly message: string }[];
  /** Entries of the list now. */
  readonly total: number;
}

export interface EntriesInput {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

/**
 * Adds numbers to a long list and takes others off it, at a cost of what changes and not of how long the list is: the
 * plan is not published anew, processes read the change. Lines that are no numbers are told, the others are done.
 */
export async function changeEntries(context: Context, idOrName: string, input: EntriesInput): Promise<EntriesChange> {
  context.require('voice.block_list.write');
  const region = await regionOfOrganization(context);
  const add = await readLines(input.add ?? [], region);
  const remove = await readLines(input.remove ?? [], region);
  const refused = [...add.refused, ...remove.refused];
  return context.transaction(async (inner) => {
    // The lock makes versions of a list come into sight one after the other, as their readers rely on.
    const list = await findList(inner, idOrName, true);
    const removed = remove.entries.length === 0 ? [] : await deleteEntries(inner, list.id, remove.entries);
    const added = add.entries.length === 0 ? [] : await insertEntries(inner, list.id, add.entries);
    const total = list.entryCount + added.length - removed.length;
    if (added.length + removed.length > 0) {
      await noteChange(inner, list, { added, removed, total });
      await inner.audit({
        action: 'voice.block_list.entries',
        entityType: 'block list',
        entityId: list.id,
        before: { entries: list.entryCount },
        after: { entries: total, added: added.length, removed: removed.length },
      });
    }
    return {
      added: added.length,
      known: add.entries.length - added.length,
      removed: removed.length,
      absent: remove.entries.length - removed.length,
      refusedCount: refused.length,
      refused: refused.slice(0, MOST_REFUSALS),
      total,
    };
  });
}

/** Takes everything off a list. */
export async function clearEntries(context: Context, idOrName: string): Promise<void> {
  context.require('voice.block_list.write');
  await context.transaction(async (inner) => {
    const list = await findList(inner, idOrName, true);
    if (list.entryCount === 0) return;
    await inner.db.execute(sql`delete from voice.block_list_entries where list_id = ${list.id}
      and organization_id = ${inner.organizationId}`);
    const version = list.version + 1;
    // What was removed is not told entry by entry: readers begin anew.
    await inner.db
      .update(blockLists)
      .set({ version, purgedTo: version, entryCount: 0 })
      .where(eq(blockLists.id, list.id));
    await notify(inner.db, { topic: 'block-list', organizationId: inner.organizationId, id: list.id });
    await inner.audit({
      action: 'voice.block_list.clear',
      entityType: 'block list',
      entityId: list.id,
      before: { entries: list.entryCount },
      after: { entries: 0 },
    });
  });
}

interface ReadLines {
  readonly entries: readonly string[];
  readonly refused: readonly { readonly line: number; readonly message: string }[];
}

async function readLines(lines: readonly string[], region: string | undefined): Promise<ReadLines> {
  const entries = new Set<string>();
  const refused: { line: number; message: string }[] = [];
  for (const [index, line] of lines.entries()) {
    const read = readBlockListLine(line, region);
    if (read.kind === 'entry') entries.add(read.entry);
    else if (read.kind === 'problem') refused.push({ line: index + 1, message: read.message });
    if (index % LINES_A_TURN === LINES_A_TURN - 1) await new Promise((resolve) => setImmediate(resolve));
  }
  return { entries: [...entries], refused };
}

async function insertEntries({ db, organizationId }: Context, listId: string, entries: readonly string[]) {
  const rows = await db.execute<{ entry: string }>(sql`
    insert into voice.block_list_entries (organization_id, list_id, entry)
    select ${organizationId}::uuid, ${listId}::uuid, jsonb_array_elements_text(${JSON.stringify(entries)}::jsonb)
    on conflict do nothing returning entry`);
  return rows.map(({ entry }) => entry);
}

async function deleteEntries({ db, organizationId }: Context, listId: string, entries: readonly string[]) {
  const rows = await db.execute<{ entry: string }>(sql`
    delete from voice.block_list_entries
    where organization_id = ${organizationId} and list_id = ${listId}
      and entry in (select jsonb_array_elements_text(${JSON.stringify(entries)}::jsonb))
    returning entry`);
  return rows.map(({ entry }) => entry);
}

async function noteChange(
  { db, organizationId, clock }: Context,
  list: { readonly id: string; readonly version: number },
  change: { readonly added: readonly string[]; readonly removed: readonly string[]; readonly total: number },
): Promise<void> {
  const version = list.version + 1;
  const texts = (entries: readonly string[]) =>
    sql`array(select jsonb_array_elements_text(${JSON.stringify(entries)}::jsonb))`;
  await db.execute(sql`
    insert into voice.block_list_changes (organization_id, list_id, version, added, removed, at)
    values (${organizationId}, ${list.id}, ${version}, ${texts(change.added)}, ${texts(change.removed)},
      ${clock.now().toISOString()}::timestamptz)`);
  await db.update(blockLists).set({ version, entryCount: change.total }).where(eq(blockLists.id, list.id));
  await notify(db, { topic: 'block-list', organizationId, id: list.id });
}
