import type { Command } from 'commander';
import type { PlanChange, PlanCheck } from '../configuration/index.ts';
import type { PlanDraft } from '../voice/index.ts';
import { type OpenClient, withClient } from './client.ts';
import { print, printTable, say } from './output.ts';
import { textOfFile } from './read-text.ts';

interface Shared {
  readonly organization?: string;
  readonly json?: boolean;
}

interface Version {
  readonly version: number;
  readonly actorName: string;
  readonly createdAt: string;
  readonly origin: string | null;
  readonly restoredVersion: number | null;
  readonly note: string | null;
  readonly isCurrent: boolean;
}

interface Applied {
  readonly version: number | null;
  readonly changes: readonly {
    readonly action: PlanChange['action'];
    readonly object: string;
    readonly fields?: readonly string[];
  }[];
}

const MARK: Readonly<Record<PlanChange['action'], string>> = { create: '+', change: '~', delete: '-' };

/** `switchhook plan`: drafts, versions and the way back. */
export function registerPlan(program: Command, open: OpenClient): void {
  const plan = program.command('plan').description('drafts, published versions, and the way back');
  registerReading(plan, open);
  registerDrafts(plan, open);
  shared(plan.command('rollback'))
    .argument('<version>', 'the number of the version')
    .description('make the voice objects what they were in a version; secrets stay')
    .option('--dry-run', 'show what would change, change nothing')
    .option('--note <text>', 'why, for who looks back')
    .addHelpText('after', '\nExample:\n  $ switchhook plan rollback 12 --dry-run')
    .action(async (version: string, options: Shared & { readonly dryRun?: boolean; readonly note?: string }) => {
      const body = { dryRun: options.dryRun ?? false, ...(options.note === undefined ? {} : { note: options.note }) };
      const path = `/plans/versions/${encodeURIComponent(version)}/rollback`;
      const applied = (await ask(open, options, 'POST', path, body)) as Applied;
      showApplied(applied, options, options.dryRun === true ? 'Nothing was changed.' : undefined);
    });
}

function registerReading(plan: Command, open: OpenClient): void {
  shared(plan.command('list'))
    .description('published versions, newest first')
    .option('--limit <count>', 'how many', '20')
    .addHelpText('after', '\nExample:\n  $ switchhook plan list --limit 5')
    .action(async (options: Shared & { readonly limit: string }) => {
      const path = `/plans/versions?limit=${encodeURIComponent(options.limit)}`;
      const { items } = (await ask(open, options, 'GET', path)) as { readonly items: readonly Version[] };
      if (options.json) for (const item of items) print(JSON.stringify(item));
      else printTable(['VERSION', 'TIME', 'BY', 'FROM', 'NOTE'], items.map(rowOf));
    });
  shared(plan.command('show'))
    .argument('<version>', 'the number of the version')
    .description('one version as JSON, without its secrets')
    .addHelpText('after', '\nExample:\n  $ switchhook plan show 12')
    .action(async (version: string, options: Shared) => {
      const found = await ask(open, options, 'GET', `/plans/versions/${encodeURIComponent(version)}`);
      print(options.json ? JSON.stringify(found) : JSON.stringify(found, undefined, 2));
    });
  shared(plan.command('diff'))
    .argument('<from>', 'a version, current or draft')
    .argument('[to]', 'a version, current or draft', 'current')
    .description('what differs between two plans; exit status 1 when anything does')
    .addHelpText('after', '\nExamples:\n  $ switchhook plan diff 11 12\n  $ switchhook plan diff current draft')
    .action(async (from: string, to: string, options: Shared) => {
      const query = new URLSearchParams({ from, to });
      const { changes } = (await ask(open, options, 'GET', `/plans/diff?${query}`)) as {
        readonly changes: readonly PlanChange[];
      };
      if (options.json) print(JSON.stringify({ same: changes.length === 0, changes }));
      else showChanges(changes);
      process.exitCode = changes.length === 0 ? 0 : 1;
    });
}

function registerDrafts(plan: Command, open: OpenClient): void {
  shared(plan.command('draft'))
    .argument('[file]', 'a YAML or JSON file to store as the draft; absent: print the draft')
    .description('store a configuration as the draft, or print the one that is stored')
    .option('--discard', 'throw the draft away')
    .addHelpText('after', '\nExample:\n  $ switchhook plan draft acme.yaml')
    .action(async (file: string | undefined, options: Shared & { readonly discard?: boolean }) => {
      if (options.discard === true) {
        await ask(open, options, 'DELETE', '/plans/draft');
        say('The draft is gone.');
        return;
      }
      const draft = (await (file === undefined
        ? ask(open, options, 'GET', '/plans/draft')
        : ask(open, options, 'PUT', '/plans/draft', { file: await textOfFile(file) }))) as PlanDraft;
      if (options.json) print(JSON.stringify(draft));
      else if (file === undefined) process.stdout.write(draft.file);
      else say(`Stored. It was begun from version ${draft.baseVersion ?? 'none'}; plan validate judges it.`);
    });
  shared(plan.command('validate'))
    .argument('[file]', 'a YAML or JSON file; absent: the draft')
    .description('find loops, dead ends and what else is wrong; exit status 1 when it cannot be published')
    .addHelpText('after', '\nExample:\n  $ switchhook plan validate acme.yaml')
    .action(async (file: string | undefined, options: Shared) => {
      const body = file === undefined ? {} : { file: await textOfFile(file) };
      const check = (await ask(open, options, 'POST', '/plans/validate', body)) as PlanCheck;
      if (options.json) print(JSON.stringify(check));
      else showCheck(check);
      process.exitCode = check.ok ? 0 : 1;
    });
  shared(plan.command('publish'))
    .description('publish the draft: all of it, or nothing')
    .option('--note <text>', 'why, for who looks back')
    .option('--force', 'also when somebody published since the draft was begun')
    .addHelpText('after', '\nExample:\n  $ switchhook plan publish --note "Christmas hours"')
    .action(async (options: Shared & { readonly note?: string; readonly force?: boolean }) => {
      const body = { force: options.force ?? false, ...(options.note === undefined ? {} : { note: options.note }) };
      showApplied((await ask(open, options, 'POST', '/plans/publish', body)) as Applied, options);
    });
}

function shared(command: Command): Command {
  return command
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'the answer as JSON');
}

function ask(open: OpenClient, options: Shared, method: string, path: string, body?: unknown): Promise<unknown> {
  return withClient(open, options, (client) => client.request(method, path, body));
}

function rowOf({ version, createdAt, actorName, origin, restoredVersion, note, isCurrent }: Version): string[] {
  const from = origin === 'rollback' ? `rollback to ${restoredVersion}` : (origin ?? '');
  return [`${version}${isCurrent ? ' *' : ''}`, createdAt.replace('T', ' ').slice(0, 19), actorName, from, note ?? ''];
}

function showChanges(changes: readonly PlanChange[]): void {
  for (const { action, object, fields } of changes) {
    print(`${MARK[action]} ${object}`);
    for (const { field, before, after } of fields) {
      if (before !== undefined) print(`    - ${field}: ${JSON.stringify(before)}`);
      if (after !== undefined) print(`    + ${field}: ${JSON.stringify(after)}`);
    }
  }
  say(changes.length === 0 ? 'Nothing differs.' : `${changes.length} differ.`);
}

function showCheck({ ok, problems }: PlanCheck): void {
  for (const { severity, path, line, message, way } of problems) {
    print(`${severity}: ${line === undefined ? '' : `line ${line}: `}${path === '' ? '' : `${path}: `}${message}`);
    if (way !== undefined) print(`    ${way}`);
  }
  const counted = (wanted: string) => {
    const count = problems.filter(({ severity }) => severity === wanted).length;
    return `${count} ${wanted}${count === 1 ? '' : 's'}`;
  };
  const words = `${counted('error')}, ${counted('warning')}.`;
  say(ok ? `It can be published. ${words}` : `It cannot be published. ${words}`);
}

function showApplied({ version, changes }: Applied, options: Shared, remark?: string): void {
  if (options.json) {
    print(JSON.stringify({ version, changes }));
    return;
  }
  for (const { action, object, fields } of changes) {
    print(`${MARK[action]} ${object}${fields === undefined ? '' : `  (${fields.join(', ')})`}`);
  }
  say(remark ?? (changes.length === 0 ? 'Nothing to change.' : `Version ${version ?? 'none'} answers new calls.`));
}
