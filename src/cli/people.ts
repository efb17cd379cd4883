import type { Command } from 'commander';
import { type Client, type OpenClient, withClient } from './client.ts';
import { print, printTable, say } from './output.ts';

interface Common {
  readonly organization?: string;
  readonly json?: boolean;
}

interface Person {
  readonly id: string;
  readonly callsign: string;
  readonly status: string;
  readonly roles: readonly string[];
  readonly email: string | null;
  readonly phone: string | null;
}

interface Made {
  readonly code?: string;
  readonly url?: string;
  readonly expiresAt?: string;
}

/** `switchhook bootstrap`, `person …`, `invite …`, `enrollment …`, `login-code`: people and how they get in. */
export function registerPeople(program: Command, open: OpenClient): void {
  const common = (command: Command, example: string) =>
    command
      .option('--organization <slug>', 'which one, where there are several')
      .option('--json', 'the answer as JSON')
      .addHelpText('after', `\nExample:\n  $ switchhook ${example}`);
  const run = <T>(options: Common, work: (client: Client) => Promise<unknown>) =>
    withClient(open, options, work) as Promise<T>;

  common(program.command('bootstrap'), 'bootstrap')
    .description('make the code with which one person becomes the first owner')
    .action(async (options: Common) => {
      const made = await run<Made>(options, (client) => client.request('POST', '/bootstrap-codes', {}));
      if (options.json) print(JSON.stringify(made));
      else {
        print(made.code ?? '');
        say(`It makes one owner, once, within a day: ${made.url}`);
      }
    });

  const person = program.command('person').description('people of the organization');
  common(person.command('list'), 'person list --status any')
    .description('list people')
    .option('--status <status>', 'active, invited, suspended, revoked or any')
    .action(async (options: Common & { status?: string }) => {
      const query = options.status === undefined ? '' : `&status=${encodeURIComponent(options.status)}`;
      const { items } = await run<{ items: Person[] }>(options, (client) =>
        client.request('GET', `/people?limit=1000${query}`),
      );
      if (options.json) for (const item of items) print(JSON.stringify(item));
      else
        printTable(
          ['callsign', 'status', 'roles', 'phone', 'e-mail'],
          items.map(({ callsign, status, roles, phone, email }) => [
            callsign,
            status,
            roles.join(','),
            phone ?? '',
            email ?? '',
          ]),
        );
    });
  common(person.command('add <callsign>'), 'person add ada --role voice_admin --phone +12125550123')
    .description('add a person')
    .option('--role <role...>', 'what they may do', ['member'])
    .option('--phone <number>', 'for sign-in codes and approvals by text message')
    .option('--email <address>')
    .action(async (callsign: string, options: Common & { role: string[]; phone?: string; email?: string }) => {
      const { role: roles, phone, email } = options;
      const made = await run<Person>(options, (client) =>
        client.request('POST', '/people', { callsign, roles, phone, email }),
      );
      if (options.json) print(JSON.stringify(made));
      else say(`${made.callsign} is ${made.status}.`);
    });
  common(person.command('roles <person> [roles...]'), 'person roles ada owner')
    .description('give a person exactly these roles')
    .action(async (name: string, roles: string[], options: Common) => {
      const path = `/people/${encodeURIComponent(name)}/roles`;
      const made = await run<Person>(options, (client) => client.request('PUT', path, { roles }));
      if (options.json) print(JSON.stringify(made));
      else say(`${made.callsign}: ${made.roles.join(', ') || 'no role'}.`);
    });
  common(person.command('revoke <person>'), 'person revoke ada --reason "left the company"')
    .description('send a person away for good')
    .requiredOption('--reason <text>', 'why')
    .action(async (name: string, options: Common & { reason: string }) => {
      const path = `/people/${encodeURIComponent(name)}/revoke`;
      const made = await run<Person>(options, (client) => client.request('POST', path, { reason: options.reason }));
      if (options.json) print(JSON.stringify(made));
      else say(`${made.callsign} is ${made.status}.`);
    });

  common(program.command('login-code <person>'), 'login-code ada')
    .description('make a code with which a person signs in once, within 10 minutes')
    .option('--sms', 'send it to their telephone instead of showing it')
    .option('--email', 'send it to their e-mail address instead of showing it')
    .action(async (name: string, options: Common & { sms?: boolean; email?: boolean }) => {
      const channel = options.sms ? 'sms' : options.email ? 'email' : 'cli';
      const made = await run<Made>(options, (client) =>
        client.request('POST', '/login-codes', { person: name, channel }),
      );
      if (options.json) print(JSON.stringify(made));
      else if (made.code !== undefined) print(made.code);
      else say('It is on its way.');
    });

  const invite = program.command('invite').description('ways in');
  common(invite.command('create <name>'), 'invite create "Field team" --role member --uses 10')
    .description('open a way in; its link and QR code are shown once')
    .option('--role <role...>', 'what those who come in may do', ['member'])
    .option('--uses <number>', 'how many may use it', Number)
    .option('--open', 'let them in without approval')
    .action(async (name: string, options: Common & { role: string[]; uses?: number; open?: boolean }) => {
      const wish = {
        name,
        grants: { roles: options.role },
        isOpen: options.open ?? false,
        ...(options.uses === undefined ? {} : { maxUses: options.uses }),
      };
      const made = await run<Made>(options, (client) => client.request('POST', '/invites', wish));
      if (options.json) print(JSON.stringify(made));
      else {
        const { toString: draw } = await import('qrcode');
        print(made.url ?? '');
        say(await draw(made.url ?? '', { type: 'terminal', small: true }));
      }
    });

  const enrollment = program.command('enrollment').description('people who asked to join');
  common(enrollment.command('list'), 'enrollment list')
    .description('list who waits')
    .option('--state <state>', 'pending, approved, rejected or expired', 'pending')
    .action(async (options: Common & { state: string }) => {
      const { items } = await run<{ items: { id: string; name: string; state: string; createdAt: string }[] }>(
        options,
        (client) => client.request('GET', `/enrollments?limit=1000&state=${encodeURIComponent(options.state)}`),
      );
      if (options.json) for (const item of items) print(JSON.stringify(item));
      else
        printTable(
          ['name', 'state', 'since'],
          items.map(({ name, state, createdAt }) => [name, state, createdAt]),
        );
    });
  common(enrollment.command('approve <code>'), 'enrollment approve ABCD-EFGH')
    .description('let in whoever shows the code')
    .action((code: string, options: Common) => decide(options, { decision: 'approve', code }));
  common(enrollment.command('reject <code>'), 'enrollment reject ABCD-EFGH --reason "nobody knows them"')
    .description('turn away whoever shows the code')
    .requiredOption('--reason <text>', 'why')
    .action((code: string, options: Common & { reason: string }) =>
      decide(options, { decision: 'reject', code, reason: options.reason }),
    );

  async function decide(options: Common, wish: object): Promise<void> {
    const made = await run<{ name: string; state: string }>(options, (client) =>
      client.request('POST', '/enrollments/decide', wish),
    );
    if (options.json) print(JSON.stringify(made));
    else say(`${made.name} is ${made.state}.`);
  }
}
