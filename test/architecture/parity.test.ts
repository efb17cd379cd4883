import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs/reference/parity-opbx.md'), 'utf8');

/** The checklist itself, where this repository lies beside it. */
const CHECKLIST = join(root, '../shared/reference/opbx.md');

interface Line {
  readonly number: string;
  readonly state: string;
  readonly proof: string;
  readonly left: string;
}

const lines: readonly Line[] = [...page.matchAll(/^\| (\d+) +\|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|$/gm)].map(
  ([, number = '', , state = '', proof = '', left = '']) => ({
    number,
    state: state.trim(),
    proof: proof.trim(),
    left: left.trim(),
  }),
);

describe('the page of parity', () => {
  test('has every line of the checklist, once', () => {
    expect(lines.map(({ number }) => Number(number))).toEqual(Array.from({ length: 28 }, (_, index) => index + 1));
  });

  test.skipIf(!existsSync(CHECKLIST))('has as many lines as the checklist beside this repository', () => {
    const [, section = ''] = readFileSync(CHECKLIST, 'utf8').split(/^## 31\. .*$/m);
    expect([...section.matchAll(/^\| \d+ \|/gm)]).toHaveLength(lines.length);
  });

  test('names only files that are there', () => {
    const files = [...page.matchAll(/`((?:test|src)\/[\w./-]+)`/g)].map(([, path = '']) => path);
    expect(files.length).toBeGreaterThan(40);
    expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('names only commands that are there', () => {
    const source = readdirSync(join(root, 'src/cli'), { encoding: 'utf8', recursive: true })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(root, 'src/cli', name), 'utf8'))
      .join('\n');
    const words = [...page.matchAll(/`switchhook ([a-z-]+)(?: ([a-z]+))?/g)].flatMap(([, command, verb]) =>
      verb === undefined ? [command] : [command, verb],
    );
    expect(words.length).toBeGreaterThan(10);
    expect(words.filter((word) => !source.includes(`command('${word}`))).toEqual([]);
  });

  test('ticks nothing without a proof, and leaves nothing out without a reason', () => {
    for (const { number, state, proof, left } of lines) {
      expect(['✓', 'partly', 'later'], number).toContain(state);
      if (state !== 'later') expect(proof, number).toMatch(/`test\/[^`]+\.test\.ts`/);
      if (state !== '✓') expect(left.length, number).toBeGreaterThan(20);
    }
  });
});
