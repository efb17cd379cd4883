import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../core/errors.ts';
import type { Media } from '../voice/index.ts';
import { type OpenClient, withClient } from './client.ts';
import { print, printTable, say } from './output.ts';

interface Options {
  readonly organization?: string;
  readonly json?: boolean;
}

interface UploadOptions extends Options {
  readonly kind: string;
}

/** `switchhook media upload|list|remove`. */
export function registerMedia(program: Command, open: OpenClient): void {
  const media = program.command('media').description('sounds that callers hear: announcements, greetings, music');
  media
    .command('upload')
    .description('upload a WAV or MP3 file under a name, or replace the one there is')
    .argument('<name>', 'what menus and boxes call it: media:NAME')
    .argument('<file>', 'the sound')
    .option('--kind <kind>', 'announcement or music', 'announcement')
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'the stored sound as JSON')
    .addHelpText('after', '\nExample:\n  $ switchhook media upload welcome welcome.mp3')
    .action(async (name: string, file: string, options: UploadOptions) => {
      await readable(file);
      const query = new URLSearchParams({ kind: options.kind, filename: basename(file) });
      const lines: string[] = [];
      await withClient(open, options, (client) =>
        client.stream('PUT', `/media/${encodeURIComponent(name)}?${query}`, {
          body: createReadStream(file),
          type: 'application/octet-stream',
          accept: 'application/json',
          onLine: (line) => lines.push(line),
        }),
      );
      const text = lines.join('');
      const stored = JSON.parse(text) as Media;
      if (options.json) print(text);
      else {
        print(`media:${stored.name}`);
        say(`${stored.mediaType}, ${(stored.durationMs / 1000).toFixed(1)} s, served at ${stored.path}`);
      }
    });
  media
    .command('list')
    .description('the sounds there are')
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'one JSON object a sound')
    .addHelpText('after', '\nExample:\n  $ switchhook media list')
    .action(async (options: Options) => {
      const { items } = (await withClient(open, options, (client) => client.request('GET', '/media?limit=1000'))) as {
        items: readonly Media[];
      };
      if (options.json) for (const item of items) print(JSON.stringify(item));
      else printTable(['NAME', 'KIND', 'TYPE', 'SECONDS', 'BYTES', 'PATH'], items.map(rowOf));
    });
  media
    .command('remove')
    .description('delete a sound that nothing plays')
    .argument('<name>', 'its name')
    .option('--organization <slug>', 'which one, where there are several')
    .addHelpText('after', '\nExample:\n  $ switchhook media remove welcome')
    .action(async (name: string, options: Options) => {
      await withClient(open, options, (client) => client.request('DELETE', `/media/${encodeURIComponent(name)}`));
      say(`${name} is gone.`);
    });
}

function rowOf(item: Media): string[] {
  const seconds = (item.durationMs / 1000).toFixed(1);
  return [item.name, item.kind, item.mediaType, seconds, String(item.sizeBytes), item.path];
}

async function readable(file: string): Promise<void> {
  try {
    await access(file);
  } catch (cause) {
    throw new AppError({ code: 'file.unreadable', kind: 'invalid', detail: `${file} cannot be read.`, cause });
  }
}
