import { z } from 'zod';
import { type Route, route } from '../../api/index.ts';
import { AppError } from '../../core/errors.ts';
import { uuidv7 } from '../../core/ids.ts';
import { readCloudonixSettings } from '../../voice/index.ts';

/**
 * `POST /api/v1/demo/call`: plays what Cloudonix would send for one incoming call against our own webhook, so that the
 * first page can show a call without an account anywhere.
 */
export function demoRoutes(sendVoiceRequest: (request: Request) => Response | Promise<Response>): readonly Route[] {
  return [
    route(
      {
        method: 'POST',
        path: '/api/v1/demo/call',
        summary: 'Play an incoming call',
        tag: 'Demo',
        permission: 'voice.demo.write',
        body: z.strictObject({
          from: z.string().max(40).default('+12125550150'),
          to: z.string().max(40).default('+12125550101'),
        }),
        response: z.object({ token: z.string(), cxml: z.string() }),
        isIdempotent: false,
      },
      async ({ context, body }) => {
        const settings = await readCloudonixSettings(context);
        if (settings === undefined) throw noDomain();
        const token = uuidv7().replaceAll('-', '');
        const response = await sendVoiceRequest(
          new Request('http://demo/webhooks/cloudonix/voice', {
            method: 'POST',
            headers: { authorization: `Bearer ${settings.requestsApiKey}`, 'content-type': 'application/json' },
            body: JSON.stringify({
              CallSid: token,
              Session: token,
              Domain: settings.domain,
              Direction: 'inbound',
              CallStatus: 'in-progress',
              From: body.from,
              To: body.to,
            }),
          }),
        );
        return { token, cxml: await response.text() };
      },
    ),
  ];
}

function noDomain(): AppError {
  return new AppError({
    code: 'demo.no_domain',
    kind: 'conflict',
    detail: 'This organization has no Cloudonix domain, so no call can reach it. Add the section "cloudonix".',
  });
}
