import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  acmeConfig,
  newDataDirectory,
  removeDataDirectory,
  runCli,
  type Service,
  serviceEnvironment,
  startService,
} from '../../support/service.ts';

const CONFIG = acmeConfig([{ name: 'm1', path: 'sim:' }]);

/** One mistake each, on the line that ends with its number. */
const MISTAKES = `organization: { slug: acme, name: Acme }
cloudonix: { domain: acme.cloudonix.net, requestsApiKey: fixture-requests-key, webhookToken: fixture-webhook-token, ring: 5 } # 1
extensions:
  - { number: 101, type: user } # 2
  - { number: "102", type: robot } # 3
  - { number: "104", type: user, name: Dee, colour: red } # 4
numbers:
  - { number: "12125550100", routeTo: extension:104 } # 5
  - { number: "+12125550101", routeTo: extension-104 } # 6
ringGroups:
  - { name: sales, strategy: chaotic, timeoutSeconds: 20, turns: 1, members: ["104"], fallback: hangup } # 7
  - { name: backup, strategy: sequential, timeoutSeconds: -5, turns: 1, members: ["104"], fallback: hangup } # 8
modems:
  - { name: m1, path: ttyUSB0 } # 9
contacs: [] # 10
`;
const MISTAKE_LINES = MISTAKES.split('\n').flatMap((line, index) => (/# \d+$/.test(line) ? [index + 1] : []));

interface Refusal {
  readonly ok: boolean;
  readonly problems: readonly { readonly line: number; readonly path: string; readonly message: string }[];
}

/** The same promises whether a server holds the database or nobody does. */
describe.each(['through the running server', 'on the database itself'] as const)('apply and export, %s', (way) => {
  let service: Service | undefined;
  let directory: string;

  beforeAll(async () => {
    directory = await newDataDirectory();
    const started = await startService({ config: CONFIG, dataDirectory: directory });
    if (way === 'through the running server') service = started;
    else await started.stop();
  });
  afterAll(async () => {
    await service?.stop();
    removeDataDirectory(directory);
  });

  const cli = (...args: string[]) => runCli(args, { DATA_DIR: directory });

  function file(name: string, text: string): string {
    const path = join(directory, '..', name);
    writeFileSync(path, text);
    return path;
  }

  it('ten mistakes are ten problems with their lines, in words and as JSON, and change nothing', async () => {
    expect(MISTAKE_LINES).toHaveLength(10);
    const before = (await cli('export')).stdout;
    expect(before).toContain('acme.cloudonix.net');
    const path = file('mistakes.yaml', MISTAKES);
    const asJson = await cli('apply', path, '--json');
    expect(asJson.status).toBe(1);
    const refusal = JSON.parse(asJson.stdout) as Refusal;
    expect(refusal.ok).toBe(false);
    expect(refusal.problems.map(({ line }) => line)).toEqual(MISTAKE_LINES);
    const inWords = await cli('apply', path);
    expect([inWords.status, inWords.stdout]).toEqual([1, '']);
    expect(inWords.stderr).toContain('10 problems; nothing was changed.');
    expect([...inWords.stderr.matchAll(/line (\d+): /g)].map(([, line]) => Number(line))).toEqual(MISTAKE_LINES);
    expect((await cli('export')).stdout).toBe(before);
  });

  it('applying what was exported changes nothing', async () => {
    const exported = await cli('export');
    expect(exported.status).toBe(0);
    const path = file('exported.yaml', exported.stdout);
    const again = await cli('apply', path, '--json');
    expect([again.status, JSON.parse(again.stdout)]).toMatchObject([0, { ok: true, slug: 'acme', changes: [] }]);
    expect((await cli('apply', path)).stderr).toContain('acme: nothing to change.');
  });

  it('a directory of fifty organizations is applied, and again without a change', async () => {
    const many = join(directory, '..', 'many');
    mkdirSync(many);
    for (let number = 0; number < 50; number += 1) {
      const text = acmeConfig()
        .replace('slug: acme', `slug: org-${number}`)
        .replaceAll('acme.cloudonix.net', `org-${number}.cloudonix.net`)
        .replace('webhookToken: ', `webhookToken: org-${number}-`);
      writeFileSync(join(many, `org-${number}.yaml`), text);
    }
    const first = await cli('apply', many, '--json');
    expect(first.status, first.stdout + first.stderr).toBe(0);
    const lines = first.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { changes: readonly unknown[] });
    expect(lines).toHaveLength(50);
    expect(lines.every(({ changes }) => changes.length > 20)).toBe(true);
    const second = await cli('apply', many, '--json');
    expect([...second.stdout.matchAll(/"changes":\[\]/g)]).toHaveLength(50);
  });
});

describe('what cannot be', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startService({ config: CONFIG });
  });
  afterAll(() => service?.stop());

  it.each([
    ['an unknown section', 'faxes: []\n', /"faxes" is not a key here/],
    ['a kind of objects of a later version', 'campaigns: []\n', /the auto dialer is not part of this version/],
    [
      'what belongs to people',
      'users: [{ callsign: ada }]\n',
      /people are not kept in a file: .*switchhook person add/,
    ],
    ['a target that does not exist', 'numbers: [{ number: "+12125550100", routeTo: voicemail:101 }]\n', /voicemail/],
  ])('%s is refused in a sentence', async (_what, section, sentence) => {
    const path = join(service.dataDirectory, '..', 'later.yaml');
    writeFileSync(path, `organization: { slug: acme, name: Acme }\n${section}`);
    const { status, stderr } = await runCli(['apply', path], { DATA_DIR: service.dataDirectory });
    expect([status, stderr]).toEqual([1, expect.stringMatching(sentence)]);
    expect(stderr).toContain('line 2');
  });

  it('a second service on the same data directory says who holds it and what to do', async () => {
    const { status, stderr } = await runCli(['serve'], { DATA_DIR: service.dataDirectory, PORT: '0' });
    expect(status).toBe(1);
    expect(stderr).toContain(`is in use by process ${service.pid}`);
    expect(stderr).toContain('choose another DATA_DIR');
    expect(stderr).not.toMatch(/^\s+at /m);
    expect((await service.api('GET', '/modems')).status).toBe(200);
  });

  it('a port that is taken gives advice', async () => {
    const dataDirectory = await newDataDirectory();
    const { port } = new URL(service.url);
    const { status, stderr } = await runCli(['serve'], serviceEnvironment({ dataDirectory, env: { PORT: port } }));
    removeDataDirectory(dataDirectory);
    expect(status).toBe(1);
    expect(stderr).toContain(`Port ${port} of 127.0.0.1 is taken by another program.`);
    expect(stderr).not.toMatch(/^\s+at |EADDRINUSE/m);
  });

  it('a configuration with mistakes starts nothing and lists them', async () => {
    const dataDirectory = await newDataDirectory();
    const { status, stderr } = await runCli(['serve'], serviceEnvironment({ dataDirectory, config: MISTAKES }));
    removeDataDirectory(dataDirectory);
    expect(status).toBe(1);
    for (const line of MISTAKE_LINES) expect(stderr).toMatch(new RegExp(`(line |:)${line}: `));
  });

  it('settings that are wrong are all named, without their values', async () => {
    const env = { PORT: 'eighty', DATABASE_URL: 'mysql://secret', LOG_LEVEL: 'loud', DATA_DIR: service.dataDirectory };
    const { status, stderr } = await runCli(['serve'], env);
    expect(status).toBe(1);
    for (const name of ['PORT', 'DATABASE_URL', 'LOG_LEVEL']) expect(stderr).toContain(`${name}: `);
    expect(stderr).not.toContain('secret');
  });
});
