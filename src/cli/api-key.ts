import type { Command } from 'commander';
import { type OpenClient, withClient } from './client.ts';
import { print, printTable, say } from './output.ts';

interface Common {
  readonly organization?: string;
  readonly json?: boolean;
}

interface ApiKeyView {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly role: string;
  readonly lastUsedAt: string | null;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

/** `switchhook api-key create|list|revoke`. */
export function registerApiKey(program: Command, open: OpenClient): void {
  const apiKey = program.command('api-key').description('keys that open the API');
  apiKey
    .command('create')
    .description('make a key; it is shown once')
    .requiredOption('--name <name>', 'what it is for')
    .option('--role <role>', 'what it may do', 'owner')
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'the answer as JSON')
    .addHelpText('after', '\nExample:\n  $ switchhook api-key create --name billing --role reporter')
    .action(async ({ name, role, ...options }: Common & { name: string; role: string }) => {
      const created = (await withClient(open, options, (client) =>
        client.request('POST', '/api-keys', { name, role }),
      )) as ApiKeyView & { key: string };
      if (options.json) print(JSON.stringify(created));
      else {
        print(created.key);
        say('Keep it now: it cannot be shown again.');
      }
    });
  apiKey
    .command('list')
    .description('the keys, without their secrets')
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'one JSON object a key')
    .addHelpText('after', '\nExample:\n  $ switchhook api-key list')
    .action(async (options: Common) => {
      const { items } = (await withClient(open, options, (client) =>
        client.request('GET', '/api-keys?limit=1000'),
      )) as {
        items: readonly ApiKeyView[];
      };
      if (options.json) for (const item of items) print(JSON.stringify(item));
      else printTable(['ID', 'NAME', 'KEY', 'ROLE', 'LAST USED', 'STATE'], items.map(rowOf));
    });
  apiKey
    .command('revoke')
    .argument('<id>', 'as api-key list shows it')
    .description('end a key at once')
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'the answer as JSON')
    .addHelpText('after', '\nExample:\n  $ switchhook api-key revoke 019a8d3e-7d7e-7000-8000-000000000000')
    .action(async (id: string, options: Common) => {
      await withClient(open, options, (client) => client.request('DELETE', `/api-keys/${encodeURIComponent(id)}`));
      if (options.json) print(JSON.stringify({ ok: true, id }));
      else say('Revoked.');
    });
}

function rowOf(key: ApiKeyView): string[] {
  const state = key.revokedAt !== null ? 'revoked' : key.expiresAt === null ? 'valid' : `until ${key.expiresAt}`;
  return [
    key.id,
    key.name,
    `${key.prefix}…`,
    key.role,
    key.lastUsedAt?.slice(0, 16).replace('T', ' ') ?? 'never',
    state,
  ];
}
