import type { Command } from 'commander';
import type { HoursPreview } from '../voice/index.ts';
import { type OpenClient, withClient } from './client.ts';
import { registerHolidays } from './hours/holidays.ts';
import { registerSchedules } from './hours/schedules.ts';
import { print, say } from './output.ts';

interface Options {
  readonly organization?: string;
  readonly json?: boolean;
}

/** `switchhook hours preview|open|close|clear|holidays|templates|create|copy`. */
export function registerHours(program: Command, open: OpenClient): void {
  const hours = program.command('hours').description('what business hours say, and switching them by hand');
  hours
    .command('preview')
    .description('what happens to a call at an instant')
    .argument('<name>', 'the schedule')
    .option('--at <instant>', 'such as 2026-12-24T18:00:00+01:00; now when absent')
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'the answer as JSON')
    .addHelpText('after', '\nExample:\n  $ switchhook hours preview office --at 2026-12-25T10:00:00-05:00')
    .action(async (name: string, options: Options & { readonly at?: string }) => {
      const query = options.at === undefined ? '' : `?${new URLSearchParams({ at: options.at })}`;
      show(await ask(open, options, 'GET', `${pathOf(name)}/preview${query}`), options);
    });
  for (const [command, state] of [
    ['open', 'open'],
    ['close', 'closed'],
  ] as const) {
    hours
      .command(command)
      .description(`force a schedule ${state}, whatever its ranges say`)
      .argument('<name>', 'the schedule')
      .option('--until <instant>', 'such as 2026-12-24T18:00:00+01:00; until it is cleared when absent')
      .option('--organization <slug>', 'which one, where there are several')
      .option('--json', 'what holds now, as JSON')
      .addHelpText('after', `\nExample:\n  $ switchhook hours ${command} office --until 2030-12-24T18:00:00+01:00`)
      .action(async (name: string, options: Options & { readonly until?: string }) => {
        const body = { state, ...(options.until === undefined ? {} : { until: options.until }) };
        show(await ask(open, options, 'PUT', `${pathOf(name)}/override`, body), options);
      });
  }
  hours
    .command('clear')
    .description('let a schedule follow its ranges and exceptions again')
    .argument('<name>', 'the schedule')
    .option('--organization <slug>', 'which one, where there are several')
    .addHelpText('after', '\nExample:\n  $ switchhook hours clear office')
    .action(async (name: string, options: Options) => {
      await ask(open, options, 'DELETE', `${pathOf(name)}/override`);
      say(`${name} follows its ranges again.`);
    });
  registerHolidays(hours, open);
  registerSchedules(hours, open);
}

function pathOf(name: string): string {
  return `/business-hours/${encodeURIComponent(name)}`;
}

function ask(open: OpenClient, options: Options, method: string, path: string, body?: unknown): Promise<unknown> {
  return withClient(open, options, (client) => client.request(method, path, body));
}

function show(answer: unknown, { json }: Options): void {
  const preview = answer as HoursPreview;
  if (json) {
    print(JSON.stringify(preview));
    return;
  }
  print(`${preview.open ? 'open' : 'closed'} → ${preview.target}`);
  say(`${preview.why}${preview.changesAt === null ? '' : `; changes at ${preview.changesAt}`}`);
}
