import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { changesOf } from '../../src/configuration/changes.ts';
import { fileResources, readOrganizationFile } from '../../src/configuration/organization-file.ts';

const FIXTURE = new URL('../fixtures/acme.yaml', import.meta.url);
const BASE = 'organization: { slug: acme, name: Acme, timezone: UTC }\n';

function problemsOf(text: string) {
  const read = readOrganizationFile(text);
  return read.ok ? [] : read.problems;
}

describe('organization file', () => {
  test('the complete fixture is in order', () => {
    expect(problemsOf(readFileSync(FIXTURE, 'utf8'))).toEqual([]);
  });

  test('ten mistakes are ten problems, each with its line', () => {
    const text = `organization: { slug: ACME, name: Acme, timezone: Mars/Olympus }
extensions:
  - { number: 101, type: user }
  - { number: "102", type: robot }
  - { number: "103", type: forward }
numbers:
  - { number: "12125550100", routeTo: extension:101 }
  - { number: "+12125550101", routeTo: nowhere:1 }
ringGroups:
  - name: sales
    timeoutSeconds: soon
    members: ["101"]
    colour: blue
modems:
  - { name: m1, path: floppy }
`;
    const problems = problemsOf(text);
    expect(problems.map(({ path, line }) => `${line} ${path}`)).toEqual([
      '1 organization.slug',
      '1 organization.timezone',
      '3 extensions.0.number',
      '4 extensions.1.type',
      '5 extensions.2.forwardTo',
      '7 numbers.0.number',
      '8 numbers.1.routeTo',
      '11 ringGroups.0.timeoutSeconds',
      '13 ringGroups.0.colour',
      '15 modems.0.path',
    ]);
  });

  test('a target that does not exist is found with its line once the form is right', () => {
    const problems = problemsOf(`${BASE}numbers:\n  - { number: "+12125550100", routeTo: extension:999 }\n`);
    expect(problems).toMatchObject([{ path: 'numbers.0.routeTo', line: 3 }]);
  });

  test.each(['campaigns', 'smsActions', 'transfers'])(
    '%s, which another version has, is refused in words',
    (section) => {
      const [problem] = problemsOf(`${BASE}${section}: [{ name: x }]\n`);
      expect(problem).toMatchObject({ path: section, line: 2 });
      expect(problem?.message).toMatch(/not part of this version/);
    },
  );

  test.each(['users', 'people', 'invites', 'teams', 'apiKeys', 'certificates', 'identityProviders'])(
    '%s, which hang on people or are secrets, are refused with the way to make them',
    (section) => {
      const [problem] = problemsOf(`${BASE}${section}: [{ name: x }]\n`);
      expect(problem).toMatchObject({ path: section, line: 2 });
      expect(problem?.message).toMatch(/switchhook [a-z-]+ |\/api\/v1\//);
    },
  );

  test('an unknown section is refused by name', () => {
    expect(problemsOf(`${BASE}ringgroups: []\n`)).toMatchObject([{ path: 'ringgroups', line: 2 }]);
  });

  test.each([
    ['broken YAML', 'organization: { slug: acme'],
    ['a repeated key', `${BASE}numbers: []\nnumbers: []\n`],
    ['nothing at all', ''],
    ['a list', '- 1\n- 2\n'],
    ['binary', '\u0000\u0001\u0002'],
  ])('%s gives problems and no exception', (_, text) => {
    const problems = problemsOf(text);
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) expect(problem.line).toBeGreaterThanOrEqual(1);
  });

  test('a file that would grow without bound by aliases is refused', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefghi'.split('').map((letter, index) => {
        const before = 'abcdefghi'[index];
        return `${letter}: &${letter} [${Array.from({ length: 9 }, () => `*${before}`).join(',')}]`;
      }),
    ].join('\n');
    expect(problemsOf(bomb).length).toBeGreaterThan(0);
  });
});

describe('changes', () => {
  const ringGroups = fileResources.find(({ section }) => section === 'ringGroups');
  if (ringGroups === undefined) throw new Error('ring groups are a section');

  test('the order of keys does not count, the order of members does', () => {
    const one = { name: 'sales', strategy: 'sequential', members: ['101', '102'] };
    expect(changesOf(ringGroups, [one], [{ members: ['101', '102'], strategy: 'sequential', name: 'sales' }])).toEqual(
      [],
    );
    expect(changesOf(ringGroups, [one], [{ ...one, members: ['102', '101'] }])).toMatchObject([
      { action: 'change', object: 'ring group sales', fields: ['members'] },
    ]);
  });

  test('what is new is created, what is missing is deleted', () => {
    expect(changesOf(ringGroups, [{ name: 'old' }], [{ name: 'new' }])).toMatchObject([
      { action: 'create', key: 'new' },
      { action: 'delete', key: 'old' },
    ]);
  });
});
