import { serve } from '@hono/node-server';
import { Hono } from 'hono';

/** The yardstick: parses the same JSON and answers a constant document. Nothing looked up, decided, kept. */
const DOCUMENT =
  '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Dial timeout="20"><Number>101</Number></Dial></Response>';

const app = new Hono();
app.post('/webhooks/cloudonix/voice', async (c) => {
  const body = await c.req.json<{ From?: string }>();
  return body.From === undefined ? c.body(null, 400) : c.body(DOCUMENT, 200, { 'content-type': 'application/xml' });
});

serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, (address) => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${address.port}` })}\n`);
});
