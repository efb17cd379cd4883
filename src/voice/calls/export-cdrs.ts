import type { Context } from '../../db/context.ts';
import type { ListQuery } from '../../db/resource.ts';
import { type TableFormat, tableFile } from '../../platform/table-file.ts';
import { type CdrDto, cdrSchema, listCdrs } from './read.ts';

/** CDRs read at once: each batch is one walk of the index, and no transaction stays open between them. */
const BATCH = 1000;

/**
 * The CDRs that a list would show, all of them, newest first, as a file that is made while it is sent: memory does not grow
 * with its length. CDRs that arrive meanwhile are newer than where it stands, and are not in it.
 */
export function exportCdrs(
  context: Context,
  format: TableFormat,
  filter: NonNullable<ListQuery['filter']>,
): AsyncGenerator<Uint8Array> {
  return tableFile(format, Object.keys(cdrSchema.shape), pagesOf(context, filter));
}

async function* pagesOf(context: Context, filter: NonNullable<ListQuery['filter']>): AsyncGenerator<readonly CdrDto[]> {
  let cursor: string | null | undefined;
  do {
    const page = await listCdrs(context, { filter, limit: BATCH, ...(typeof cursor === 'string' ? { cursor } : {}) });
    yield page.items;
    cursor = page.nextCursor;
  } while (cursor !== null);
}
