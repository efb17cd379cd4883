import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../src/core/errors.ts';
import { createCloudonixClient } from '../../../src/voice/cloudonix/client.ts';
import type { ConnectionOptions } from '../../../src/voice/cloudonix/connection.ts';
import {
  CLOUDONIX_KEY,
  type CloudonixApi,
  domainOf,
  type Fault,
  startCloudonixApi,
} from '../../support/cloudonix-api.ts';

const DOMAIN = 'acme.cloudonix.net';
let api: CloudonixApi;
let waits: number[];

beforeEach(async () => {
  api = await startCloudonixApi();
  waits = [];
});
afterEach(() => api.close());

function client(options: Partial<ConnectionOptions> = {}, domain = DOMAIN) {
  return createCloudonixClient(domain, {
    baseUrl: api.url,
    apiKey: CLOUDONIX_KEY,
    fetch,
    sleep: async (ms) => {
      waits.push(ms);
    },
    random: () => 0.5,
    timeoutMs: 2_000,
    ...options,
  });
}

const status = (code: number, rest: Partial<Extract<Fault, { kind: 'status' }>> = {}): Fault => ({
  kind: 'status',
  status: code,
  ...rest,
});

async function failureOf(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof AppError) return error;
  throw error;
}

describe('what goes wrong is told in words', () => {
  test.each([
    [401, 'cloudonix.key_refused', /domain key/],
    [403, 'cloudonix.key_scope', /scope of the domain/],
    [400, 'cloudonix.refused', /It said: "no"/],
    [500, 'cloudonix.failing', /Try again/],
    [429, 'cloudonix.limited', /10 requests/],
  ])('status %i', async (code, expected, advice) => {
    api.faults.push(...Array.from({ length: 8 }, () => status(code)));
    const failure = await failureOf(client().domain());
    expect(failure.code).toBe(expected);
    expect(failure.detail).toMatch(advice);
  });

  test('a domain that the key does not know', async () => {
    expect((await failureOf(client({}, 'other.cloudonix.net').domain())).code).toBe('cloudonix.domain_unknown');
  });

  test('a wrong key is never in the message or its cause', async () => {
    const failure = await failureOf(client({ apiKey: 'XIwrongwrongwrong' }).domain());
    expect(failure.code).toBe('cloudonix.key_refused');
    expect(`${failure.detail} ${failure.stack} ${String(failure.cause)}`).not.toContain('XIwrong');
  });

  test('a page of a proxy is not quoted', async () => {
    api.faults.push(status(403, { body: '<html>secret proxy</html>' }));
    expect((await failureOf(client().domain())).detail).not.toContain('proxy');
  });

  test('no network', async () => {
    await api.close();
    const failure = await failureOf(client().domain());
    expect([failure.code, failure.retryable]).toEqual(['cloudonix.unreachable', true]);
    api = await startCloudonixApi();
  });

  test('an answer of another form says that the API may have changed', async () => {
    domainOf(api).applications.push({ nonsense: true });
    expect((await failureOf(client().applications())).code).toBe('cloudonix.unexpected');
  });
});

describe('asking again', () => {
  test('a reading is asked again after trouble, later each time', async () => {
    api.faults.push(status(500), status(503), { kind: 'cut' });
    await client().domain();
    expect(api.requests).toHaveLength(4);
    expect(waits).toEqual([375, 750, 1500]);
  });

  test('429 waits as long as it says, also for what must not be done twice', async () => {
    api.faults.push(status(429, { headers: { 'retry-after': '3' } }));
    await client().createSubscriber('101', 'secret');
    expect(waits).toEqual([3000]);
    expect(domainOf(api).subscribers).toHaveLength(1);
  });

  test('many changes fit into the budget of a domain', async () => {
    let now = 0;
    api.budget = { requests: 10, windowMs: 10_000, now: () => now };
    const patient = client({
      sleep: async (ms) => {
        now += ms;
      },
    });
    const numbers = Array.from({ length: 60 }, (_, index) => String(1000 + index));
    for (const number of numbers) await patient.createSubscriber(number, 'secret');
    expect(domainOf(api).subscribers.map(({ msisdn }) => msisdn)).toEqual(numbers);
    // A request a second is what the budget allows; more than a third of them refused would be no pace at all.
    expect(api.requests.length).toBeLessThan(90);
    expect(now).toBeLessThan(120_000);
  });

  test('nobody waits an hour because a server says so', async () => {
    api.faults.push(status(429, { headers: { 'retry-after': '3600' } }));
    await client().domain();
    expect(waits).toEqual([20_000]);
  });

  test('a creation whose answer was lost is not repeated', async () => {
    api.faults.push({ kind: 'lost' });
    expect((await failureOf(client().createSubscriber('101', 'secret'))).code).toBe('cloudonix.failing');
    expect(api.writes()).toHaveLength(1);
  });

  test('a server that does not answer costs its time limit and no more', async () => {
    api.faults.push({ kind: 'silent' });
    await client({ timeoutMs: 50 }).domain();
    expect(api.requests).toHaveLength(2);
  });
});

describe('lists', () => {
  test('an empty one is answered with 404 and is empty', async () => {
    expect(await client().trunks()).toEqual([]);
  });

  test('pages are put together', async () => {
    api.pageSize = 3;
    domainOf(api).subscribers.push(...Array.from({ length: 8 }, (_, index) => ({ id: index, msisdn: `10${index}` })));
    const subscribers = await client().subscribers();
    expect(subscribers.map(({ msisdn }) => msisdn)).toEqual(Array.from({ length: 8 }, (_, index) => `10${index}`));
    expect(api.requests).toHaveLength(3);
  });

  test('the password of a trunk does not come through', async () => {
    domainOf(api).trunks.push({ id: 1, name: 'carrier', profile: { authentication: { password: 'in the clear' } } });
    expect(JSON.stringify(await client().trunks())).not.toContain('in the clear');
  });
});

test('writing one profile key leaves the others', async () => {
  domainOf(api).domain.profile = { 'recording-media-type': 'mp3' };
  await client().putProfile({ 'call-timeout': 45 });
  expect(domainOf(api).domain.profile).toEqual({ 'recording-media-type': 'mp3', 'call-timeout': 45 });
});

test.each(['sipPassword', 'sip-password'] as const)(
  'a password arrives where the platform calls it %s',
  async (field) => {
    api.passwordField = field;
    await client().createSubscriber('101', 'secret');
    expect(domainOf(api).subscribers).toMatchObject([{ msisdn: '101', sipPassword: 'secret' }]);
  },
);

test('an application that moved is corrected, and switched on again', async () => {
  const row = { id: 7, name: 'switchhook', type: 'cxml', url: 'https://old.example', method: 'GET', active: false };
  domainOf(api).applications.push(row);
  await client().updateApplication({ name: 'switchhook', url: 'https://new.example' });
  expect(await client().applications()).toMatchObject([{ url: 'https://new.example', method: 'POST', active: true }]);
});

test('hanging up a call that has ended is no failure', async () => {
  expect(await client().hangUp('0123')).toBe(false);
});
