import type { Command } from 'commander';
import { type OpenClient, withClient } from './client.ts';
import { print, say } from './output.ts';

/** `switchhook sign-in`: a link that opens the console once. */
export function registerSignIn(program: Command, open: OpenClient): void {
  program
    .command('sign-in')
    .description('make a link that signs in to the console once, within a quarter of an hour')
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'the answer as JSON')
    .addHelpText('after', '\nExample:\n  $ switchhook sign-in')
    .action(async (options: { organization?: string; json?: boolean }) => {
      const answer = (await withClient(open, options, (client) => client.request('POST', '/sign-in-links', {}))) as {
        url: string;
        expiresAt: string;
      };
      if (options.json) print(JSON.stringify(answer));
      else {
        print(answer.url);
        say('It works once, within 15 minutes.');
      }
    });
}
