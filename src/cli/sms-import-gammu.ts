import { createReadStream } from 'node:fs';
import type { Command } from 'commander';
import type { HistoryImport } from '../messaging/index.ts';
import { type OpenClient, withClient } from './client.ts';
import { print, say } from './output.ts';

/** `switchhook sms import-gammu FILE…`. */
export function registerImportGammu(sms: Command, open: OpenClient): void {
  sms
    .command('import-gammu <files...>')
    .description('take over the history of gammu-smsd: CSV files of its tables inbox and sentitems')
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'one JSON object a file')
    .addHelpText('after', '\nExample:\n  $ switchhook sms import-gammu inbox.csv sentitems.csv')
    .action(async (files: readonly string[], options: { readonly organization?: string; readonly json?: boolean }) => {
      for (const file of files) {
        const lines: string[] = [];
        await withClient(open, options, (client) =>
          client.stream('POST', '/messages/import/gammu', {
            body: createReadStream(file),
            type: 'text/csv',
            accept: 'application/json',
            onLine: (line) => lines.push(line),
          }),
        );
        const text = lines.join('');
        if (options.json) print(text);
        else tell(file, JSON.parse(text) as HistoryImport);
      }
    });
}

function tell(file: string, { rows, imported, repeats, outbox, refused }: HistoryImport): void {
  print(`${file}: ${imported} texts of ${rows} rows${repeats === 0 ? '' : `, ${repeats} were there already`}`);
  if (outbox > 0)
    say(`  ${outbox} rows wait in gammu's outbox: let gammu-smsd finish them, or send them by a broadcast.`);
  for (const { line, reason } of refused.slice(0, 20)) say(`  line ${line}: ${reason}`);
  if (refused.length > 20) say(`  and ${refused.length - 20} more.`);
}
