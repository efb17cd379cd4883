import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs/reference/parity-janua.md'), 'utf8');
/** The checklist itself, where this repository lies beside it. */
const CHECKLIST = join(root, '../shared/reference/janua.md');

const lines = [...page.matchAll(/^\| P(\d+) +\|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|$/gm)].map(
  ([, number = '', , state = '', proof = '', left = '']) => ({
    number,
    state: state.trim(),
    proof: proof.trim(),
    left: left.trim(),
  }),
);

describe('the page of parity with Janua-SMS', () => {
  test('has every line of the checklist, once', () => {
    expect(lines.map(({ number }) => Number(number))).toEqual(Array.from({ length: 22 }, (_, index) => index + 1));
  });

  test.skipIf(!existsSync(CHECKLIST))('has as many lines as the checklist beside this repository', () => {
    const [, section = ''] = readFileSync(CHECKLIST, 'utf8').split(/^## 23\. .*$/m);
    expect([...section.matchAll(/^\| P\d+ \|/gm)]).toHaveLength(lines.length);
  });

  test('names only files that are there', () => {
    const files = [...page.matchAll(/`((?:test|src)\/[\w./-]+)`/g)].map(([, path = '']) => path);
    expect(files.length).toBeGreaterThan(40);
    expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('ticks nothing without a proof, and leaves nothing out without a reason', () => {
    for (const { number, state, proof, left } of lines) {
      expect(['✓', 'partly', 'later'], number).toContain(state);
      if (state !== 'later') expect(proof, number).toMatch(/`test\/[^`]+\.test\.ts`/);
      if (state !== '✓') expect(left.length, number).toBeGreaterThan(20);
    }
  });
});
