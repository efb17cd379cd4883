import type { Command } from 'commander';
import { AppError } from '../../core/errors.ts';
import type { HoursTemplate } from '../../routing/index.ts';
import { type OpenClient, withClient } from '../client.ts';
import { print, printTable, say } from '../output.ts';

interface CreateOptions {
  readonly template: string;
  readonly open: string;
  readonly closed?: string;
  readonly timezone?: string;
  readonly organization?: string;
}

/** What the server adds to a schedule, and no other may have. */
const OWN = ['id', 'createdAt', 'updatedAt'];

/** `switchhook hours templates|create|copy`. */
export function registerSchedules(hours: Command, open: OpenClient): void {
  hours
    .command('templates')
    .description('the weeks that a new schedule can begin with')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  $ switchhook hours templates')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const templates = await readTemplates();
      if (json) print(JSON.stringify(templates));
      else
        printTable(
          ['TEMPLATE', 'OPEN'],
          templates.map(({ name, description }) => [name, description]),
        );
    });
  hours
    .command('create')
    .description('a new schedule with the week of a template')
    .argument('<name>', 'its name')
    .requiredOption('--open <target>', 'where calls go when it is open, e.g. ivr_menu:main')
    .option('--closed <target>', 'where they go otherwise (default: hangup)')
    .option('--template <name>', 'see switchhook hours templates', 'mon-fri')
    .option('--timezone <zone>', "such as Europe/Berlin (default: the organization's)")
    .option('--organization <slug>', 'which one, where there are several')
    .addHelpText('after', '\nExample:\n  $ switchhook hours create desk --template sun-thu --open extension:101')
    .action(async (name: string, { template, organization, ...fields }: CreateOptions) => {
      const templates = await readTemplates();
      const weekly = templates.find((candidate) => candidate.name === template)?.weekly;
      if (weekly === undefined) throw noTemplate(template, templates);
      await withClient(open, { organization }, (client) =>
        client.request('POST', '/business-hours', { name, weekly, ...fields }),
      );
      say(`${name} is open ${template}. Send a number to business_hours:${name}.`);
    });
  hours
    .command('copy')
    .description('a schedule like another')
    .argument('<name>', 'the schedule there is')
    .argument('<new-name>', 'the name of the new one')
    .option('--organization <slug>', 'which one, where there are several')
    .addHelpText('after', '\nExample:\n  $ switchhook hours copy office office-berlin')
    .action(async (name: string, newName: string, options: { readonly organization?: string }) => {
      await withClient(open, options, async (client) => {
        const found = await client.request('GET', `/business-hours/${encodeURIComponent(name)}`);
        const fields = Object.entries(found as object).filter(([field]) => !OWN.includes(field));
        await client.request('POST', '/business-hours', { ...Object.fromEntries(fields), name: newName });
      });
      say(`${newName} has the hours of ${name}.`);
    });
}

/** Loaded when asked for: routing takes a second, and every command line is registered before one is run. */
async function readTemplates(): Promise<readonly HoursTemplate[]> {
  return (await import('../../routing/index.ts')).HOURS_TEMPLATES;
}

function noTemplate(name: string, templates: readonly HoursTemplate[]): AppError {
  const names = templates.map((template) => template.name).join(', ');
  return new AppError({
    code: 'business_hours.template',
    kind: 'invalid',
    detail: `There is no template ${name}. There are: ${names}.`,
  });
}
