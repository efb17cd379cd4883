import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const homes: string[] = [];
let home: string;

/** A house with the real door and a small program behind it. */
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'switchhook-start-'));
  homes.push(home);
  mkdirSync(join(home, 'src/db'), { recursive: true });
  for (const file of ['start.mjs', 'bundle.mjs', 'db/mended-driver.mjs'])
    cpSync(join(ROOT, 'src', file), join(home, 'src', file));
  symlinkSync(join(ROOT, 'node_modules'), join(home, 'node_modules'));
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(home, 'src/beside.txt'), 'found beside the source');
  program('one');
});
afterAll(() => {
  for (const each of homes) rmSync(each, { recursive: true, force: true });
});

function program(word: string): void {
  const text = `import { readFileSync } from 'node:fs';
    const word: string = '${word}';
    console.log(word, readFileSync(new URL('./beside.txt', import.meta.url), 'utf8'), process.argv.slice(2).join());`;
  writeFileSync(join(home, 'src/node.ts'), text);
}

function start(...args: readonly string[]): string {
  return execFileSync(process.execPath, [join(home, 'src/start.mjs'), ...args], {
    cwd: home,
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim();
}

const bundles = () => readdirSync(join(home, 'dist'));

test('the program says the version of its package', () => {
  const said = execFileSync(process.execPath, [join(ROOT, 'src/start.mjs'), '--version'], { encoding: 'utf8' });
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string };
  expect(said.trim()).toBe(version);
});

describe('starting the program', () => {
  test('the sources are put together once, and find what lies beside them', () => {
    expect(start('serve', '--json')).toBe('one found beside the source serve,--json');
    const made = bundles();
    expect(made).toHaveLength(1);
    expect(start()).toBe('one found beside the source');
    expect(bundles()).toEqual(made);
  });

  test('a changed source is what runs next, and the bundle of a running program stays', () => {
    start();
    const [first] = bundles();
    program('two');
    expect(start()).toBe('two found beside the source');
    expect(bundles()).toContain(first);
    for (const word of ['three', 'four', 'five']) {
      program(word);
      start();
    }
    expect(bundles()).toHaveLength(3);
  });

  test('where nothing can be written the sources run as they are', () => {
    writeFileSync(join(home, 'dist'), 'a file where the folder should be');
    const { stdout, stderr } = spawnSync(process.execPath, [join(home, 'src/start.mjs'), 'call'], { encoding: 'utf8' });
    expect(stdout.trim()).toBe('one found beside the source call');
    expect(stderr).toContain('cannot be put together in dist/');
  });

  test('a fault in a source is told with its file and line', () => {
    writeFileSync(join(home, 'src/node.ts'), 'const = 1;');
    expect(() => start()).toThrow(/node\.ts:1:6/);
  });
});
