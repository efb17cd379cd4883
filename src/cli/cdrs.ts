import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { AppError } from '../core/errors.ts';
import { type OpenClient, withClient } from './client.ts';
import { isReaderGone, print, printTable, say } from './output.ts';

interface Filters {
  readonly number?: string;
  readonly extension?: string;
  readonly direction?: string;
  readonly disposition?: string;
  readonly since?: string;
  readonly until?: string;
  readonly organization?: string;
  readonly json?: boolean;
}

interface Sums {
  readonly calls: number;
  readonly answered: number;
  readonly missed: number;
  readonly blocked: number;
  readonly failed: number;
  readonly billableSeconds: number;
}

const FILTERS = ['number', 'extension', 'direction', 'disposition', 'since', 'until'] as const;

/** `switchhook cdrs`: files of what was, and sums of it. */
export function registerCdrs(program: Command, open: OpenClient): void {
  const cdrs = program.command('cdrs').description('call detail records: files and sums');
  filtered(cdrs.command('export'))
    .description('write the records that match, newest first')
    .option('--format <format>', 'csv, jsonl or xlsx', 'csv')
    .option('--output <file>', 'write there instead of stdout')
    .option('--disposition <disposition>', 'answered, no-answer, busy, canceled or failed')
    .addHelpText(
      'after',
      '\nExample:\n  $ switchhook cdrs export --format xlsx --since 2026-01-01 --output january.xlsx',
    )
    .action(async (options: Filters & { readonly format: string; readonly output?: string }) => {
      const query = queryOf(options);
      query.set('format', options.format);
      await withClient(open, options, async (client) => {
        const bytes = client.download(`/cdrs/export?${query}`);
        if (options.output === undefined) return writeOut(bytes);
        await writeFile(bytes, options.output);
        say(`Written to ${options.output}.`);
      });
    });
  filtered(cdrs.command('statistics'))
    .description('count calls; the last 30 days unless --since or --hours')
    .option('--by <what>', 'hour, day, number, extension, place, assistant or disposition', 'day')
    .option('--hours <count>', 'the last so many hours, instead of --since')
    .option('--json', 'the answer as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ switchhook cdrs statistics --by extension --since 2026-01-01\n  $ switchhook cdrs statistics --by assistant --hours 24',
    )
    .action(async (options: Filters & { readonly by: string; readonly hours?: string }) => {
      const query = queryOf(options);
      if (options.hours !== undefined) query.set('since', hoursAgo(options.hours));
      query.set('by', options.by);
      const found = (await withClient(open, options, (client) =>
        client.request('GET', `/calls/statistics?${query}`),
      )) as { readonly total: Sums; readonly items: readonly (Sums & { readonly key: string })[] };
      if (options.json) {
        print(JSON.stringify(found));
        return;
      }
      const header = [options.by.toUpperCase(), 'CALLS', 'ANSWERED', 'MISSED', 'BLOCKED', 'FAILED', 'BILLED S'];
      printTable(header, [...found.items, { key: 'all', ...found.total }].map(rowOf));
    });
}

function hoursAgo(text: string): string {
  const hours = Number(text);
  // 100 years: further back than any record, and still an instant that can be written.
  if (hours > 0 && hours <= 876_000) return new Date(Date.now() - hours * 3_600_000).toISOString();
  throw new AppError({
    code: 'cdrs.hours',
    kind: 'invalid',
    detail: `--hours wants a number above 0, not "${text}".`,
  });
}

function filtered(command: Command): Command {
  return command
    .option('--number <number>', 'either side; +1212* for a beginning')
    .option('--extension <number>', 'who placed the call, or was rung alone last')
    .option('--direction <direction>', 'inbound, subscriber or outbound-api')
    .option('--since <time>', 'a day such as 2026-01-31, or an instant')
    .option('--until <time>', 'a day, which is included, or an instant, which is not')
    .option('--organization <slug>', 'which one, where there are several');
}

function queryOf(filters: Filters): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of FILTERS) if (filters[name] !== undefined) query.set(name, filters[name]);
  return query;
}

/** To stdout, no faster than the other side reads, and no longer. */
async function writeOut(bytes: AsyncIterable<Uint8Array>): Promise<void> {
  await pipeline(bytes, process.stdout, { end: false }).catch((error: unknown) => {
    if (!isReaderGone(error)) throw error;
  });
}

/** The whole file or none: what failed half-way must not pass for an export, nor take the place of an older one. */
async function writeFile(bytes: AsyncIterable<Uint8Array>, path: string): Promise<void> {
  const part = `${path}.part`;
  try {
    await pipeline(bytes, createWriteStream(part, { mode: 0o600 }));
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

function rowOf(row: Sums & { readonly key: string }): string[] {
  const { key, calls, answered, missed, blocked, failed, billableSeconds } = row;
  return [key, ...[calls, answered, missed, blocked, failed, billableSeconds].map(String)];
}
