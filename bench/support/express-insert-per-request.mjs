import express from 'express';
import pg from 'pg';

/** The same as insert-per-request.ts with the two packages that most people begin with. */
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
await pool.query(`create table if not exists bench_express_updates (
  event_id text primary key, token text not null, status text not null, raw jsonb not null, at timestamptz not null default now())`);

const app = express();
app.use(express.json());
app.post('/webhooks/cloudonix/session/:token', async ({ body }, response) => {
  await pool.query(
    'insert into bench_express_updates (event_id, token, status, raw) values ($1, $2, $3, $4) on conflict do nothing',
    [body.eventId, body.token, body.status, JSON.stringify(body)],
  );
  response.status(204).end();
});

const server = app.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })}\n`);
});
