import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { explain } from '../../src/api/problems/page.ts';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

test('every code that the program can answer with has a page', () => {
  const codes = new Set<string>();
  for (const file of readdirSync(SRC, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    // Codes of PDUs are answered by the command line, line by line.
    for (const [, code] of readFileSync(join(SRC, file), 'utf8').matchAll(/\bcode: '([a-z_]+\.[a-z_]+|internal)'/g))
      if (code !== undefined && !code.startsWith('pdu.')) codes.add(code);
  }
  expect(codes.size).toBeGreaterThan(100);
  expect([...codes].filter((code) => explain(code) === undefined)).toEqual([]);
});

test('a code that does not exist has none, whatever it is called', () => {
  for (const code of ['constructor', 'toString', 'a.b', '', 'x.constructor']) expect(explain(code)).toBeUndefined();
});
