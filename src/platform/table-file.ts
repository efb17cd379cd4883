import { type Cell, csvLine } from '../core/csv.ts';
import { xlsxOf } from './xlsx.ts';

/** The forms a table is written in, and their media types. */
export const TABLE_FORMATS = {
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/x-ndjson',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

export type TableFormat = keyof typeof TABLE_FORMATS;

type Row = Readonly<Record<string, unknown>>;

/** A table as a file that is made while its pages come: memory does not grow with its length. */
export async function* tableFile(
  format: TableFormat,
  columns: readonly string[],
  pages: AsyncIterable<readonly Row[]>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  switch (format) {
    case 'xlsx':
      return yield* xlsxOf(cellsOf(columns, pages));
    case 'csv': {
      for await (const rows of cellsOf(columns, pages)) yield encoder.encode(rows.map(csvLine).join(''));
      return;
    }
    case 'jsonl': {
      for await (const page of pages) yield encoder.encode(page.map((row) => `${JSON.stringify(row)}\n`).join(''));
    }
  }
}

/** What goes into one cell: texts, numbers and yes or no as they are, a list of plain values with `;`, the rest as JSON. */
function cellOf(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  const isPlainList = Array.isArray(value) && value.every((item) => ['string', 'number'].includes(typeof item));
  return isPlainList && !value.some((item) => String(item).includes(';')) ? value.join(';') : JSON.stringify(value);
}

async function* cellsOf(
  columns: readonly string[],
  pages: AsyncIterable<readonly Row[]>,
): AsyncGenerator<readonly (readonly Cell[])[]> {
  yield [columns];
  for await (const page of pages) yield page.map((row) => columns.map((column) => cellOf(row[column])));
}
