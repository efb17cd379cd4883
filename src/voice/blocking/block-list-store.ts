import { setImmediate as turn } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Database, Db } from '../../db/open.ts';
import type { Log } from '../../platform/log.ts';
import { type BlockLists, DigitTable } from '../../routing/index.ts';
import { type Follower, followChanges } from '../follow-changes.ts';
import { entryParts } from '../rules/block-list-line.ts';

export interface BlockListStore extends Follower {
  /** The lists of an organization, as of now and ever after: what is returned follows the changes. */
  of(organizationId: string): BlockLists;
  /** For the operator: entries and the bytes they take. */
  size(): { readonly entries: number; readonly bytes: number };
}

/** Entries read from the database at once. */
const PAGE = 20_000;

/** Entries put into memory before waiting callers get a turn: less than a millisecond. */
const ENTRIES_A_TURN = 500;

interface LoadedList {
  readonly organizationId: string;
  readonly name: string;
  readonly version: number;
  readonly table: DigitTable;
}

interface ListHead extends Record<string, unknown> {
  readonly id: string;
  readonly organization_id: string;
  readonly name: string;
  readonly version: number;
  readonly purged_to: number;
}

/**
 * Keeps the numbers of every long list in memory, beside the plans: a change of a list costs what changed, and the plan
 * stays as it is. While the database is away, or a list is being read, the numbers known so far go on blocking.
 */
export async function createBlockListStore(options: {
  readonly database: Database;
  readonly log: Log;
}): Promise<BlockListStore> {
  const { database, log } = options;
  const lists = new Map<string, LoadedList>();
  const byName = new Map<string, DigitTable>();

  const follower = await followChanges({
    database,
    topic: 'block-list',
    load,
    log,
    whenStale: 'block lists could not be refreshed; calls go on with what is known',
  });

  return {
    of: (organizationId) => ({ of: (list) => byName.get(`${organizationId} ${list}`) }),
    ...follower,
    size() {
      let entries = 0;
      let bytes = 0;
      for (const { table } of lists.values()) {
        entries += table.size;
        bytes += table.bytes;
      }
      return { entries, bytes };
    },
  };

  async function load(): Promise<void> {
    const heads = await listHeads(database.orm);
    for (const head of heads) {
      const known = lists.get(head.id);
      if (known?.version === head.version && known.name === head.name) continue;
      const isBehind = known === undefined || known.version < head.purged_to;
      const table = isBehind ? await readWhole(head) : known.table;
      const version = isBehind ? head.version : await readChanges(known, head);
      if (known !== undefined) byName.delete(`${known.organizationId} ${known.name}`);
      lists.set(head.id, { organizationId: head.organization_id, name: head.name, version, table });
      byName.set(`${head.organization_id} ${head.name}`, table);
    }
    const present = new Set(heads.map(({ id }) => id));
    for (const [id, { organizationId, name }] of lists) {
      if (present.has(id)) continue;
      lists.delete(id);
      byName.delete(`${organizationId} ${name}`);
    }
  }

  /** Page by page in the order of the key. What changes meanwhile has a later version and is read after. */
  async function readWhole(head: ListHead): Promise<DigitTable> {
    const table = new DigitTable();
    for (let after = ''; ; ) {
      const entries = await readPage(database.orm, head.id, after);
      await putIn(table, entries, true);
      const last = entries.at(-1);
      if (last === undefined || entries.length < PAGE) break;
      after = last;
    }
    log.info({ list: head.name, entries: table.size, bytes: table.bytes }, 'block list loaded');
    return table;
  }

  /** The version that is reached. */
  async function readChanges(known: LoadedList, head: ListHead): Promise<number> {
    let { version } = known;
    while (version < head.version) {
      const [change] = await database.orm.execute<{ version: number; added: string[]; removed: string[] }>(sql`
        select version, added, removed from voice.block_list_changes
        where list_id = ${head.id} and version > ${version} order by version limit 1`);
      if (change === undefined) break;
      await putIn(known.table, change.removed, false);
      await putIn(known.table, change.added, true);
      version = change.version;
    }
    return version;
  }
}

/** Adds or removes entries, pausing for callers. */
async function putIn(table: DigitTable, entries: readonly string[], isAdded: boolean): Promise<void> {
  for (const [index, entry] of entries.entries()) {
    const { digits, isPrefix } = entryParts(entry);
    if (isAdded) table.set(digits, isPrefix);
    else table.delete(digits, isPrefix);
    if (index % ENTRIES_A_TURN === ENTRIES_A_TURN - 1) await turn();
  }
}

async function listHeads(db: Db): Promise<readonly ListHead[]> {
  return db.execute<ListHead>(sql`select id, organization_id, name, version, purged_to from voice.block_lists`);
}

/** One text instead of twenty thousand rows: the driver takes its rows apart while callers wait. */
async function readPage(db: Db, listId: string, after: string): Promise<readonly string[]> {
  const [row] = await db.execute<{ entries: string | null }>(sql`
    select string_agg(entry, ' ' order by entry) as entries from (
      select entry from voice.block_list_entries where list_id = ${listId} and entry > ${after}
      order by entry limit ${PAGE}) as page`);
  return row?.entries?.split(' ') ?? [];
}

/** Forgets changes that every process has read long since; one that was away longer reads whole lists. */
export async function purgeBlockListChanges(db: Db, before: Date): Promise<void> {
  await db.execute(sql`
    with gone as (delete from voice.block_list_changes where at < ${before.toISOString()}::timestamptz
      returning list_id, version)
    update voice.block_lists as list set purged_to = greatest(list.purged_to, last.version)
    from (select list_id, max(version) as version from gone group by list_id) as last where list.id = last.list_id`);
}
