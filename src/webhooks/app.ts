import { type Context, Hono } from 'hono';
import { CALLBACKS, type CallbackKind, createCallbackHandler } from './callbacks.ts';
import { VOICE_PATH, type VoiceAppOptions } from './options.ts';
import { createVoiceHandler } from './voice.ts';

/**
 * The Cloudonix boundary as a Hono app, the same on Node and on Workers. It keeps no state but local fallback counters,
 * and reaches storage only through the ports it is given.
 */
export function createVoiceApp(options: VoiceAppOptions): Hono {
  const app = new Hono();
  const voice = createVoiceHandler(options);
  // One handler for all methods: hono then calls it straight, without composing several. HEAD is not GET here, it must
  // not play a step of a call.
  app.all(VOICE_PATH, (context) => {
    const { method } = context.req;
    return method === 'POST' || method === 'GET' ? voice(context) : methodNotAllowed('GET, POST');
  });
  for (const kind of Object.keys(CALLBACKS) as CallbackKind[]) {
    const path = `/webhooks/cloudonix/${kind}/:webhookToken`;
    app.post(path, createCallbackHandler(kind, options));
    app.all(path, (_context: Context) => methodNotAllowed('POST'));
  }
  return app;
}

function methodNotAllowed(allow: string): Response {
  return new Response(null, { status: 405, headers: { allow } });
}
