import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { readOrganizationFile } from '../../src/configuration/index.ts';

const root = join(import.meta.dirname, '..', '..');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'bench/README.md',
  ...['docs/guides', 'docs/adr'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
  ),
].map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

const cliSource = ['src/cli', 'src/node']
  .flatMap((folder) => readdirSync(join(root, folder), { withFileTypes: true }).map((entry) => ({ folder, entry })))
  .filter(({ entry }) => entry.isFile())
  .map(({ folder, entry }) => readFileSync(join(root, folder, entry.name), 'utf8'))
  .join('\n');

const found = (pattern: RegExp) =>
  pages.flatMap(({ path, text }) => [...text.matchAll(pattern)].map((match) => ({ path, what: match[1] ?? '' })));

describe('the documentation', () => {
  const links = found(/\]\((?!https?:|#)([^)#]+)/g);
  test.each(links)('$path links to $what, which exists', ({ path, what }) => {
    expect(existsSync(join(root, dirname(path), what))).toBe(true);
  });

  const scripts = found(/npm run (?:-s )?([a-z:]+)/g);
  test.each(scripts)('$path: npm run $what is a script', ({ what }) => {
    expect(Object.keys(manifest.scripts)).toContain(what);
  });

  const commands = found(/npm run -s switchhook -- ([a-z][^`\n#]*)/g);
  test.each(commands)('$path: switchhook $what has a command and options of that name', ({ what }) => {
    const words = what.split(' ');
    expect(cliSource).toContain(`.command('${words[0]}`);
    for (const option of words.filter((word) => /^--[a-z]/.test(word) && word !== '--help')) {
      expect(cliSource).toMatch(new RegExp(`[oO]ption\\(\\s*'${option}[ ']`));
    }
  });

  const configurations = found(/```yaml\n([\s\S]*?)```/g);
  test.each(configurations)('$path: the configuration in it is accepted', ({ what }) => {
    expect(readOrganizationFile(what)).toMatchObject({ ok: true });
  });

  const files = found(
    /`((?!docs\/reference)(?:src|test|deploy|docs|bench|web|\.ci)\/[a-zA-Z0-9_./-]*[a-zA-Z0-9])\/?`/g,
  );
  test.each(files)('$path names $what, which is there', ({ what }) => {
    expect(existsSync(join(root, what))).toBe(true);
  });

  test('was looked at: every kind of thing checked here was found several times', () => {
    for (const list of [links, scripts, commands, configurations, files]) expect(list.length).toBeGreaterThan(2);
  });
});
