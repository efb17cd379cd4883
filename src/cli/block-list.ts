import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { AppError } from '../core/errors.ts';
import { type Client, type OpenClient, withClient } from './client.ts';
import { print, say } from './output.ts';

/** Lines sent at once: a request of a few hundred kilobytes. */
const BATCH = 10_000;

interface Options {
  readonly organization?: string;
  readonly json?: boolean;
}

interface Changed {
  readonly added: number;
  readonly known: number;
  readonly removed: number;
  readonly absent: number;
  readonly refusedCount: number;
  readonly refused: readonly { readonly line: number; readonly message: string }[];
  readonly total: number;
}

/** `switchhook block-list`: numbers of long block lists. */
export function registerBlockList(program: Command, open: OpenClient): void {
  const group = program.command('block-list').description('numbers of long block lists');
  const common = (command: Command) =>
    command
      .option('--organization <slug>', 'the organization, where there are several')
      .option('--json', 'the answer as JSON');
  common(
    group
      .command('import')
      .argument('<list>', 'name of the list')
      .argument('<file>', 'a text or CSV file, one number a line, in the first column; - for stdin')
      .description('add the numbers of a file; repeating it is harmless')
      .option('--create', 'make the list when there is none; it rejects its callers'),
  )
    .addHelpText('after', '\nExample:\n  $ switchhook block-list import spam numbers.csv --create')
    .action(async (list: string, file: string, options: Options & { create?: boolean }) => {
      await withClient(open, { organization: options.organization }, async (client) => {
        if (options.create) await createIfMissing(client, list);
        const changed = await importFile(client, list, file);
        show(list, changed, options);
        if (changed.refusedCount > 0) process.exitCode = 1;
      });
    });
  for (const verb of ['add', 'remove'] as const) {
    common(
      group
        .command(verb)
        .argument('<list>', 'name of the list')
        .argument('<numbers...>', 'numbers, or +1976* for all that begin so')
        .description(verb === 'add' ? 'add numbers, in force at once' : 'take numbers off'),
    )
      .addHelpText('after', `\nExample:\n  $ switchhook block-list ${verb} spam +19005550666 "+1976*"`)
      .action(async (list: string, numbers: readonly string[], options: Options) => {
        await withClient(open, { organization: options.organization }, async (client) => {
          const changed = (await client.request('POST', pathOf(list), { [verb]: numbers })) as Changed;
          show(list, changed, options);
          if (changed.refusedCount > 0) process.exitCode = 1;
        });
      });
  }
}

async function createIfMissing(client: Client, name: string): Promise<void> {
  try {
    await client.request('GET', `/block-lists/${encodeURIComponent(name)}`);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'block_list.missing') throw error;
    await client.request('POST', '/block-lists', { name });
  }
}

async function importFile(client: Client, list: string, file: string): Promise<Changed> {
  const size = file === '-' ? undefined : (await stat(file).catch(missing(file))).size;
  const input = file === '-' ? process.stdin : createReadStream(file);
  let sum: Changed = { added: 0, known: 0, removed: 0, absent: 0, refusedCount: 0, refused: [], total: 0 };
  let sent = 0;
  let bytes = 0;
  let lines: string[] = [];
  const send = async () => {
    const changed = (await client.request('POST', pathOf(list), { add: lines })) as Changed;
    const refused = changed.refused.map(({ line, message }) => ({ line: sent + line, message }));
    sum = {
      ...changed,
      added: sum.added + changed.added,
      known: sum.known + changed.known,
      refusedCount: sum.refusedCount + changed.refusedCount,
      refused: [...sum.refused, ...refused],
    };
    sent += lines.length;
    lines = [];
    showProgress(sent, size === undefined ? undefined : Math.min(1, bytes / size));
  };
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    bytes += Buffer.byteLength(line) + 1;
    lines.push(line.slice(0, 200));
    if (lines.length >= BATCH) await send();
  }
  if (lines.length > 0 || sent === 0) await send();
  if (process.stderr.isTTY) say('');
  return sum;
}

function missing(file: string): () => never {
  return () => {
    throw new AppError({ code: 'file.missing', kind: 'missing', detail: `There is no file ${file}.` });
  };
}

function showProgress(lines: number, share: number | undefined): void {
  const text = `${lines} lines${share === undefined ? '' : `, ${Math.round(share * 100)} %`}`;
  if (process.stderr.isTTY) process.stderr.write(`\r${text}`);
  else if (lines % (10 * BATCH) === 0) say(text);
}

function show(list: string, changed: Changed, { json }: Options): void {
  if (json) {
    print(JSON.stringify({ ok: changed.refusedCount === 0, list, ...changed }));
    return;
  }
  const parts = [
    `${changed.added} added`,
    ...(changed.known > 0 ? [`${changed.known} known already`] : []),
    ...(changed.removed > 0 ? [`${changed.removed} taken off`] : []),
    ...(changed.absent > 0 ? [`${changed.absent} were not on it`] : []),
    ...(changed.refusedCount > 0 ? [`${changed.refusedCount} lines refused`] : []),
  ];
  say(`${list}: ${parts.join(', ')}; ${changed.total} numbers now.`);
  for (const { line, message } of changed.refused.slice(0, 20)) say(`  line ${line}: ${message}`);
}

function pathOf(list: string): string {
  return `/block-lists/${encodeURIComponent(list)}/entries`;
}
