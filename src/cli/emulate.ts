import type { Command } from 'commander';
import type { OpenClient } from './client.ts';
import type { EmulateOptions } from './emulate/run.ts';

const EXAMPLE = `
Without --config the organization is read from the installation on this machine.

Examples:
  $ switchhook emulate
  $ switchhook emulate --calls 1000 --rate 100 --concurrency 300 --speed max
  $ switchhook emulate --config acme.yaml --server https://pbx.example.com --disorder --duplicates
  $ switchhook emulate --to +12125550102 --calls 1 --speed 1
  $ switchhook emulate --server http://127.0.0.1:8081,http://127.0.0.1:8082 --calls 500`;

/** `switchhook emulate`: plays Cloudonix towards a running installation. */
export function registerEmulate(program: Command, open: OpenClient): void {
  const more = (value: string, values: readonly string[] = []) => [...values, ...value.split(',')];
  program
    .command('emulate')
    .description('play Cloudonix towards a running installation: calls, session updates, CDRs; no account needed')
    .option('--server <url>', 'the installation, several for its processes; default: http://127.0.0.1:8080', more)
    .option('--config <file>', 'the organization (YAML) whose domain, keys and numbers are used')
    .option('--organization <slug>', 'which one, where there are several')
    .option('--calls <count>', 'how many calls', '50')
    .option('--rate <count>', 'new calls a second', '5')
    .option('--concurrency <count>', 'calls at the same time, at most', '100')
    .option('--speed <factor>', 'how much faster than life people act; max does not wait at all', '20')
    .option('--disorder', 'callbacks overtake each other, come late, in arrays, in other spellings')
    .option('--duplicates', 'some callbacks come twice')
    .option('--from <number>', 'callers; repeat it or separate with commas', more)
    .option('--to <number>', 'what they dial; default: every active number', more)
    .option('--seed <number>', 'the same seed makes the same callers do the same')
    .option('--json', 'one JSON object a call, and one for all at the end')
    .addHelpText('after', EXAMPLE)
    .action(async (options: EmulateOptions) => {
      // The emulator takes a second to load, and every command line is registered before one is run.
      const { runEmulate } = await import('./emulate/run.ts');
      process.exitCode = await runEmulate(options, open);
    });
}
