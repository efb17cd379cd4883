import { and, asc, eq, gt, like } from 'drizzle-orm';
import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../../core/cursor.ts';
import type { Context } from '../../db/context.ts';
import type { Page } from '../../db/resource.ts';
import { blockListEntries } from '../../db/schema/index.ts';
import { findList } from './find-list.ts';

export const blockListEntrySchema = z.object({
  /** E.164, with `*` behind it when it stands for all numbers that begin so. */
  number: z.string(),
});

export interface EntriesQuery {
  /** First digits, with or without `+`. */
  readonly startsWith?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** A page of a long list in the order of its digits. Walks the primary key. */
export async function listEntries(
  context: Context,
  idOrName: string,
  query: EntriesQuery,
): Promise<Page<z.output<typeof blockListEntrySchema>>> {
  context.require('voice.block_list.read');
  const list = await findList(context, idOrName);
  const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
  const digits = query.startsWith?.replace(/[^0-9]/g, '') ?? '';
  const rows = await context.db
    .select({ entry: blockListEntries.entry })
    .from(blockListEntries)
    .where(
      and(
        eq(blockListEntries.organizationId, context.organizationId),
        eq(blockListEntries.listId, list.id),
        digits === '' ? undefined : like(blockListEntries.entry, `${digits}%`),
        after === undefined ? undefined : gt(blockListEntries.entry, String(after.value)),
      ),
    )
    .orderBy(asc(blockListEntries.entry))
    .limit(query.limit + 1);
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return {
    items: page.map(({ entry }) => ({ number: `+${entry}` })),
    nextCursor:
      rows.length > query.limit && last !== undefined ? encodeCursor({ value: last.entry, id: list.id }) : null,
  };
}
