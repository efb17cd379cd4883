import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  acmeConfig,
  eventually,
  newDataDirectory,
  removeDataDirectory,
  runCli,
  type Service,
  startService,
} from '../../support/service.ts';

/*
 * A plan is published in the middle of a call, and again the process is killed in the middle of it: the call ends by the
 * version that began it. Afterwards the call explains itself, and can be run again against either plan.
 */

const SALES = '+16465550101';
let directory: string;
let service: Service;

beforeAll(async () => {
  directory = await newDataDirectory();
  service = await startService({ dataDirectory: directory, config: acmeConfig() });
});
afterAll(async () => {
  await service?.stop();
  removeDataDirectory(directory);
});

interface Line {
  readonly token: string;
  /** Asks for the next document: of the call's beginning, or after a Dial that was not answered. */
  next(outcome?: string): Promise<string>;
}

function callSales(): Line {
  const token = randomBytes(16).toString('hex');
  let path = '/webhooks/cloudonix/voice';
  return {
    token,
    async next(outcome) {
      const response = await fetch(service.url + path, {
        method: 'POST',
        headers: { authorization: 'Bearer fixture-requests-key', 'content-type': 'application/json' },
        body: JSON.stringify({
          Session: token,
          From: '+16465550150',
          To: SALES,
          Direction: 'inbound',
          Domain: 'acme.cloudonix.net',
          ...(outcome === undefined ? {} : { DialCallStatus: outcome }),
        }),
      });
      expect(response.status).toBe(200);
      const cxml = await response.text();
      const action = /action="([^"]+)"/.exec(cxml)?.[1]?.replaceAll('&amp;', '&');
      if (action !== undefined) path = action.slice(new URL(action).origin.length);
      return cxml;
    },
  };
}

const rung = (cxml: string) => [...cxml.matchAll(/<Number>([^<]+)<\/Number>/g)].map(([, number]) => number);
const cli = (...args: string[]) => runCli(args, { DATA_DIR: directory });

describe('a plan that is published in the middle of a call', () => {
  const call = callSales();

  test('does not touch the call: it goes on by the version that began it, new calls by the new one', async () => {
    expect(rung(await call.next())).toEqual(['101', '102']);
    const draft = acmeConfig().replace(
      'members: ["102", "101"], fallback: hangup',
      'members: ["101"], fallback: hangup',
    );
    expect(draft).not.toBe(acmeConfig());
    expect((await service.api('PUT', '/plans/draft', { file: draft })).status).toBe(200);
    const { status, body } = await service.api('POST', '/plans/publish', { note: 'Ben is away' });
    expect([status, body]).toMatchObject([200, { version: 2 }]);
    const fresh = callSales();
    await eventually(
      async () => {
        const probe = callSales();
        await probe.next();
        return rung(await probe.next('no-answer'));
      },
      (numbers) => numbers.length === 1 && numbers[0] === '101',
    );
    await fresh.next();
    expect(rung(await fresh.next('no-answer'))).toEqual(['101']);
    expect(rung(await call.next('no-answer'))).toEqual(['102']);
  });

  test('nor after the process was killed, when the older plan is no longer in memory', async () => {
    await service.kill();
    service = await startService({ dataDirectory: directory });
    expect(rung(await call.next('no-answer'))).toEqual(['101']);
    expect(rung(await call.next('busy'))).toEqual(['102']);
  });

  test('and the call says by which version it went, and why, without its signed addresses', async () => {
    const { stdout, status } = await eventually(
      () => cli('explain', call.token),
      ({ stdout: text }) => text.includes('4. the dialled side'),
    );
    expect(status).toBe(0);
    expect(stdout).toContain('plan version 1');
    expect(stdout).toMatch(/├─ number:\+16465550101\n\s+└─ ring_group:sales/);
    expect(stdout).toContain('• ring group backup (sequential): ring 102');
    expect(stdout).toContain('c=hidden');
    expect(JSON.parse((await cli('explain', call.token, '--json')).stdout)).toMatchObject({
      token: call.token,
      planVersion: 1,
      place: 'ring_group:backup',
    });
  });

  test('and run again it is the same by its own version, and another way by the new one', async () => {
    const own = await cli('replay', call.token, '--plan', '1');
    expect([own.status, own.stderr]).toEqual([0, expect.stringContaining('The same.')]);
    const other = await cli('replay', call.token, '--plan', 'current');
    expect(other.status).toBe(1);
    expect(other.stdout).toContain('- <Number>102</Number>');
    expect(other.stdout).toContain('+ <Number>101</Number>');
    const json = JSON.parse((await cli('replay', call.token, '--json')).stdout);
    expect(json).toMatchObject({ same: false, planVersion: 1 });
  });

  test('and the way back is one command, whose difference is shown first', async () => {
    const diff = await cli('plan', 'diff', '1', 'current');
    expect([diff.status, diff.stdout]).toMatchObject([1, expect.stringContaining('~ ring group backup')]);
    expect((await cli('plan', 'rollback', '1', '--note', 'Ben is back')).status).toBe(0);
    expect((await cli('plan', 'diff', '1', 'current')).status).toBe(0);
    expect((await cli('plan', 'list')).stdout).toMatch(/3 \*.*rollback to 1\s+Ben is back/);
  });

  test('and files and sums of it come over the command line', async () => {
    const { stdout } = await cli('cdrs', 'export', '--format', 'jsonl');
    expect(stdout).toBe('');
    expect((await cli('cdrs', 'export')).stdout).toMatch(/^id,callId,token,/);
    expect((await cli('cdrs', 'statistics', '--by', 'number')).stdout).toMatch(/\+16465550101\s+\d+/);
  });
});
