import { Command, CommanderError } from 'commander';
import { registerApiKey } from './cli/api-key.ts';
import { registerApply } from './cli/apply.ts';
import { registerBlockList } from './cli/block-list.ts';
import { registerCall } from './cli/call.ts';
import { registerCalls } from './cli/calls.ts';
import { registerCdrs } from './cli/cdrs.ts';
import type { OpenClient } from './cli/client.ts';
import { registerCloudonix } from './cli/cloudonix.ts';
import { registerEmulate } from './cli/emulate.ts';
import { registerExplain } from './cli/explain.ts';
import { registerExport } from './cli/export.ts';
import { registerHours } from './cli/hours.ts';
import { registerImport } from './cli/import.ts';
import { registerMedia } from './cli/media.ts';
import { registerModem } from './cli/modem.ts';
import { letReadersLeave, reportFailure } from './cli/output.ts';
import { registerPdu } from './cli/pdu.ts';
import { registerPeople } from './cli/people.ts';
import { registerPlan } from './cli/plan.ts';
import { registerReplay } from './cli/replay.ts';
import { registerSignIn } from './cli/sign-in.ts';
import { registerSms } from './cli/sms.ts';
import { registerVoicemail } from './cli/voicemail.ts';
import { registerMaintenance } from './node/maintenance.ts';
import { registerServe } from './node/serve-command.ts';
import { registerSimulate } from './node/simulate-command.ts';
import { readConfig } from './platform/config.ts';
import { VERSION } from './platform/version.ts';

/*
 * The composition root of Node: the command line, and behind `serve` the whole service. What needs a database or a server
 * is loaded when a command asks for it, so that the small commands start at once.
 */

const openClient: OpenClient = async (options) => {
  const node = await import('./node/open-client.ts');
  return node.openClient(readConfig(process.env), options);
};

const program = new Command('switchhook')
  .description('The phone room of a small operator: Cloudonix voice webhooks and GSM modems in one service')
  .version(VERSION)
  .showHelpAfterError('(add --help for an example)');

registerServe(program);
registerApply(program, openClient);
registerExport(program, openClient);
registerImport(program, openClient);
registerCall(program, openClient);
registerExplain(program, openClient);
registerReplay(program, openClient);
registerPlan(program, openClient);
registerCdrs(program, openClient);
registerCalls(program, openClient);
registerCloudonix(program, openClient);
registerEmulate(program, openClient);
registerBlockList(program, openClient);
registerHours(program, openClient);
registerMedia(program, openClient);
registerVoicemail(program, openClient);
registerSms(program, openClient);
registerPdu(program);
registerModem(program, openClient);
registerApiKey(program, openClient);
registerSignIn(program, openClient);
registerPeople(program, openClient);
registerSimulate(program);
registerMaintenance(program);

letReadersLeave([process.stdout, process.stderr]);
await run(process.argv);

/** Exit status: 0 done, 1 failed, 2 wrong use. */
async function run(argv: readonly string[]): Promise<void> {
  for (const command of [program, ...allOf(program)]) command.exitOverride();
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    reportFailure(error, argv.includes('--json'));
    process.exitCode = 1;
  }
}

function allOf(command: Command): Command[] {
  return command.commands.flatMap((inner) => [inner, ...allOf(inner)]);
}
