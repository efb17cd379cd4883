import { getVoicePolicy, putVoicePolicy, voicePolicySchema } from '../voice/index.ts';
import { type Route, route } from './route.ts';

const path = '/api/v1/voice-policy';
const tag = 'Voice policy';

/** How all calls of the organization are treated: one object, which always exists. */
export function voicePolicyRoutes(): readonly Route[] {
  return [
    route(
      {
        method: 'GET',
        path,
        summary: 'Who may call where, under which number, how much, and what is recorded',
        tag,
        permission: 'voice.policy.read',
        response: voicePolicySchema,
      },
      ({ context }) => getVoicePolicy(context),
    ),
    route(
      {
        method: 'PUT',
        path,
        summary: 'Replace the voice policy',
        description: 'What is left out goes back to its default. Calls follow at once.',
        tag,
        permission: 'voice.policy.write',
        body: voicePolicySchema,
        example: {
          callerId: '+12125550100',
          outbound: 'national',
          limits: { extension: { callsPerMinute: 5, minutesPerDay: 120 }, organization: { costPerDay: 5000 } },
          recording: { mode: 'inbound' },
        },
        response: voicePolicySchema,
      },
      ({ context, body }) => putVoicePolicy(context, body),
    ),
  ];
}
