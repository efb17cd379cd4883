import { type Context, Hono } from 'hono';
import { readBody } from './body.ts';
import { CALLBACKS, type CallbackKind, type CallbackTaker, createCallbackTaker } from './callbacks.ts';
import { VOICE_PATH, type VoiceAppOptions } from './options.ts';
import { createVoiceAnswerer, type VoiceAnswerer } from './voice.ts';

/**
 * The Cloudonix boundary as a Hono app, the same on Node and on Workers. It keeps no state but local fallback counters,
 * and reaches storage only through the ports it is given. A server that hands some requests straight to an answerer and a
 * taker of its own gives those here, so that there is one of each.
 */
export function createVoiceApp(
  options: VoiceAppOptions,
  answer: VoiceAnswerer = createVoiceAnswerer(options),
  take: CallbackTaker = createCallbackTaker(options),
): Hono {
  const app = new Hono();
  // One handler for all methods: hono then calls it straight, without composing several. HEAD is not GET here, it must
  // not play a step of a call.
  app.all(VOICE_PATH, (context) => {
    const { method } = context.req;
    return method === 'POST' || method === 'GET' ? voice(context, answer) : methodNotAllowed('GET, POST');
  });
  for (const kind of Object.keys(CALLBACKS) as CallbackKind[]) {
    const path = `/webhooks/cloudonix/${kind}/:webhookToken`;
    app.post(path, (context) => callback(context, kind, take));
    app.all(path, (_context: Context) => methodNotAllowed('POST'));
  }
  return app;
}

async function voice({ req }: Context, answer: VoiceAnswerer): Promise<Response> {
  const { status, cxml } = await answer({
    url: req.url,
    body: req.method === 'GET' ? '' : await readBody(req.raw).catch(() => ''),
    query: req.query(),
    header: (name) => req.header(name),
  });
  return new Response(cxml, { status, headers: XML });
}

async function callback({ req }: Context, kind: CallbackKind, take: CallbackTaker): Promise<Response> {
  const { status, headers, body } = await take(kind, {
    token: req.param('webhookToken') ?? '',
    body: () => readBody(req.raw),
    header: (name) => req.header(name),
  });
  return new Response(body, { status, headers });
}

const XML = { 'content-type': 'application/xml' } as const;

function methodNotAllowed(allow: string): Response {
  return new Response(null, { status: 405, headers: { allow } });
}
