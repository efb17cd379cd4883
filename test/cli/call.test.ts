import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { describe, expect, it } from 'vitest';
import { loadPlanDocument } from '../../src/cli/call/plan-document.ts';
import { runCall } from '../../src/cli/call/run.ts';
import { AppError } from '../../src/core/errors.ts';
import { voiceApp } from '../webhooks/support.ts';

const ACME = fileURLToPath(new URL('../fixtures/acme.yaml', import.meta.url));

async function call(options: Parameters<typeof runCall>[0]) {
  const out: string[] = [];
  const err: string[] = [];
  const defaults = { config: ACME, from: '+16465550150', to: '+16465550102', json: true };
  const status = await runCall(
    { ...defaults, ...options },
    { out: (line) => out.push(line), err: (line) => err.push(line) },
  );
  return { status, err: err.join('\n'), documents: out.map((line) => JSON.parse(line) as PlayedLine), out };
}

const INSIDE = { from: '101', to: '102', direction: 'subscriber' };

/** A server of the demo organization on a port of its own. */
async function listening(parts: Parameters<typeof voiceApp>[0] = {}) {
  let url = '';
  const { app, records } = voiceApp({ publicUrl: () => url, ...parts });
  const server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return { url, records, close: () => new Promise((resolve) => server.close(resolve)) };
}

interface PlayedLine {
  readonly step: number;
  readonly request: Readonly<Record<string, unknown>>;
  readonly cxml: string;
  readonly trace: readonly string[];
  readonly ended: boolean;
}

describe('switchhook call', () => {
  it('prints one JSON line a document, in the form scripts rely on', async () => {
    const { status, documents } = await call({ steps: ['digits:1', 'dial:completed'] });
    expect(status).toBe(0);
    expect(documents.map(({ step, ended }) => [step, ended])).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ]);
    expect(Object.keys(documents[0] ?? {})).toEqual(['step', 'request', 'cxml', 'trace', 'ended']);
    expect(documents[0]?.request).toMatchObject({ From: '+16465550150', To: '+16465550102', Direction: 'inbound' });
    expect(documents[1]?.request).toMatchObject({ Digits: '1' });
    expect(documents[1]?.cxml).toMatch(/^<\?xml.*<Number>101<\/Number><Number>102<\/Number>/s);
    expect(documents[2]?.trace).toEqual(['ring group sales: somebody took the call']);
  });

  it('honours CXML: an empty Gather falls through to the Redirect', async () => {
    const { documents } = await call({ steps: ['noinput', 'noinput', 'noinput'] });
    expect(documents.map(({ trace }) => trace.at(-1))).toEqual([
      'IVR menu main: presentation 1 of 3',
      'IVR menu main: presentation 2 of 3',
      'IVR menu main: presentation 3 of 3',
      'ring extension 101 for 45 s',
    ]);
  });

  it.each([
    ['2026-12-24T10:00:00-05:00', 'Gather'],
    ['2026-12-25T10:00:00-05:00', 'Dial'],
  ])('plays at %s', async (at, verb) => {
    const { documents } = await call({ to: '+16465550100', at });
    expect(documents[0]?.cxml).toContain(`<${verb} `);
  });

  it('takes the ring time from the cloudonix section', async () => {
    const { documents } = await call({ to: '102', from: '101', direction: 'subscriber' });
    expect(documents[0]?.cxml).toContain('timeout="45"');
  });

  it('plays a subscriber only when it is one', async () => {
    const { documents } = await call({ to: '102', direction: 'subscriber' });
    expect(documents[0]?.cxml).toContain('not in service');
  });

  it('shows people the reasons and the document', async () => {
    const out: string[] = [];
    const output = { out: (line: string) => out.push(line), err: () => {} };
    expect(await runCall({ config: ACME, from: '101', to: '102', direction: 'subscriber' }, output)).toBe(0);
    expect(out).toContain('   • extension 101 dials 102');
    expect(out).toContain('     <Number>102</Number>');
  });

  it('says so when the call ended before the script did, and when it waits for something else', async () => {
    const early = await call({ to: '+12025550100', steps: ['digits:1'] });
    expect([early.status, early.err]).toEqual([0, expect.stringContaining('ended before the last 1')]);
    const wrong = await call({ steps: ['dial:busy'] });
    expect([wrong.status, wrong.err]).toEqual([1, expect.stringContaining('waits for digits:KEYS or noinput')]);
  });

  it.each([
    [{ config: undefined }, /--config FILE/],
    [{ from: undefined }, /--from F --to T/],
    [{ direction: 'sideways' }, /--direction is one of inbound, subscriber, outbound-api/],
    [{ at: 'tomorrow' }, /--at wants a time/],
    [{ steps: ['shout'] }, /--then "shout" is not a step/],
    [{ hours: ['office=shut'] }, /--hours "office=shut" is no switch; use office=open/],
    [{ hours: ['office=open@noon'] }, /--hours "office=open@noon" is no switch/],
    [{ server: 'http://127.0.0.1:1', hours: ['office=open'] }, /switchhook hours close/],
    [{ server: 'nowhere' }, /--server wants an address/],
    [{ server: 'http://127.0.0.1:1', at: '2026-12-25T10:00:00Z' }, /a server has its own clock/],
  ] as const)('wrong use %j is status 2', async (options, message) => {
    const { status, err } = await call(options as Parameters<typeof runCall>[0]);
    expect(status).toBe(2);
    expect(err).toMatch(message);
  });

  it('hours switched by hand that are not in the file are status 1', async () => {
    const { status, err } = await call({ hours: ['nobody=closed'] });
    expect([status, err]).toEqual([1, expect.stringContaining('there are no business hours nobody')]);
  });

  it('a file that is not there is status 1', async () => {
    const { status, err } = await call({ config: '/nowhere/acme.yaml' });
    expect(status).toBe(1);
    expect(err).toMatch(/cannot be read/);
  });

  it('plays against a running server and follows the addresses it returns', async () => {
    const room = await listening();
    try {
      const { status, documents } = await call({ server: room.url, steps: ['digits:1', 'dial:completed'] });
      expect(status).toBe(0);
      expect(documents).toHaveLength(3);
      expect(room.records.map(({ kind }) => kind)).toEqual(['voice', 'voice', 'voice', 'session', 'cdr']);
    } finally {
      await room.close();
    }
  });

  it.each([
    ['whoever called hangs up in a menu', {}, 'CONNECTED', 'completed'],
    ['a refused caller', { from: '+19005550666' }, 'BUSY', 'busy'],
    ['a caller who is dropped', { from: '+19765550000' }, 'FAILED', 'failed'],
    ['nobody answers, and a sentence says so', { ...INSIDE, steps: ['dial:no-answer'] }, 'CONNECTED', 'completed'],
    ['a colleague answers', { ...INSIDE, steps: ['dial:completed'] }, 'CONNECTED', 'completed'],
  ] as const)('tells a server how the call ended: %s', async (_, options, disposition, status) => {
    const room = await listening();
    try {
      expect(await call({ ...options, server: room.url } as Parameters<typeof call>[0])).toMatchObject({ status: 0 });
      const [session, cdr] = room.records.slice(-2);
      expect(session).toMatchObject({ kind: 'session', isFinal: true, rawStatus: status });
      expect(cdr).toMatchObject({ kind: 'cdr', rawDisposition: disposition, callToken: session?.callToken });
    } finally {
      await room.close();
    }
  });

  it('a server that takes no callbacks has played the call all the same', async () => {
    const room = await listening({ events: { append: ({ kind }) => kind === 'voice' } });
    try {
      const { status, err } = await call({ server: room.url, steps: ['digits:1', 'dial:completed'] });
      expect([status, err]).toEqual([0, expect.stringContaining('note: the end of the call could not be told')]);
    } finally {
      await room.close();
    }
  });

  it('a server that is not there is status 1', async () => {
    const { status, err } = await call({ server: 'http://127.0.0.1:9' });
    expect(status).toBe(1);
    expect(err).toMatch(/cannot be reached/);
  });
});

describe('loading a configuration', () => {
  function problems(text: string): string[] {
    try {
      loadPlanDocument(text);
      return [];
    } catch (error) {
      return error instanceof AppError
        ? error.problems.map(({ path, message }) => `${path}: ${message}`)
        : [String(error)];
    }
  }
  const head = 'organization: { slug: a, name: A }\n';

  it('names the domain after the organization when the file does not', () => {
    expect(loadPlanDocument(head)).toMatchObject({ domain: 'a.cloudonix.net', requestsApiKey: undefined });
  });

  it.each([
    ['extensions: [', /: .*flow/i],
    ['', /: the file holds no sections/],
    ['- 1', /: the file holds no sections/],
    [`${head}frobs: []`, /frobs: "frobs" is not a key here/],
    [`${head}extensions: [{ number: 101 }]`, /extensions\.0\.number: put the extension number in quotes/],
    [`${head}cloudonix: { noAnswerTimeoutSeconds: 0 }`, /cloudonix\.noAnswerTimeoutSeconds: use a whole number/],
    [`${head}numbers: [{ number: "+12125550100", routeTo: voicemail:101 }]`, /voicemail:101 does not exist; define it/],
    [`${head}numbers: [{ number: "+12125550100", routeTo: extension:101 }]`, /extension:101 does not exist/],
  ])('%j is refused', (text, expected) => {
    expect(problems(text).join('\n')).toMatch(expected);
  });

  it('lists every problem', () => {
    expect(problems(`${head}extensions: [{ number: 101 }, { number: "x" }]\nnumbers: [{ number: "1" }]`)).toHaveLength(
      4,
    );
  });
});
