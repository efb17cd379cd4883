import type { Command } from 'commander';
import type { MessagePreview, MessageView, QueuedMessage } from '../messaging/index.ts';
import { type OpenClient, withClient } from './client.ts';
import { print, printTable, say } from './output.ts';
import { registerBroadcast } from './sms-broadcast.ts';
import { registerImportGammu } from './sms-import-gammu.ts';

interface SendOptions {
  readonly to: string;
  readonly text: string;
  readonly modem?: string;
  readonly flash?: boolean;
  readonly priority?: string;
  readonly encoding?: string;
  readonly at?: string;
  readonly validity?: string;
  readonly report: boolean;
  readonly organization?: string;
  readonly json?: boolean;
}

interface PreviewOptions {
  readonly text: string;
  readonly encoding?: string;
  readonly organization?: string;
  readonly json?: boolean;
}

interface ListOptions {
  readonly direction?: string;
  readonly limit: string;
  readonly organization?: string;
  readonly json?: boolean;
}

/** `switchhook sms send|preview|list|cancel|resend|broadcast|import-gammu`. */
export function registerSms(program: Command, open: OpenClient): void {
  const sms = program.command('sms').description('send and read texts');
  sms
    .command('send')
    .description('queue a text; a running server sends it')
    .requiredOption('--to <number>', 'recipient, best in E.164')
    .requiredOption('--text <text>', 'what to send')
    .option('--modem <name>', 'send by this modem only')
    .option('--flash', 'show on the display at once')
    .option('--priority <priority>', 'high, normal or low')
    .option('--encoding <policy>', 'auto, gsm7, transliterate, national or ucs2')
    .option('--at <time>', 'not before, like 2026-11-20T18:00:00+02:00')
    .option('--validity <seconds>', 'not worth delivering any more after this')
    .option('--no-report', 'ask for no delivery report')
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'the answer as JSON')
    .addHelpText('after', '\nExample:\n  $ switchhook sms send --to +12125550150 --text "The engineer comes at 10."')
    .action(async (options: SendOptions) => {
      const body = {
        to: options.to,
        body: options.text,
        statusReport: options.report,
        ...(options.modem === undefined ? {} : { modem: options.modem }),
        ...(options.flash === undefined ? {} : { flash: true }),
        ...(options.priority === undefined ? {} : { priority: options.priority }),
        ...(options.encoding === undefined ? {} : { encoding: options.encoding }),
        ...(options.at === undefined ? {} : { scheduleAt: options.at }),
        ...(options.validity === undefined ? {} : { validitySeconds: Number(options.validity) }),
      };
      const queued = (await withClient(open, options, (client) =>
        client.request('POST', '/messages', body),
      )) as QueuedMessage;
      if (options.json) print(JSON.stringify(queued));
      else {
        print(queued.id);
        say(`Queued in ${queued.partCount === 1 ? 'one part' : `${queued.partCount} parts`} (${queued.encoding}).`);
      }
    });
  sms
    .command('preview')
    .description('how many parts a text needs, and which characters make it dearer')
    .requiredOption('--text <text>', 'what would be sent')
    .option('--encoding <policy>', 'auto, gsm7, transliterate, national or ucs2')
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'the answer as JSON')
    .addHelpText('after', '\nExample:\n  $ switchhook sms preview --text "Only the œ makes this Unicode"')
    .action(async (options: PreviewOptions) => {
      const { text: body, encoding } = options;
      const preview = (await withClient(open, options, (client) =>
        client.request('POST', '/messages/preview', { body, ...(encoding === undefined ? {} : { encoding }) }),
      )) as MessagePreview;
      if (options.json) print(JSON.stringify(preview));
      else print(previewWords(preview));
    });
  sms
    .command('list')
    .description('the newest texts first')
    .option('--direction <direction>', 'inbound or outbound')
    .option('--limit <count>', 'how many', '20')
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'one JSON object a text')
    .addHelpText('after', '\nExample:\n  $ switchhook sms list --direction inbound --limit 5')
    .action(async (options: ListOptions) => {
      const query = new URLSearchParams({ limit: options.limit });
      if (options.direction !== undefined) query.set('direction', options.direction);
      const { items } = (await withClient(open, options, (client) => client.request('GET', `/messages?${query}`))) as {
        items: readonly MessageView[];
      };
      if (options.json) for (const item of items) print(JSON.stringify(item));
      else printTable(['TIME', 'WAY', 'NUMBER', 'STATUS', 'PARTS', 'TEXT'], items.map(rowOf));
    });
  registerChange(sms, open, 'cancel', 'take a text back that has not left', 'cancelled');
  registerChange(sms, open, 'resend', 'send a dead letter once more', 'queued');
  registerBroadcast(sms, open);
  registerImportGammu(sms, open);
}

function previewWords(preview: MessagePreview): string {
  const { encoding, partCount, units, unitsLeft, unicodeCharacters, doubleCharacters } = preview;
  const parts = partCount === 1 ? 'One part' : `${partCount} parts`;
  const why = unicodeCharacters.length === 0 ? '' : ` Unicode because of: ${unicodeCharacters.join(' ')}`;
  const dear = doubleCharacters.length === 0 ? '' : ` These count twice: ${doubleCharacters.join(' ')}`;
  return `${parts} (${encoding}), ${units} units, ${unitsLeft} left in the last.${why}${dear}`;
}

/** A command that does one thing to one message. */
function registerChange(sms: Command, open: OpenClient, verb: string, description: string, done: string): void {
  sms
    .command(`${verb} <id>`)
    .description(description)
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'the answer as JSON')
    .addHelpText('after', `\nExample:\n  $ switchhook sms ${verb} 01a1ff08-7016-71ea-a605-162b83803b3e`)
    .action(async (id: string, options: Pick<ListOptions, 'organization' | 'json'>) => {
      const message = (await withClient(open, options, (client) =>
        client.request('POST', `/messages/${encodeURIComponent(id)}/${verb}`),
      )) as { readonly id: string };
      if (options.json) print(JSON.stringify(message));
      else {
        print(message.id);
        say(`The text is ${done}.`);
      }
    });
}

function rowOf(message: MessageView): string[] {
  return [
    message.createdAt.replace('T', ' ').slice(0, 19),
    message.direction === 'inbound' ? 'in' : 'out',
    message.peer,
    message.flash ? `${message.status}, flash` : message.status,
    String(message.partCount),
    message.body.replace(/\s+/g, ' ').slice(0, 60),
  ];
}
