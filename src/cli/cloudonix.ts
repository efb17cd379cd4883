import type { Command } from 'commander';
import type { CloudonixReport, CloudonixSyncResult } from '../voice/index.ts';
import { type OpenClient, withClient } from './client.ts';
import { print, printTable, say } from './output.ts';

interface Options {
  readonly organization?: string;
  readonly json?: boolean;
}

interface SyncOptions extends Options {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly numbers?: boolean;
}

/** `switchhook cloudonix check|sync|phone`. */
export function registerCloudonix(program: Command, open: OpenClient): void {
  const cloudonix = program.command('cloudonix').description('keep the Cloudonix side in step with this one');
  cloudonix
    .command('check')
    .description('prove key and domain, and show every difference; changes nothing')
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'the report as one JSON object')
    .addHelpText('after', '\nExample:\n  $ switchhook cloudonix check')
    .action(async (options: Options) => {
      const report = (await withClient(open, options, (client) =>
        client.request('GET', '/cloudonix/check'),
      )) as CloudonixReport;
      if (options.json) print(JSON.stringify(report));
      else showReport(report);
      if (!report.isInStep || !report.domain.active) process.exitCode = 1;
    });
  cloudonix
    .command('sync')
    .description('show what would change at Cloudonix; with --yes change it')
    .option('--yes', 'make the changes')
    .option('--dry-run', 'only show them, also beside --yes')
    .option('--numbers', 'also give each number of ours a DNID of its own')
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'the result as one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  $ switchhook cloudonix sync\n  $ switchhook cloudonix sync --yes\n  $ switchhook cloudonix sync --numbers --yes',
    )
    .action(async (options: SyncOptions) => {
      const dryRun = options.dryRun === true || options.yes !== true;
      const result = (await withClient(open, options, (client) =>
        client.request('POST', '/cloudonix/sync', { dryRun, numbers: options.numbers ?? false }),
      )) as CloudonixSyncResult;
      if (options.json) {
        print(JSON.stringify(result));
        return;
      }
      showReport(result);
      if (dryRun && result.left > 0) say('Nothing was changed. Change it with --yes.');
      else if (!dryRun) say(`${result.applied} ${result.applied === 1 ? 'change' : 'changes'} made.`);
      if (!dryRun && result.left > 0) say(`${result.left} are left; run it again.`);
    });
  cloudonix
    .command('phone')
    .argument('<extension>', 'number of a user extension')
    .description('what a phone registers with; the reading is noted in the audit')
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'as one JSON object')
    .addHelpText('after', '\nExample:\n  $ switchhook cloudonix phone 101')
    .action(async (extension: string, options: Options) => {
      const phone = (await withClient(open, options, (client) =>
        client.request('GET', `/cloudonix/phones/${encodeURIComponent(extension)}`),
      )) as { domain: string; username: string; password: string };
      if (options.json) print(JSON.stringify(phone));
      else printTable(['DOMAIN', 'USER', 'PASSWORD'], [[phone.domain, phone.username, phone.password]]);
    });
}

function showReport({ domain, drift, trunks, numbers }: CloudonixReport): void {
  say(`${domain.name}: the key is good${domain.active ? '' : ', but the domain is inactive at Cloudonix'}.`);
  say(`${trunks.length} trunks${listOf(trunks.map(({ name }) => name))}, ${numbers.length} DNIDs there.`);
  if (drift.length === 0) {
    say('In step: nothing to do.');
    return;
  }
  printTable(
    ['ACTION', 'OBJECT', 'NAME', 'HERE', 'THERE', 'NOTE'],
    drift.map(({ action, object, name, here, there, advice }) => [action, object, name, here, there, advice ?? '']),
  );
}

const MOST_NAMES = 5;

function listOf(names: readonly string[]): string {
  if (names.length === 0) return '';
  return ` (${names.slice(0, MOST_NAMES).join(', ')}${names.length > MOST_NAMES ? ', …' : ''})`;
}
