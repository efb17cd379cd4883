import { z } from 'zod';
import {
  type CloudonixDeps,
  coachCall,
  coachSchema,
  disconnectCall,
  transferCall,
  transferSchema,
} from '../voice/index.ts';
import { type Route, route } from './route.ts';

const tag = 'Calls';

/** What can be done with a call while it is on. `{id}` is the call's id or its session token. */
export function liveControlRoutes(deps: CloudonixDeps): readonly Route[] {
  return [
    route(
      {
        method: 'POST',
        path: '/api/v1/calls/{id}/disconnect',
        summary: 'End a call',
        tag,
        permission: 'voice.call.disconnect',
        response: z.object({ id: z.string() }),
        status: 202,
        isIdempotent: false,
      },
      ({ context, params }) => disconnectCall(context, deps, params.id ?? ''),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/calls/{id}/transfer',
        summary: 'Move a call to any place of the plan',
        description: 'Whoever the caller is connected to is dropped first.',
        tag,
        permission: 'voice.call.transfer',
        body: transferSchema,
        example: { target: 'ring_group:sales' },
        response: z.object({ id: z.string(), target: z.string() }),
        status: 202,
        isIdempotent: false,
      },
      ({ context, params, body }) => transferCall(context, deps, params.id ?? '', body),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/calls/{id}/coach',
        summary: 'Listen to a call, whisper or barge in',
        description: "Rings the supervisor's extension; answering it lets them in, any key lets them out.",
        tag,
        permission: 'voice.call.coach',
        body: coachSchema,
        example: { mode: 'whisper', extension: '101' },
        response: z.object({
          id: z.string(),
          token: z.string().meta({ description: "The session of the supervisor's own call." }),
        }),
        status: 202,
        isIdempotent: false,
      },
      ({ context, params, body }) => coachCall(context, deps, params.id ?? '', body),
    ),
  ];
}
