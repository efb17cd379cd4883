import { sql } from 'drizzle-orm';
import { systemClock } from '../src/core/clock.ts';
import { uuidv7 } from '../src/core/ids.ts';
import { Context } from '../src/db/context.ts';
import { migrateDatabase } from '../src/db/migrate.ts';
import { type Database, openDatabase } from '../src/db/open.ts';
import { organizations } from '../src/db/schema/index.ts';
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

/**
 * Lists of an organization with a million calls and CDRs on real Postgres, any page, by number and time, against one row by
 * its primary key over the same API; a request through session, policy and a list of objects; a permission check alone.
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

    const { code } = await createSignInCode(context);
    const cookie = (await app.request(`/sign-in?code=${code}`)).headers.get('set-cookie')?.split(';')[0] ?? '';
    const session = await measure(async () => '/api/v1/extensions?limit=20', { cookie });
    emit({ bench: 'api', case: 'session, policy and a list of 20, p50', value: round(session.p50), unit: 'ms' });
    emit({ bench: 'api', case: 'a permission check', value: round(permissionCheck() * 1000), unit: 'µs' });
    if (someId === '') throw new Error('there are no calls to list');
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

function numberOf(n: number): string {
  return `+1646${String(5_000_000 + (n % NUMBERS)).padStart(7, '0')}`;
}

/** A year of calls, evenly over the numbers, each with its CDR. */
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
  await database.orm.execute(sql`analyze`);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
