import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { unzipSync } from 'fflate';
import { readSheet } from 'read-excel-file/node';
import { AppError } from '../core/errors.ts';
import type { TableFormat } from './table-file.ts';

/** A row as it was read; `line` is where a person finds it in the file, the heading being line 1. */
export interface TableRow {
  readonly line: number;
  readonly values: Readonly<Record<string, unknown>>;
}

/** No cell or line of an honest file is longer. */
const LONGEST_RECORD_BYTES = 1024 * 1024;

/** What a small workbook may unpack to. */
const LARGEST_WORKBOOK_BYTES = 256 * 1024 * 1024;

/** The rows of a file as they arrive. Throws `table.malformed` and says in which line. A workbook is read whole. */
export function readTable(format: TableFormat, source: AsyncIterable<Uint8Array>): AsyncIterable<TableRow> {
  switch (format) {
    case 'csv':
      return readCsv(source);
    case 'jsonl':
      return readJsonLines(source);
    case 'xlsx':
      return readWorkbook(source);
  }
}

async function* readCsv(source: AsyncIterable<Uint8Array>): AsyncGenerator<TableRow> {
  const { delimiter, content } = await withDelimiter(source);
  const parser = parse({
    columns: (names: readonly string[]) => names.map((name) => name.trim()),
    delimiter,
    bom: true,
    info: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_RECORD_BYTES,
  });
  const stream = Readable.from(content)
    .on('error', (error) => parser.destroy(error))
    .pipe(parser);
  try {
    for await (const item of stream as AsyncIterable<CsvItem>) {
      const { record, info } = item;
      yield { line: info.lines, values: Object.fromEntries(Object.entries(record).map(([k, v]) => [k, plain(v)])) };
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw malformed(String((error as Error).message), error);
  }
}

interface CsvItem {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number };
}

/** An apostrophe that kept a spreadsheet from running a text as a formula is not part of the text. */
function plain(cell: string): string {
  return /^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}

/** Spreadsheets write what their country separates with; the heading tells. */
async function withDelimiter(source: AsyncIterable<Uint8Array>) {
  const iterator = source[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  for (;;) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    first.push(value);
    if (value.includes(0x0a)) break;
  }
  const [heading = ''] = Buffer.concat(first).toString('utf8').split('\n');
  const counts = [',', ';', '\t'].map((character) => heading.split(character).length);
  const delimiter = [',', ';', '\t'][counts.indexOf(Math.max(...counts))] ?? ',';
  async function* content(): AsyncGenerator<Uint8Array> {
    yield* first;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  }
  return { delimiter, content: content() };
}

async function* readJsonLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<TableRow> {
  let line = 0;
  for await (const text of linesOf(source)) {
    line += 1;
    if (text.trim() === '') continue;
    yield { line, values: objectOf(text, line) };
  }
}

/** Lines of UTF-8, none longer than a record may be. */
async function* linesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of source) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_RECORD_BYTES) throw malformed('a line is longer than 1 MiB');
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}

function objectOf(text: string, line: number): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below, like any other text that is no object.
  }
  throw malformed(`line ${line} is not a JSON object`);
}

async function* readWorkbook(source: AsyncIterable<Uint8Array>): AsyncGenerator<TableRow> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const rows = await sheetOf(bytes);
  const names = (rows[0] ?? []).map((name) => String(name ?? '').trim());
  for (const [index, cells] of rows.entries()) {
    if (index === 0 || cells.every((cell) => cell === null)) continue;
    yield { line: index + 1, values: Object.fromEntries(names.map((name, column) => [name, cells[column] ?? ''])) };
  }
}

async function sheetOf(bytes: Buffer): Promise<readonly (readonly unknown[])[]> {
  try {
    refuseBombs(bytes);
    return await readSheet(bytes);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw malformed('this is not a workbook (.xlsx)', error);
  }
}

/** A zip says how large its parts are before they are unpacked. */
function refuseBombs(bytes: Uint8Array): void {
  let total = 0;
  unzipSync(bytes, {
    filter: ({ originalSize }) => {
      total += originalSize;
      return false;
    },
  });
  if (total > LARGEST_WORKBOOK_BYTES) throw malformed('the workbook unpacks to more than 256 MiB');
}

function malformed(why: string, cause?: unknown): AppError {
  return new AppError({
    code: 'table.malformed',
    kind: 'invalid',
    detail: `The file cannot be read: ${why}. The first line of CSV and of a sheet names the columns; JSONL has one object a line.`,
    ...(cause === undefined ? {} : { cause }),
  });
}
