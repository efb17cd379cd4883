import type { Command } from 'commander';
import { DIRECTIONS } from './call/directions.ts';
import type { CallOptions } from './call/request.ts';
import { type OpenClient, withClient } from './client.ts';

const EXAMPLE = `
Examples:
  $ switchhook call --config acme.yaml --from +12125550150 --to +12125550102 --then digits:1 --then dial:no-answer
  $ switchhook call --config acme.yaml --from 101 --to 102 --direction subscriber --json
  $ switchhook call --config acme.yaml --from +12125550150 --to +12125550100 --at 2026-12-25T10:00:00-05:00`;

/** Adds `switchhook call` to the command line. */
export function registerCall(program: Command, open: OpenClient): void {
  program
    .command('call')
    .description('play a call against a configuration, without a server or a database, or against a running server')
    .option('--config <file>', 'the configuration of one organization (YAML)')
    .option('--draft', 'the draft that is stored, instead of a file')
    .option('--organization <slug>', 'whose draft, where there are several')
    .option('--from <caller>', 'who calls: a number, or an extension')
    .option('--to <called>', 'what was dialled')
    .option('--direction <direction>', `how Cloudonix presents the call: ${DIRECTIONS.join(', ')}`, 'inbound')
    .option('--at <time>', 'when the call arrives, e.g. 2026-12-25T10:00:00-05:00 (default: now)')
    .option(
      '--then <step>',
      'what happens next: digits:12, noinput, dial:no-answer|busy|failed|completed, speech:TEXT, record:SECONDS (repeatable)',
      (step: string, steps: readonly string[] = []) => [...steps, step],
    )
    .option(
      '--hours <switch>',
      'business hours that somebody switched by hand: office=closed, or office=open@2026-12-25T18:00:00-05:00 (repeatable)',
      (text: string, switches: readonly string[] = []) => [...switches, text],
    )
    .option(
      '--custom-logic <answer>',
      'what endpoints of custom logic would answer: a target such as extension:101, or CXML (default: nothing; they fail)',
    )
    .option('--json', 'one JSON line a document')
    .option('--server <url>', 'play against the server running there')
    .addHelpText('after', EXAMPLE)
    // Commander ends wrong use with 1; scripts are promised 2.
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .action(async ({ then: steps = [], ...options }: Omit<CallOptions, 'steps'> & { then?: readonly string[] }) => {
      // Routing takes a second to load, and every command line is registered before one is run.
      const { runCall } = await import('./call/run.ts');
      process.exitCode = await runCall(
        { ...options, steps },
        {
          out: (line) => console.log(line),
          err: (line) => console.error(line),
        },
        async () =>
          ((await withClient(open, options, (client) => client.request('GET', '/plans/draft'))) as Draft).file,
      );
    });
}

type Draft = { readonly file: string };
