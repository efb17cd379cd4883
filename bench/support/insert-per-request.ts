import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import postgres from 'postgres';

/** The yardstick for session updates: what one writes first. Parses the update, inserts a row, answers when it is stored. */
const sql = postgres(process.env.DATABASE_URL ?? '', { max: 10, onnotice: () => {} });
await sql`create table if not exists bench_session_updates (
  event_id text primary key, token text not null, status text not null, raw jsonb not null, at timestamptz not null default now())`;

const app = new Hono();
app.post('/webhooks/cloudonix/session/:token', async (c) => {
  const body = await c.req.json<{ eventId: string; token: string; status: string }>();
  await sql`insert into bench_session_updates (event_id, token, status, raw)
    values (${body.eventId}, ${body.token}, ${body.status}, ${JSON.stringify(body)}::jsonb) on conflict do nothing`;
  return c.body(null, 204);
});

serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, (address) => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${address.port}` })}\n`);
});
