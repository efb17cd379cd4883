import type { Command } from 'commander';
import { print, say } from '../cli/output.ts';
import { readConfig } from '../platform/config.ts';
import type { Finding } from './finding.ts';

const SIGN: Readonly<Record<Finding['state'], string>> = { good: '✓', notice: '·', bad: '✗' };

interface Options {
  readonly json?: boolean;
}

/** Commands for whoever runs the machine: `doctor`, `migrate`, `secrets rotate`, `docs`. */
export function registerMaintenance(program: Command): void {
  program
    .command('doctor')
    .description('look at everything a working installation needs')
    .option('--port <path...>', 'ask the modem at this port, whether it is configured or not')
    .option('--json', 'one JSON object a check')
    .addHelpText('after', '\nExample:\n  $ switchhook doctor')
    .action(async (options: Options & { port?: string[] }) => {
      const { examine } = await import('./doctor.ts');
      const findings = await examine(readConfig(process.env), options.port);
      for (const finding of findings) {
        if (options.json) print(JSON.stringify(finding));
        else {
          print(`${SIGN[finding.state]} ${finding.check}: ${finding.detail}`);
          if (finding.fix !== undefined) print(`    → ${finding.fix}`);
        }
      }
      if (findings.some(({ state }) => state === 'bad')) process.exitCode = 1;
    });
  program
    .command('migrate')
    .description('bring the database to this version; serve does it by itself')
    .option('--json', 'the answer as JSON')
    .addHelpText('after', '\nExample:\n  $ DATABASE_URL=postgres://… switchhook migrate')
    .action(async (options: Options) => {
      const steps = await withDatabase(async ({ migrate }) => migrate);
      if (options.json) print(JSON.stringify({ ok: true, steps }));
      else say(steps === 0 ? 'Nothing to do.' : `Done: ${steps} ${steps === 1 ? 'step' : 'steps'}.`);
    });
  program
    .command('secrets')
    .description('secrets at rest')
    .command('rotate')
    .description('seal every secret again with SECRET_KEY; the former key stands in SECRET_KEY_PREVIOUS')
    .option('--json', 'the answer as JSON')
    .addHelpText('after', '\nExample:\n  $ SECRET_KEY_PREVIOUS=old SECRET_KEY=new switchhook secrets rotate')
    .action(async (options: Options) => {
      const rotated = await withDatabase(async ({ rotate }) => rotate());
      if (options.json) print(JSON.stringify({ ok: true, rotated }));
      else say(`${rotated} secrets sealed again.`);
    });
  program
    .command('docs')
    .description('write what is generated from the code: reference pages and the types of the API client')
    .option('--check', 'only compare; fail when a page is out of date')
    .option('--json', 'one JSON object a page')
    .addHelpText('after', '\nExample:\n  $ switchhook docs --check')
    .action(async (options: Options & { check?: boolean }) => {
      const { writeReference } = await import('./reference.ts');
      const pages = await writeReference(program, { check: options.check ?? false });
      for (const page of pages) {
        if (options.json) print(JSON.stringify(page));
        else say(`${page.isCurrent ? '✓' : options.check ? '✗ out of date:' : '→ written:'} ${page.path}`);
      }
      if (options.check && pages.some(({ isCurrent }) => !isCurrent)) process.exitCode = 1;
    });
}

/** Opens the database itself, brings it to this version and hands out what maintenance may do with it. */
async function withDatabase(
  work: (tools: { readonly migrate: number; readonly rotate: () => Promise<number> }) => Promise<number>,
): Promise<number> {
  const [{ openDatabase }, { migrateDatabase }, { rotateSecrets }, { rotatePlans }, { openSecretBox }] =
    await Promise.all([
      import('../db/open.ts'),
      import('../db/migrate.ts'),
      import('../db/secret-store.ts'),
      import('../voice/index.ts'),
      import('./secret-key.ts'),
    ]);
  const config = readConfig(process.env);
  const database = await openDatabase({ url: config.DATABASE_URL, directory: config.DATA_DIR, poolSize: 2 });
  try {
    const migrate = await migrateDatabase(database.orm);
    const rotate = async () => {
      const box = openSecretBox(config);
      return (await rotateSecrets(database.orm, box)) + (await rotatePlans(database.orm, box));
    };
    return await work({ migrate, rotate });
  } finally {
    await database.close();
  }
}
