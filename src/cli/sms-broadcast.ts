import { createReadStream } from 'node:fs';
import type { Command } from 'commander';
import { AppError } from '../core/errors.ts';
import { uuidv7 } from '../core/ids.ts';
import type { BroadcastView } from '../messaging/index.ts';
import { type OpenClient, withClient } from './client.ts';
import { print, say } from './output.ts';

interface BroadcastOptions {
  readonly text?: string;
  readonly modem?: string;
  readonly priority?: string;
  readonly at?: string;
  readonly organization?: string;
  readonly json?: boolean;
}

/** `switchhook sms broadcast FILE` and `sms progress ID`. */
export function registerBroadcast(sms: Command, open: OpenClient): void {
  sms
    .command('broadcast <file>')
    .description('a text to every number of a CSV (column to, perhaps body) or JSONL file')
    .option('--text <text>', 'what to send, unless each line has a body')
    .option('--modem <name>', 'send by this modem only')
    .option('--priority <priority>', 'high, normal or low', 'low')
    .option('--at <time>', 'not before, like 2026-11-20T18:00:00+02:00')
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'the broadcast as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  $ switchhook sms broadcast numbers.csv --text "No water on Monday from 8 to 10."',
    )
    .action(async (file: string, options: BroadcastOptions) => {
      const query = new URLSearchParams({ id: uuidv7() });
      const given = { body: options.text, modem: options.modem, priority: options.priority, scheduleAt: options.at };
      for (const [name, value] of Object.entries(given)) if (value !== undefined) query.set(name, value);
      let last: BroadcastView | undefined;
      await withClient(open, options, (client) =>
        client.stream('POST', `/broadcasts?${query}`, {
          body: createReadStream(file),
          type: file.endsWith('.csv') ? 'text/csv' : 'application/x-ndjson',
          accept: 'application/x-ndjson',
          onLine: (line) => {
            last = JSON.parse(line) as BroadcastView;
            if (process.stderr.isTTY) process.stderr.write(`\r${last.accepted} of ${last.received} accepted `);
          },
        }),
      );
      if (process.stderr.isTTY) process.stderr.write('\n');
      if (last?.status === undefined) throw endedEarly();
      report(last, options.json === true);
      if (last.status === 'interrupted') process.exitCode = 1;
    });
  sms
    .command('progress <id>')
    .description('how far a broadcast is')
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'the broadcast as JSON')
    .addHelpText('after', '\nExample:\n  $ switchhook sms progress 01a1ff08-7016-71ea-a605-162b83803b3e')
    .action(async (id: string, options: Pick<BroadcastOptions, 'organization' | 'json'>) => {
      const view = (await withClient(open, options, (client) =>
        client.request('GET', `/broadcasts/${encodeURIComponent(id)}`),
      )) as BroadcastView;
      report(view, options.json === true);
    });
}

function report(view: BroadcastView, asJson: boolean): void {
  if (asJson) {
    print(JSON.stringify(view));
    return;
  }
  print(view.id);
  const counts = Object.entries(view.messages).map(([status, count]) => `${count} ${status}`);
  say(`${view.status}: ${view.accepted} of ${view.received} lines; ${counts.join(', ') || 'no messages'}.`);
  for (const { line, to, reason } of [...view.duplicates, ...view.refused].slice(0, 20)) {
    say(`  line ${line}${to === '' ? '' : ` (${to})`}: ${reason}`);
  }
  const more = view.duplicateCount + view.refusedCount - 20;
  if (more > 0) say(`  and ${more} more.`);
}

function endedEarly(): AppError {
  return new AppError({
    code: 'broadcast.interrupted',
    kind: 'unavailable',
    detail: 'The server ended before the list was taken over. Look with `switchhook sms progress` what it accepted.',
  });
}
