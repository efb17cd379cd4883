import { type Cell, csvLine } from '../../core/csv.ts';
import type { Context } from '../../db/context.ts';
import type { ListQuery } from '../../db/resource.ts';
import { xlsxOf } from '../../platform/xlsx.ts';
import { type CdrDto, cdrSchema, listCdrs } from './read.ts';

export const CDR_FORMATS = {
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/x-ndjson',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

export type CdrFormat = keyof typeof CDR_FORMATS;

/** CDRs read at once: each batch is one walk of the index, and no transaction stays open between them. */
const BATCH = 1000;

const FIELDS = Object.keys(cdrSchema.shape) as readonly (keyof CdrDto)[];

/**
 * The CDRs that a list would show, all of them, newest first, as a file that is made while it is sent: memory does not grow
 * with its length. CDRs that arrive meanwhile are newer than where it stands, and are not in it.
 */
export async function* exportCdrs(
  context: Context,
  format: CdrFormat,
  filter: NonNullable<ListQuery['filter']>,
): AsyncGenerator<Uint8Array> {
  const pages = pagesOf(context, filter);
  switch (format) {
    case 'xlsx':
      return yield* xlsxOf(rowsOf(pages));
    case 'csv': {
      for await (const rows of rowsOf(pages)) yield encoded(rows.map(csvLine).join(''));
      return;
    }
    case 'jsonl': {
      for await (const page of pages) yield encoded(page.map((cdr) => `${JSON.stringify(cdr)}\n`).join(''));
    }
  }
}

async function* pagesOf(context: Context, filter: NonNullable<ListQuery['filter']>): AsyncGenerator<readonly CdrDto[]> {
  let cursor: string | null | undefined;
  do {
    const page = await listCdrs(context, { filter, limit: BATCH, ...(typeof cursor === 'string' ? { cursor } : {}) });
    yield page.items;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

async function* rowsOf(pages: AsyncIterable<readonly CdrDto[]>): AsyncGenerator<readonly (readonly Cell[])[]> {
  yield [FIELDS];
  for await (const page of pages) yield page.map((cdr) => FIELDS.map((field) => cdr[field]));
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
