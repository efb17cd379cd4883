import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs/reference/parity-rasenmaeher.md'), 'utf8');

/** The short names the page uses. */
const FILES: Readonly<Record<string, string>> = {
  people: 'test/db/identity/people.test.ts',
  joining: 'test/db/identity/joining.test.ts',
  'sign-in': 'test/db/identity/sign-in.test.ts',
  elsewhere: 'test/db/identity/elsewhere.test.ts',
  matrix: 'test/db/identity/matrix.test.ts',
  identity: 'test/db/api/identity.test.ts',
  live: 'test/db/api/live.test.ts',
  fuzz: 'test/db/api/fuzz.test.ts',
  permissions: 'test/identity/permissions.test.ts',
  page: 'test/e2e/people-page.test.ts',
  newcomer: 'test/e2e/service/newcomer.test.ts',
  outage: 'test/e2e/service/database-outage.test.ts',
};

interface Line {
  readonly asked: string;
  readonly state: string;
  readonly proof: string;
  readonly here: string;
}

const lines: readonly Line[] = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (---|Asked|Situation|Its weakness)/.test(line))
  .map((line) => {
    const [, asked = '', state = '', proof = '', here = ''] = line.split('|').map((cell) => cell.trim());
    return { asked, state, proof, here };
  });

/** What the checklist of the reference names in one breath, as many lines as it has here. */
const CHECKLIST = 37;

describe('the page of access', () => {
  test('has the whole checklist, and more tables', () => {
    const [, first = ''] = page.split(/^## .*$/m);
    expect(first.split('\n').filter((line) => /^\| (?!---|Asked)/.test(line))).toHaveLength(CHECKLIST);
    expect(lines.length).toBeGreaterThan(100);
  });

  test.each(lines)(
    '“$asked” is ticked with a test of that very name, or left with a reason',
    ({ state, proof, here }) => {
      expect(['✓', 'other', 'no']).toContain(state);
      if (state !== '✓') expect(here.length).toBeGreaterThan(20);
      if (state === 'no') return;
      const [, name = '', guarantee = ''] = /^([a-z-]+): “(.+)”$/.exec(proof) ?? [];
      const path = FILES[name] ?? '';
      expect(existsSync(join(root, path)), proof).toBe(true);
      expect(readFileSync(join(root, path), 'utf8')).toContain(guarantee);
    },
  );

  test('what the last column quotes is a test too', () => {
    const tests = Object.values(FILES).map((path) => readFileSync(join(root, path), 'utf8'));
    const quoted = lines.flatMap(({ here }) => [...here.matchAll(/“([^”]+)”/g)].map(([, text = '']) => text));
    expect(quoted.length).toBeGreaterThan(1);
    expect(quoted.filter((text) => !tests.some((source) => source.includes(text)))).toEqual([]);
  });
});
