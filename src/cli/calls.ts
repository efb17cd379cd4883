import type { Command } from 'commander';
import { type Client, type OpenClient, withClient } from './client.ts';
import { print, printTable, say } from './output.ts';

interface Options {
  readonly organization?: string;
  readonly json?: boolean;
}

interface CoachOptions extends Options {
  readonly mode: string;
  readonly extension: string;
  readonly whisperTo?: string;
}

interface Call {
  readonly id: string;
  readonly status: string;
  readonly direction: string;
  readonly from: string;
  readonly to: string;
  readonly startedAt: string;
  readonly answeredAt: string | null;
  readonly trace: readonly string[];
}

/** `switchhook calls live|disconnect|transfer|coach`: calls that are on. */
export function registerCalls(program: Command, open: OpenClient): void {
  const calls = program.command('calls').description('calls that are on: watch, end, move, coach');
  withCommon(calls.command('live'))
    .description('the calls that are on now')
    .addHelpText('after', '\nExample:\n  $ switchhook calls live')
    .action(async (options: Options) => {
      const live = await withClient(open, options, liveCalls);
      if (options.json) for (const call of live) print(JSON.stringify(call));
      else if (live.length === 0) say('No call is on.');
      else printTable(['ID', 'SINCE', 'FROM', 'TO', 'STATUS', 'LAST STEP'], live.map(rowOf));
    });
  withCommon(calls.command('disconnect'))
    .argument('<call>', 'its id or session token')
    .description('end a call')
    .addHelpText('after', '\nExample:\n  $ switchhook calls disconnect 0199a4c8-…')
    .action(async (call: string, options: Options) => {
      const done = await control(open, options, `/calls/${encodeURIComponent(call)}/disconnect`);
      if (options.json) print(JSON.stringify(done));
      else say('Disconnected.');
    });
  withCommon(calls.command('transfer'))
    .argument('<call>', 'its id or session token')
    .argument('<target>', 'any target of the plan: extension:101, ring_group:sales, forward:+12125550177, …')
    .description('move a call; whoever the caller is connected to is dropped')
    .addHelpText('after', '\nExample:\n  $ switchhook calls transfer 0199a4c8-… ring_group:sales')
    .action(async (call: string, target: string, options: Options) => {
      const done = await control(open, options, `/calls/${encodeURIComponent(call)}/transfer`, { target });
      if (options.json) print(JSON.stringify(done));
      else say(`Moved to ${target}.`);
    });
  withCommon(calls.command('coach'))
    .argument('<call>', 'its id or session token')
    .description("listen to a call, whisper or barge in: rings a supervisor's phone")
    .requiredOption('--extension <number>', 'whose phone rings')
    .option('--mode <mode>', 'listen, whisper or barge', 'listen')
    .option('--whisper-to <side>', 'caller, callee or both')
    .addHelpText('after', '\nExample:\n  $ switchhook calls coach 0199a4c8-… --mode whisper --extension 101')
    .action(async (call: string, { mode, extension, whisperTo, ...options }: CoachOptions) => {
      const body = { mode, extension, ...(whisperTo === undefined ? {} : { whisperTo }) };
      const done = await control(open, options, `/calls/${encodeURIComponent(call)}/coach`, body);
      if (options.json) print(JSON.stringify(done));
      else say(`Extension ${extension} rings. Any key leaves the call again.`);
    });
}

function withCommon(command: Command): Command {
  return command
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'the answer as JSON');
}

function control(open: OpenClient, options: Options, path: string, body?: object): Promise<unknown> {
  return withClient(open, options, (client) => client.request('POST', path, body));
}

/** As many as a screen shows and more than a small operator has. */
const MOST_LIVE = 100;

async function liveCalls(client: Client): Promise<readonly Call[]> {
  const { items } = (await client.request('GET', `/calls?live=true&limit=${MOST_LIVE}`)) as { items: readonly Call[] };
  return items.toReversed();
}

function rowOf(call: Call): string[] {
  return [
    call.id,
    call.startedAt.slice(11, 19),
    call.from,
    call.to,
    call.status,
    call.trace.at(-1)?.slice(0, 60) ?? '',
  ];
}
