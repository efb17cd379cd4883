import postgresJs from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCxml } from '../../../src/webhooks/index.ts';
import { type RealPostgres, startRealPostgres } from '../../support/real-postgres.ts';
import {
  acmeConfig,
  allOf,
  eventually,
  newDataDirectory,
  removeDataDirectory,
  runCli,
  type Service,
  serviceEnvironment,
  startService,
} from '../../support/service.ts';

/** How long Postgres stays away; SWITCHHOOK_OUTAGE_SECONDS makes it longer. */
const AWAY_MS = Number(process.env.SWITCHHOOK_OUTAGE_SECONDS ?? 10) * 1000;

interface Call {
  readonly token: string;
  readonly status: string;
}

interface Detail {
  readonly events: readonly unknown[];
}

describe('Postgres goes away under calls', () => {
  let postgres: RealPostgres;
  let service: Service;

  beforeAll(async () => {
    postgres = await startRealPostgres();
    service = await startService({ config: acmeConfig(), env: { DATABASE_URL: postgres.url } });
  });
  afterAll(async () => {
    await service?.stop();
    await postgres?.dispose();
  });

  it(
    'calls are answered meanwhile, nothing accepted is missing afterwards, and /readyz tells the truth',
    async () => {
      const accepted = { calls: new Set<string>(), events: 0, cdrs: 0 };
      const times: number[] = [];
      const traffic = new AbortController();
      const running = (async () => {
        for (let number = 0; !traffic.signal.aborted; number += 1) {
          await oneCall(number.toString(16).padStart(32, '0'), accepted, times);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      })();
      // A failure of the loop must not stay unheard while the outage goes on.
      const over = running.then(() => undefined);
      over.catch(() => {});

      await eventually(ready, ({ status }) => status === 200);
      await eventually(
        async () => accepted.calls.size,
        (size) => size >= 10,
      );
      await postgres.stop();
      const wentAway = performance.now();
      const away = await eventually(ready, ({ status }) => status === 503);
      expect(away.missing.map(({ name }) => name)).toEqual(['database']);
      const before = accepted.calls.size;
      await Promise.race([
        over,
        new Promise((resolve) => setTimeout(resolve, AWAY_MS - (performance.now() - wentAway))),
      ]);
      expect(accepted.calls.size).toBeGreaterThan(before);
      await postgres.start();
      const cameBack = performance.now();
      await eventually(ready, ({ status }) => status === 200);
      const recoveredMs = performance.now() - cameBack;
      traffic.abort();
      await over;

      const calls = await eventually(
        () => allOf<Call>(service, '/calls'),
        (found) => found.length >= accepted.calls.size && found.every(({ status }) => status === 'completed'),
      );
      const drainedMs = performance.now() - cameBack;
      expect(new Set(calls.map(({ token }) => token))).toEqual(accepted.calls);
      expect(calls).toHaveLength(accepted.calls.size);
      let events = 0;
      for (const { token } of calls) events += (await service.api<Detail>('GET', `/calls/${token}`)).body.events.length;
      expect(events).toBe(accepted.events);
      expect(await allOf(service, '/cdrs')).toHaveLength(accepted.cdrs);
      times.sort((left, right) => left - right);
      const at = (share: number) => (times[Math.floor((times.length - 1) * share)] ?? 0).toFixed(1);
      console.log(
        `Postgres away for ${AWAY_MS / 1000} s: ${times.length} voice requests, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ` +
          `longest ${at(1)} ms; ${events} events and ${accepted.cdrs} CDRs stored; ready ${Math.round(recoveredMs)} ms ` +
          `and drained ${Math.round(drainedMs)} ms after its return`,
      );
    },
    120_000 + AWAY_MS,
  );

  it('an administrator ends its connections thirty times under calls: it lives, and every event is there once', async () => {
    const accepted = { calls: new Set<string>(), events: 0, cdrs: 0 };
    const traffic = new AbortController();
    const administrator = postgresJs(postgres.url, { max: 1, onnotice: () => {} });
    const stored = async () => {
      const [row] = await administrator<{ events: number; cdrs: number }[]>`
        select (select count(*)::int from voice.call_events) as events,
          (select count(*)::int from voice.call_detail_records) as cdrs`;
      return row ?? { events: 0, cdrs: 0 };
    };
    const before = await stored();
    const callers = [1, 2, 3, 4].map(async (caller) => {
      for (let number = 0; !traffic.signal.aborted; number += 1)
        await oneCall(`${caller}c${number.toString(16).padStart(30, '0')}`, accepted, []);
    });
    const over = Promise.all(callers);
    over.catch(() => {});
    for (let time = 0; time < 30; time += 1) {
      const calls = accepted.calls.size;
      await Promise.race([
        over,
        eventually(
          async () => accepted.calls.size,
          (size) => size >= calls + 8,
        ),
      ]);
      await administrator`
        select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'switchhook'`;
    }
    traffic.abort();
    await over;
    const expected = { events: before.events + accepted.events, cdrs: before.cdrs + accepted.cdrs };
    const now = await eventually(stored, ({ events, cdrs }) => events >= expected.events && cdrs >= expected.cdrs);
    await administrator.end();
    expect(now).toEqual(expected);
    expect((await ready()).status).toBe(200);
    console.log(
      `connections ended 30 times: ${accepted.calls.size} calls, ${accepted.events} events, each stored once`,
    );
  }, 120_000);

  it('a server that finds no Postgres says so in words and ends with 1', async () => {
    const dataDirectory = await newDataDirectory();
    const env = { DATABASE_URL: 'postgres://postgres:hunter2secret@127.0.0.1:1/postgres' };
    const { status, stdout, stderr } = await runCli(
      ['serve'],
      serviceEnvironment({ config: acmeConfig(), dataDirectory, env }),
    );
    removeDataDirectory(dataDirectory);
    expect(status).toBe(1);
    expect(stderr).toMatch(/database|Postgres/i);
    expect(stderr).toContain('DATABASE_URL');
    expect(stdout + stderr).not.toContain('hunter2secret');
    expect(stdout + stderr).not.toMatch(/^\s+at /m);
  });

  async function ready(): Promise<{ status: number; missing: readonly { name: string; reason: string }[] }> {
    const response = await fetch(`${service.url}/readyz`);
    const { missing } = (await response.json()) as { missing: readonly { name: string; reason: string }[] };
    return { status: response.status, missing };
  }

  /** One voice request, one session update, one CDR; what is answered with success counts as accepted. */
  async function oneCall(
    token: string,
    accepted: { calls: Set<string>; events: number; cdrs: number },
    times: number[],
  ): Promise<void> {
    const started = performance.now();
    // Round robin takes a shared counter, so this is the path that meets the missing database.
    const voice = await post('voice', {
      Session: token,
      From: '+16465550150',
      To: '+16465550107',
      Direction: 'inbound',
      Domain: 'acme.cloudonix.net',
    });
    times.push(performance.now() - started);
    expect(voice.status).toBe(200);
    const cxml = await voice.text();
    expect(readCxml(cxml).name).toBe('Response');
    expect(cxml).toMatch(/<Number>10[12]<\/Number>/);
    accepted.calls.add(token);
    accepted.events += 1;
    const session = { token, eventId: `${token}-1`, status: 'connected', direction: 'incoming' };
    const cdr = { call_id: `${token}@x`, disposition: 'ANSWER', billsec: 3, duration: 4, session: { token } };
    expect((await post('session/fixture-webhook-token', session)).status).toBe(204);
    expect((await post('cdr/fixture-webhook-token', cdr)).status).toBe(204);
    accepted.events += 2;
    accepted.cdrs += 1;
  }

  function post(path: string, body: unknown): Promise<Response> {
    return fetch(`${service.url}/webhooks/cloudonix/${path}`, {
      method: 'POST',
      headers: { authorization: 'Bearer fixture-requests-key', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }
});
