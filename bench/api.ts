import { sql } from 'drizzle-orm';
import { systemClock } from '../src/core/clock.ts';
import { uuidv7 } from '../src/core/ids.ts';
import { Context } from '../src/db/context.ts';
import { migrateDatabase } from '../src/db/migrate.ts';
import { type Database, openDatabase } from '../src/db/open.ts';
import { attemptCounters, extensions, organizations } from '../src/db/schema/index.ts';
import { hashPassword, verifyPassword } from '../src/identity/credential/hash-password.ts';
import { createApiKey, createSignInCode } from '../src/identity/index.ts';
import { checkOf, grantsOf } from '../src/identity/permissions.ts';
import { createSecretBox } from '../src/platform/secrets.ts';
import { openTestApplication } from '../test/support/application.ts';
import { startRealPostgres } from '../test/support/real-postgres.ts';
import type { BenchRow } from './pdu.ts';
import { percentile } from './support/http-load.ts';

const RECORDS = 1_000_000;
const NUMBERS = 10_000;
const ASKS = 300;
const CHECKS = 200_000;
/** A password's hash is slow on purpose. */
const SIGN_INS = 40;
const PASSWORD = 'seven green lanterns';

/**
 * Lists of an organization with a million calls, CDRs and messages on real Postgres, any page, by number and time, against
 * one row by its primary key over the same API; a request through session, policy and a list of objects; a permission check
 * alone; a sign-in by password against its hash alone, and one by a code, whose hash is nothing beside the journeys.
 */
export async function run(emit: (row: BenchRow) => void): Promise<void> {
  const postgres = await startRealPostgres();
  const database = await openDatabase({ url: postgres.url, poolSize: 4 });
  try {
    await migrateDatabase(database.orm);
    const context = await organizationOf(database);
    await fill(database, context.organizationId);
    const { app } = openTestApplication({ database });
    const { key } = await createApiKey(context, { name: 'bench', role: 'owner' });
    const asKey = { authorization: `Bearer ${key}` };

    const measure = async (ask: (n: number) => Promise<string>, headers: Record<string, string>): Promise<Figures> => {
      const times: number[] = [];
      for (let n = 0; n < ASKS; n += 1) {
        const path = await ask(n);
        const started = performance.now();
        const answer = await app.request(path, { headers });
        if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
        await answer.text();
        times.push(performance.now() - started);
      }
      times.sort((left, right) => left - right);
      return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
    };
    const [{ id: someId } = { id: '' }] = await database.orm.execute<{ id: string }>(
      sql`select id from voice.calls where organization_id = ${context.organizationId} limit 1`,
    );
    const one = await measure(async () => `/api/v1/cdrs?limit=1&token=bench-1`, asKey);
    emit({ bench: 'api', case: 'one CDR by its token, p50', value: round(one.p50), unit: 'ms' });

    const lists: Record<string, (n: number) => Promise<string>> = {
      'CDRs, first page of 100': async () => '/api/v1/cdrs?limit=100',
      'CDRs of a number': async (n) => `/api/v1/cdrs?limit=100&number=${encodeURIComponent(numberOf(n * 31))}`,
      'CDRs of a number since a month': async (n) =>
        `/api/v1/cdrs?limit=100&from=${encodeURIComponent(numberOf(n * 17))}&since=2026-10-21T00:00:00Z`,
      'calls of a number': async (n) => `/api/v1/calls?limit=100&number=${encodeURIComponent(numberOf(n * 13))}`,
      'calls, page after page': pager(app, asKey, '/api/v1/calls?limit=100'),
      'messages, first page of 100': async () => '/api/v1/messages?limit=100',
      'messages of a number': async (n) => `/api/v1/messages?limit=100&peer=${encodeURIComponent(numberOf(n * 31))}`,
      'messages of a number since a month': async (n) =>
        `/api/v1/messages?limit=100&peer=${encodeURIComponent(numberOf(n * 17))}&since=2026-10-21T00:00:00Z`,
      'messages of a day': async (n) => `/api/v1/messages?limit=100&since=${dayOf(n)}&until=${dayOf(n)}`,
      'messages, page after page': pager(app, asKey, '/api/v1/messages?limit=100'),
    };
    for (const [name, ask] of Object.entries(lists)) {
      const figures = await measure(ask, asKey);
      emit({
        bench: 'api',
        case: `${name}, a million rows, p99`,
        value: round(figures.p99),
        unit: 'ms',
        ratio: round(figures.p50 / one.p50),
        against: 'one CDR by its token, p50',
      });
    }

    await addExtensions(context);
    const { code } = await createSignInCode(context);
    const cookie = (await app.request(`/sign-in?code=${code}`)).headers.get('set-cookie')?.split(';')[0] ?? '';
    const session = await measure(async () => '/api/v1/extensions?limit=20', { cookie });
    emit({ bench: 'api', case: 'session, policy and a list of 20, p50', value: round(session.p50), unit: 'ms' });
    emit({ bench: 'api', case: 'a permission check', value: round(permissionCheck() * 1000), unit: 'µs' });
    if (someId === '') throw new Error('there are no calls to list');
    for (const row of await signIns(app, database, asKey)) emit(row);
  } finally {
    await database.close();
    await postgres.dispose();
  }
}

interface Figures {
  readonly p50: number;
  readonly p99: number;
}

/** The next page of a list with each call, wherever the one before ended. */
function pager(app: ReturnType<typeof openTestApplication>['app'], headers: Record<string, string>, path: string) {
  let cursor: string | null = null;
  return async (): Promise<string> => {
    const here: string = cursor === null ? path : `${path}&cursor=${encodeURIComponent(cursor)}`;
    const page = (await (await app.request(here, { headers })).json()) as { nextCursor: string | null };
    cursor = page.nextCursor;
    return here;
  };
}

/**
 * Somebody signs in, again and again. Attempts are limited for whoever guesses, so what was counted is forgotten between
 * two measurements.
 */
async function signIns(
  app: ReturnType<typeof openTestApplication>['app'],
  database: Database,
  asKey: Record<string, string>,
): Promise<readonly BenchRow[]> {
  const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const answer = await app.request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as { signedIn?: boolean; step?: string; code?: string };
  };
  await post('/api/v1/people', { callsign: 'ada', password: 'what somebody gave her' }, asKey);
  const { step } = await post('/api/v1/sign-in', { login: 'ada', password: 'what somebody gave her' });
  await post('/api/v1/sign-in/password', { step, password: PASSWORD });

  const hash = await hashPassword(PASSWORD);
  const times: Record<'hash' | 'password' | 'code', number[]> = { hash: [], password: [], code: [] };
  const timed = async (into: number[], work: () => Promise<{ signedIn?: boolean; isRight?: boolean }>) => {
    const started = performance.now();
    const { signedIn, isRight } = await work();
    into.push(performance.now() - started);
    if (signedIn !== true && isRight !== true) throw new Error('the sign-in did not succeed');
  };
  // In turns, so that whatever else the machine does meets all three.
  for (let n = 0; n < SIGN_INS; n += 1) {
    const { code } = await post('/api/v1/login-codes', { person: 'ada', channel: 'screen' }, asKey);
    await database.orm.delete(attemptCounters);
    await timed(times.hash, () => verifyPassword(PASSWORD, hash));
    await timed(times.password, () => post('/api/v1/sign-in', { login: 'ada', password: PASSWORD }));
    await timed(times.code, () => post('/api/v1/sign-in/code', { code }));
  }
  const median = (of: number[]) =>
    percentile(
      of.toSorted((left, right) => left - right),
      0.5,
    );
  const alone = median(times.hash);
  const against = (name: string, value: number): BenchRow => ({
    bench: 'api',
    case: name,
    value: round(value),
    unit: 'ms',
    ratio: round(value / alone),
    against: 'the hash of a password alone, p50',
  });
  return [
    { bench: 'api', case: 'the hash of a password alone, p50', value: round(alone), unit: 'ms' },
    against('a sign-in by password, p50', median(times.password)),
    against('a sign-in by code, p50', median(times.code)),
  ];
}

/** Somebody with three roles asks what they may and what they may not. Milliseconds a check. */
function permissionCheck(): number {
  const may = checkOf({ grants: (['voice_admin', 'sms_supervisor', 'reporter'] as const).flatMap(grantsOf) });
  const asked = ['voice.call.read', 'identity.api_key.write', 'operations.incident.write', 'sms.message.read'];
  let held = 0;
  const started = performance.now();
  for (let n = 0; n < CHECKS; n += 1) if (may(asked[n % asked.length] ?? '')) held += 1;
  if (held === 0 || held === CHECKS) throw new Error('the checks do not tell roles apart');
  return (performance.now() - started) / CHECKS;
}

async function organizationOf(database: Database): Promise<Context> {
  const id = uuidv7();
  await database.orm.insert(organizations).values({ id, slug: 'bench', name: 'Bench', timezone: 'UTC' });
  return new Context({
    db: database.orm,
    organizationId: id,
    actor: { kind: 'system', id: null, name: 'bench' },
    can: () => true,
    clock: systemClock,
    secrets: createSecretBox(['test']),
  });
}

/** What the list of objects has to show. */
async function addExtensions({ db, organizationId }: Context): Promise<void> {
  const now = new Date();
  await db.insert(extensions).values(
    Array.from({ length: 100 }, (_, n) => ({
      organizationId,
      type: 'user',
      number: String(200 + n),
      name: `Desk ${n}`,
      createdAt: now,
    })),
  );
}

/** One of the days the messages are from. */
function dayOf(n: number): string {
  return new Date(Date.UTC(2026, 10, 20 - (n % 300))).toISOString().slice(0, 10);
}

function numberOf(n: number): string {
  return `+1646${String(5_000_000 + (n % NUMBERS)).padStart(7, '0')}`;
}

/** A year of calls, evenly over the numbers, each with its CDR; and a year of texts of one part. */
async function fill(database: Database, organizationId: string): Promise<void> {
  await database.orm.execute(sql`
    insert into voice.calls (id, organization_id, token, direction, from_number, to_number, status, started_at, updated_at)
    select gen_random_uuid(), ${organizationId}, 'bench-' || n, 'inbound',
      '+1646' || (5000000 + n % ${sql.raw(String(NUMBERS))}), '+12125550100', 'completed',
      timestamptz '2026-11-21' - n * interval '31 seconds', now()
    from generate_series(1, ${sql.raw(String(RECORDS))}) n`);
  await database.orm.execute(sql`
    insert into voice.call_detail_records (id, organization_id, call_id, event_key, token, from_number, to_number, disposition,
      duration_seconds, billable_seconds, started_at, raw, recorded_at)
    select gen_random_uuid(), organization_id, id, token, token, from_number, to_number, 'answered', 60, 55, started_at, '{}', started_at
    from voice.calls where organization_id = ${organizationId}`);
  await database.orm.execute(sql`
    insert into sms.messages (id, organization_id, direction, peer, body, encoding, part_count, status, due_at, created_at, updated_at)
    select gen_random_uuid(), ${organizationId}, (case when n % 3 = 0 then 'inbound' else 'outbound' end)::sms.message_direction,
      '+1646' || (5000000 + n % ${sql.raw(String(NUMBERS))}), 'Your technician arrives at ten.', 'gsm7', 1,
      (case when n % 3 = 0 then 'received' else 'delivered' end)::sms.message_status, at, at, at
    from generate_series(1, ${sql.raw(String(RECORDS))}) n, lateral (select timestamptz '2026-11-21' - n * interval '31 seconds' as at) moment`);
  await database.orm.execute(sql`
    insert into sms.message_parts (id, organization_id, message_id, direction, sequence, total, pdu, tpdu_length, status, due_at,
      peer, created_at)
    select gen_random_uuid(), organization_id, id, direction, 1, 1, '00', 0, status, due_at, peer, created_at
    from sms.messages where organization_id = ${organizationId}`);
  await database.orm.execute(sql`analyze`);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
