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

describe('what the documentation says', () => {
  test('its links lead to files', () => {
    const links = all(/\]\((?!https?:|#)([^)#]+)/g);
    expect(links.filter(({ path, what }) => !existsSync(join(root, dirname(path), what)))).toEqual([]);
  });

  test('the files it names are there', () => {
    const files = all(/`((?!docs\/reference)(?:src|test|deploy|docs|bench|web|\.ci)\/[\w./-]*\w)\/?`/g);
    expect(files.filter(({ what }) => !existsSync(join(root, what)))).toEqual([]);
  });

  test('its npm scripts exist', () => {
    const scripts = all(/npm run (?:-s )?([a-z:]+)/g);
    expect(scripts.filter(({ what }) => !(what in manifest.scripts))).toEqual([]);
  });

  test('its commands and their options exist', () => {
    const source = sourcesOf('src/cli', 'src/node');
    const commands = all(/npm run -s switchhook -- ([a-z][^`\n#]*)/g);
    const wrong = commands.filter(({ what }) => {
      const [command, ...words] = what.split(' ');
      const options = words.filter((word) => /^--[a-z]/.test(word) && word !== '--help');
      const isOption = (option: string) => new RegExp(`[oO]ption\\(\\s*'${option}[ ']`).test(source);
      return !source.includes(`.command('${command}`) || !options.every(isOption);
    });
    expect(wrong).toEqual([]);
  });

  test('its configurations are accepted', () => {
    const configurations = all(/```yaml\n([\s\S]*?)```/g);
    const problems = configurations.flatMap(({ path, what }) => {
      const read = readOrganizationFile(what);
      return read.ok ? [] : [{ path, problems: read.problems }];
    });
    expect(problems).toEqual([]);
  });
});

/** Every place where the first group of a pattern occurs; fails when that is nowhere, for then nothing would be checked. */
function all(pattern: RegExp): readonly { readonly path: string; readonly what: string }[] {
  const found = pages.flatMap(({ path, text }) =>
    [...text.matchAll(pattern)].map((match) => ({ path, what: match[1] ?? '' })),
  );
  expect(found.length).toBeGreaterThan(2);
  return found;
}

function sourcesOf(...folders: readonly string[]): string {
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { encoding: 'utf8', recursive: true }).map((name) => join(root, folder, name)),
    )
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
}
