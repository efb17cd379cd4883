import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type OpenClient, withClient } from './client.ts';
import { print, say } from './output.ts';

interface ExportOptions {
  readonly organization?: string;
  readonly output?: string;
  readonly json?: boolean;
}

/** `switchhook export`: an organization as a file that `apply` takes. */
export function registerExport(program: Command, open: OpenClient): void {
  program
    .command('export')
    .description('write an organization as a file that apply takes, secrets included')
    .option('--organization <slug>', 'which one, where there are several')
    .option('--output <file>', 'write there, readable by you only, instead of stdout')
    .option('--json', 'the file as a JSON object')
    .addHelpText('after', '\nExample:\n  $ switchhook export --output acme.yaml')
    .action(async (options: ExportOptions) => {
      const { file } = (await withClient(open, options, (client) => client.request('GET', '/configuration'))) as {
        file: string;
      };
      if (options.json) print(JSON.stringify({ file }));
      else if (options.output === undefined) process.stdout.write(file);
      else {
        await writeFile(options.output, file, { mode: 0o600 });
        say(`Written to ${options.output}. It holds secrets.`);
      }
    });
}
