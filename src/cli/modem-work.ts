import type { Command } from 'commander';
import { AppError } from '../core/errors.ts';
import type { UssdSessionView } from '../messaging/index.ts';
import { type Client, type OpenClient, withClient } from './client.ts';
import { print, printTable, say } from './output.ts';

interface Options {
  readonly organization?: string;
  readonly json?: boolean;
}

const POLL_MS = 500;
/** The network is given 90 seconds by the modem itself; the queue before it some more. */
const USSD_PATIENCE_MS = 150_000;

/** `switchhook modem ussd|events|trace`: what a running server does with a modem besides messages. */
export function registerModemWork(modem: Command, open: OpenClient): void {
  modem
    .command('ussd')
    .argument('<modem>', 'its name')
    .argument('<code>', 'like "*100#", or the answer after --reply')
    .description('send a USSD code and show what the network says')
    .option('--reply <id>', 'the code is the answer to this dialogue')
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'the dialogue as JSON')
    .addHelpText('after', '\nExample:\n  $ switchhook modem ussd m1 "*100#"')
    .action(async (name: string, code: string, options: Options & { readonly reply?: string }) => {
      await withClient(open, options, async (client) => {
        const path =
          options.reply === undefined
            ? `/modems/${encodeURIComponent(name)}/ussd`
            : `/ussd-sessions/${encodeURIComponent(options.reply)}/reply`;
        const body = options.reply === undefined ? { code } : { text: code };
        const begun = (await client.request('POST', path, body)) as UssdSessionView;
        showUssd(await ussdAnswer(client, begun), options);
      });
    });
  modem
    .command('events')
    .argument('<modem>', 'its name')
    .description('what happened to a modem, newest first')
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'one JSON object an event')
    .option('--limit <n>', 'how many', '30')
    .addHelpText('after', '\nExample:\n  $ switchhook modem events m1')
    .action(async (name: string, options: Options & { readonly limit: string }) => {
      const path = `/modems/${encodeURIComponent(name)}/events?limit=${encodeURIComponent(options.limit)}`;
      const { items } = (await withClient(open, options, (client) => client.request('GET', path))) as {
        items: readonly { readonly at: string; readonly kind: string; readonly detail: string }[];
      };
      if (options.json) for (const item of items) print(JSON.stringify(item));
      else
        printTable(
          ['AT', 'WHAT', 'DETAIL'],
          items.map(({ at, kind, detail }) => [at, kind, detail]),
        );
    });
  modem
    .command('trace')
    .argument('<modem>', 'its name')
    .description('record every line between the server and a modem, PINs left out')
    .option('--seconds <n>', 'how long', '30')
    .option('--organization <slug>', 'which one, where there are several')
    .addHelpText('after', '\nExample:\n  $ switchhook modem trace m1 --seconds 60 > m1.at')
    .action(async (name: string, options: Options & { readonly seconds: string }) => {
      await withClient(open, options, async (client) => {
        const seconds = Number(options.seconds);
        const begun = (await client.request('POST', `/modems/${encodeURIComponent(name)}/trace`, { seconds })) as Trace;
        say(`Recording for ${seconds} seconds…`);
        const done = await poll(
          () => client.request('GET', `/modem-traces/${begun.id}`) as Promise<Trace>,
          (trace) => trace.status === 'done',
          seconds * 1000 + 30_000,
        );
        process.stdout.write(done.transcript);
        if (done.transcript === '') say('Nothing was said: no line in either direction.');
      });
    });
}

interface Trace {
  readonly id: string;
  readonly status: string;
  readonly transcript: string;
}

function ussdAnswer(client: Client, { id }: UssdSessionView): Promise<UssdSessionView> {
  return poll(
    () => client.request('GET', `/ussd-sessions/${id}`) as Promise<UssdSessionView>,
    ({ status }) => status !== 'queued' && status !== 'running',
    USSD_PATIENCE_MS,
  );
}

function showUssd(session: UssdSessionView, options: Options): void {
  if (options.json) print(JSON.stringify(session));
  else if (session.status === 'failed') say(session.error ?? 'failed');
  else print(session.exchange.at(-1)?.text ?? '');
  if (session.status === 'waiting') {
    say(`\nThe network waits: switchhook modem ussd ${session.modem} "1" --reply ${session.id}`);
  }
  if (session.status === 'failed') process.exitCode = 1;
}

async function poll<T>(ask: () => Promise<T>, isOver: (answer: T) => boolean, patienceMs: number): Promise<T> {
  const endMs = performance.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (isOver(answer)) return answer;
    if (performance.now() > endMs) throw NOBODY;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

const NOBODY = new AppError({
  code: 'modem.not_running',
  kind: 'unavailable',
  detail: 'Nobody did it in time. Is a server running, and the modem ready? See "switchhook modem list".',
});
