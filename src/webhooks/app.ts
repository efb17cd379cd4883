import { type Context, Hono } from 'hono';
import { readBody } from './body.ts';
import { CALLBACKS, type CallbackKind, createCallbackHandler } from './callbacks.ts';
import { VOICE_PATH, type VoiceAppOptions } from './options.ts';
import { createVoiceAnswerer, type VoiceAnswerer } from './voice.ts';

/**
 * The Cloudonix boundary as a Hono app, the same on Node and on Workers. It keeps no state but local fallback counters,
 * and reaches storage only through the ports it is given. A server that hands some voice requests to an answerer of its own
 * gives that one here, so that there is one of them.
 */
export function createVoiceApp(options: VoiceAppOptions, answer: VoiceAnswerer = createVoiceAnswerer(options)): Hono {
  const app = new Hono();
  // One handler for all methods: hono then calls it straight, without composing several. HEAD is not GET here, it must
  // not play a step of a call.
  app.all(VOICE_PATH, (context) => {
    const { method } = context.req;
    return method === 'POST' || method === 'GET' ? voice(context, answer) : methodNotAllowed('GET, POST');
  });
  for (const kind of Object.keys(CALLBACKS) as CallbackKind[]) {
    const path = `/webhooks/cloudonix/${kind}/:webhookToken`;
    app.post(path, createCallbackHandler(kind, options));
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

const XML = { 'content-type': 'application/xml' } as const;

function methodNotAllowed(allow: string): Response {
  return new Response(null, { status: 405, headers: { allow } });
}
