import type { Command } from 'commander';
import type { VoicemailMessage } from '../voice/index.ts';
import { type OpenClient, withClient } from './client.ts';
import { print, printTable, say } from './output.ts';

interface Options {
  readonly organization?: string;
}

/** `switchhook voicemail list|read|delete`. */
export function registerVoicemail(program: Command, open: OpenClient): void {
  const voicemail = program.command('voicemail').description('messages that callers left');
  voicemail
    .command('list')
    .description('the newest messages first')
    .option('--box <number>', 'of one box')
    .option('--status <status>', 'new or read')
    .option('--limit <count>', 'how many', '20')
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'one JSON object a message')
    .addHelpText('after', '\nExample:\n  $ switchhook voicemail list --box 101 --status new')
    .action(
      async (
        options: Options & { readonly box?: string; readonly status?: string; limit: string; readonly json?: boolean },
      ) => {
        const query = new URLSearchParams({ limit: options.limit });
        if (options.box !== undefined) query.set('box', options.box);
        if (options.status !== undefined) query.set('status', options.status);
        const { items } = (await withClient(open, options, (client) =>
          client.request('GET', `/voicemail-messages?${query}`),
        )) as { items: readonly VoicemailMessage[] };
        if (options.json) for (const item of items) print(JSON.stringify(item));
        else printTable(['ID', 'TIME', 'BOX', 'FROM', 'SECONDS', 'STATUS', 'SOUND'], items.map(rowOf));
      },
    );
  voicemail
    .command('read')
    .description('mark a message heard')
    .argument('<id>', 'the message')
    .option('--organization <slug>', 'which one, where there are several')
    .addHelpText('after', '\nExample:\n  $ switchhook voicemail read 019a9c2e-7c1d-7000-8000-000000000000')
    .action(async (id: string, options: Options) => {
      await withClient(open, options, (client) =>
        client.request('PATCH', `/voicemail-messages/${encodeURIComponent(id)}`, { isRead: true }),
      );
      say('Marked as heard.');
    });
  voicemail
    .command('delete')
    .description('delete a message')
    .argument('<id>', 'the message')
    .option('--organization <slug>', 'which one, where there are several')
    .addHelpText('after', '\nExample:\n  $ switchhook voicemail delete 019a9c2e-7c1d-7000-8000-000000000000')
    .action(async (id: string, options: Options) => {
      await withClient(open, options, (client) =>
        client.request('DELETE', `/voicemail-messages/${encodeURIComponent(id)}`),
      );
      say('Deleted.');
    });
}

function rowOf(message: VoicemailMessage): string[] {
  return [
    message.id,
    message.receivedAt.replace('T', ' ').slice(0, 19),
    message.box,
    message.from,
    message.durationSeconds === null ? '' : String(message.durationSeconds),
    message.readAt === null ? 'new' : 'read',
    message.recordingUrl,
  ];
}
