import type { Command } from 'commander';
import { type OpenClient, withClient } from '../client.ts';
import { print, say } from '../output.ts';
import { textOfFile } from '../read-text.ts';

interface Options {
  readonly only?: readonly string[];
  readonly dryRun?: boolean;
  readonly organization?: string;
  readonly json?: boolean;
}

interface Day {
  readonly date?: string;
  readonly from?: string;
  readonly to?: string;
  readonly name: string;
}

interface Imported {
  readonly added: readonly Day[];
  readonly known: readonly Day[];
  readonly past: number;
  readonly refused: readonly { readonly line: number; readonly message: string }[];
}

const EXAMPLE = `
The file is an iCalendar file (.ics), as every calendar exports it, or the JSON list of https://date.nager.at.
What the schedule says for a day already stays as it is.

Examples:
  $ switchhook hours holidays office holidays.ics --dry-run
  $ switchhook hours holidays office holidays.ics --only Christmas,Easter
  $ curl -s https://date.nager.at/api/v3/PublicHolidays/2027/DE > 2027.json && switchhook hours holidays office 2027.json`;

/** `switchhook hours holidays`. */
export function registerHolidays(hours: Command, open: OpenClient): void {
  hours
    .command('holidays')
    .description('close a schedule on the public holidays of a calendar file')
    .argument('<name>', 'the schedule')
    .argument('<file>', 'iCalendar, or the JSON of Nager.Date')
    .option('--only <words>', 'only holidays whose name contains one of these, separated by commas', (text: string) =>
      text.split(','),
    )
    .option('--dry-run', 'show what would be added, and change nothing')
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'the answer as JSON')
    .addHelpText('after', EXAMPLE)
    .action(async (name: string, file: string, { only, dryRun = false, ...options }: Options) => {
      const body = { calendar: await textOfFile(file), dryRun, ...(only === undefined ? {} : { only }) };
      const path = `/business-hours/${encodeURIComponent(name)}/holidays`;
      const imported = (await withClient(open, options, (client) => client.request('POST', path, body))) as Imported;
      if (options.json) {
        print(JSON.stringify(imported));
        return;
      }
      for (const day of imported.added) print(`${day.date ?? `${day.from} to ${day.to}`}  ${day.name}`);
      for (const { line, message } of imported.refused) say(`line ${line}: ${message}`);
      say(
        `${imported.added.length} ${dryRun ? 'would be added' : 'added'}, ${imported.known.length} known, ` +
          `${imported.past} over, ${imported.refused.length} not understood`,
      );
    });
}
