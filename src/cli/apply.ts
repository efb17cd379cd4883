import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import type { Change } from '../configuration/index.ts';
import { AppError } from '../core/errors.ts';
import { type Client, type OpenClient, withClient } from './client.ts';
import { print, say } from './output.ts';

interface ApplyOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

interface Applied {
  readonly slug: string;
  readonly changes: readonly Change[];
}

interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const MARK: Readonly<Record<Change['action'], string>> = { create: '+', change: '~', delete: '-' };
/** With more files than this one line a file is noise; progress is shown instead. */
const MANY_FILES = 20;

/** `switchhook apply`: makes organizations what their files say. */
export function registerApply(program: Command, open: OpenClient): void {
  program
    .command('apply')
    .argument('<file>', 'a YAML file, or a directory with one organization a file')
    .description('make organizations what their files say')
    .option('--dry-run', 'show what would change, change nothing')
    .option('--json', 'one JSON object a file')
    .addHelpText('after', '\nExample:\n  $ switchhook apply acme.yaml --dry-run')
    .action(async (path: string, options: ApplyOptions) => {
      const files = await readFiles(path);
      await checkAll(files);
      // The files name their organizations, which need not exist yet.
      await withClient(open, { organization: '*' }, async (client) => {
        for (const [index, file] of files.entries()) {
          const applied = await applyOne(client, file, options);
          if (options.json)
            print(JSON.stringify({ ok: true, file: file.path, dryRun: options.dryRun ?? false, ...applied }));
          else if (files.length <= MANY_FILES) showPlan(applied, options);
          else showProgress(index + 1, files.length);
        }
      });
    });
}

async function readFiles(path: string): Promise<SourceFile[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    throw new AppError({ code: 'file.missing', kind: 'missing', detail: `There is no file or directory ${path}.` });
  }
  if (!found.isDirectory()) return [{ path, text: await readFile(path, 'utf8') }];
  const names = (await readdir(path)).filter((name) => /\.ya?ml$/.test(name)).sort();
  if (names.length === 0) {
    throw new AppError({ code: 'file.missing', kind: 'missing', detail: `${path} holds no .yaml file.` });
  }
  return Promise.all(
    names.map(async (name) => ({ path: join(path, name), text: await readFile(join(path, name), 'utf8') })),
  );
}

/** Nothing is sent before all of it is in order: every problem of every file, with its line. */
async function checkAll(files: readonly SourceFile[]): Promise<void> {
  const { readOrganizationFile } = await import('../configuration/index.ts');
  const problems = files.flatMap(({ path, text }) => {
    const read = readOrganizationFile(text);
    if (read.ok) return [];
    return read.problems.map((problem) =>
      files.length === 1 ? problem : { ...problem, path: `${basename(path)} ${problem.path}` },
    );
  });
  if (problems.length === 0) return;
  throw new AppError({
    code: 'configuration.invalid',
    kind: 'invalid',
    detail: `${problems.length === 1 ? 'One problem' : `${problems.length} problems`}; nothing was changed.`,
    problems,
  });
}

async function applyOne(client: Client, file: SourceFile, options: ApplyOptions): Promise<Applied> {
  const body = { file: file.text, dryRun: options.dryRun ?? false };
  const { slug, changes } = (await client.request('POST', '/configuration', body)) as Applied;
  return { slug, changes };
}

function showPlan({ slug, changes }: Applied, options: ApplyOptions): void {
  for (const { action, object, fields } of changes) {
    print(`${MARK[action]} ${object}${fields === undefined ? '' : `  (${fields.join(', ')})`}`);
  }
  const count = (action: Change['action']) => changes.filter((change) => change.action === action).length;
  const summary = `${count('create')} to create, ${count('change')} to change, ${count('delete')} to delete`;
  if (changes.length === 0) say(`${slug}: nothing to change.`);
  else say(options.dryRun ? `${slug}: ${summary}. Nothing was changed.` : `${slug}: ${summary}. Done.`);
}

function showProgress(done: number, total: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${total} organizations${done === total ? '\n' : ''}`);
  else if (done === total || done % 100 === 0) say(`${done} of ${total} organizations`);
}
