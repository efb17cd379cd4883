import type { Emulation } from '../../emulator/index.ts';

/** The REST API key of the demo organization. It opens nothing but the emulation in this process. */
export const DEMO_API_KEY = 'demo-api-key';

/**
 * As much of Cloudonix's REST API as controls a call that is on (reference/cloudonix.md 5.4), over the calls of an
 * emulation: whoever tries the demo can end and move them. Everything else it answers with a sentence.
 */
export function answerRest(
  emulation: Emulation,
  request: { readonly method: string; readonly url: string; readonly body: string },
): Response {
  const [, token = '', isSwitch] =
    /^\/calls\/[^/]+\/sessions\/([^/]+)(\/application)?$/.exec(new URL(request.url).pathname) ?? [];
  if (request.method === 'DELETE' && token !== '' && isSwitch === undefined)
    return new Response(null, { status: emulation.hangUp(token) ? 204 : 404 });
  if (request.method === 'POST' && isSwitch !== undefined) {
    const { url } = JSON.parse(request.body) as { readonly url?: string };
    return new Response('{}', { status: emulation.switchTo(token, url ?? '') ? 202 : 404 });
  }
  const message = 'this is the demo: it has calls to end and to move, but no account and no telephones';
  return new Response(JSON.stringify({ status: false, message }), { status: 400 });
}
