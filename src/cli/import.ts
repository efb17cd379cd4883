import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { type Command, Option } from 'commander';
import { AppError } from '../core/errors.ts';
import { TABLE_FORMATS, type TableFormat } from '../platform/table-file.ts';
import { type Client, type OpenClient, withClient } from './client.ts';
import { print, printTable, say } from './output.ts';

interface ImportOptions {
  readonly organization?: string;
  readonly preview?: boolean;
  readonly keepGood?: boolean;
  readonly existing: string;
  readonly json?: boolean;
}

interface Result {
  readonly rows: number;
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: number;
  readonly problems: readonly { readonly line: number; readonly path: string; readonly message: string }[];
  readonly isDone: boolean;
}

/** `switchhook import`: objects of one kind from a table. */
export function registerImport(program: Command, open: OpenClient): void {
  program
    .command('import')
    .argument('<kind>', 'what each row is, as in the API: extensions, contacts, numbers …')
    .argument('<file>', '.csv, .jsonl or .xlsx; the first line names the fields')
    .description('create or change objects from a table, with every bad row named')
    .option('--preview', 'say what would happen, change nothing')
    .option('--keep-good', 'keep the good rows instead of undoing all for a bad one')
    .addOption(
      new Option('--existing <what>', 'when the object exists')
        .choices(['refuse', 'merge', 'replace', 'skip'])
        .default('refuse'),
    )
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'the result as a JSON object')
    .addHelpText('after', '\nExample:\n  $ switchhook import contacts people.csv --preview')
    .action(async (kind: string, file: string, options: ImportOptions) => {
      const result = await withClient(open, options, (client) => send(client, kind, file, options));
      if (options.json) print(JSON.stringify(result));
      else report(result, options.preview === true);
      if (result.refused > 0 && options.preview !== true) process.exitCode = 1;
    });
}

async function send(client: Client, kind: string, file: string, options: ImportOptions): Promise<Result> {
  const format = formatOf(file);
  const { size } = await stat(file).catch((error: Error) => {
    throw new AppError({
      code: 'file.unreadable',
      kind: 'invalid',
      detail: `${file} cannot be read: ${error.message}`,
    });
  });
  const query = new URLSearchParams({
    preview: String(options.preview === true),
    keep: options.keepGood === true ? 'good' : 'all',
    existing: options.existing,
  });
  let last: Result | { readonly error: string } | undefined;
  await client.stream('POST', `/imports/${encodeURIComponent(kind)}?${query}`, {
    body: createReadStream(file),
    type: TABLE_FORMATS[format],
    accept: TABLE_FORMATS.jsonl,
    onLine: (line) => {
      last = JSON.parse(line) as Result | { readonly error: string };
      if (process.stderr.isTTY && 'rows' in last && !('isDone' in last)) progress(last as { rows: number }, size);
    },
  });
  if (last !== undefined && 'isDone' in last) return last;
  const detail = last !== undefined && 'error' in last ? last.error : 'The server ended without a result.';
  throw new AppError({ code: 'import.failed', kind: 'conflict', detail });
}

function progress({ rows }: { readonly rows: number }, size: number): void {
  process.stderr.write(`\r${rows.toLocaleString('en')} rows of ${(size / 1024).toFixed(0)} KiB …`);
}

function formatOf(file: string): TableFormat {
  const format = extname(file).slice(1).toLowerCase();
  if (Object.hasOwn(TABLE_FORMATS, format)) return format as TableFormat;
  const known = Object.keys(TABLE_FORMATS).map((one) => `.${one}`);
  throw new AppError({
    code: 'import.format',
    kind: 'invalid',
    detail: `${file}: the name tells the form of the file; it ends in ${known.join(', ')}.`,
  });
}

function report(result: Result, isPreview: boolean): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  const { rows, created, changed, unchanged, refused, problems, isDone } = result;
  printTable(
    ['rows', 'created', 'changed', 'unchanged', 'refused'],
    [[rows, created, changed, unchanged, refused].map(String)],
  );
  for (const { line, path, message } of problems) say(`  line ${line}: ${path === '' ? '' : `${path}: `}${message}`);
  if (isPreview) say('A preview: nothing was changed.');
  else if (!isDone) say('Nothing was changed. Mend the rows above, or use --keep-good.');
}
