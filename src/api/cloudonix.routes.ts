import { z } from 'zod';
import {
  type CloudonixDeps,
  checkCloudonix,
  cloudonixReportSchema,
  cloudonixSyncResultSchema,
  cloudonixSyncSchema,
  readPhoneCredentials,
  syncCloudonix,
} from '../voice/index.ts';
import { type Route, route } from './route.ts';

const tag = 'Cloudonix';

/** Keeping the Cloudonix side in step with this one. None of it can be undone with a transaction, so keys are not taken. */
export function cloudonixRoutes(deps: CloudonixDeps): readonly Route[] {
  return [
    route(
      {
        method: 'GET',
        path: '/api/v1/cloudonix/check',
        summary: 'Compare with Cloudonix',
        description: 'Proves key and domain, and shows every difference. Changes nothing.',
        tag,
        permission: 'voice.cloudonix_settings.read',
        response: cloudonixReportSchema,
      },
      ({ context }) => checkCloudonix(context, deps),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/cloudonix/sync',
        summary: 'Make Cloudonix what this side says',
        description:
          'Profile, voice application, subscribers; with `numbers` a DNID for each number too. A second run changes nothing.',
        tag,
        permission: 'voice.cloudonix_settings.write',
        body: cloudonixSyncSchema,
        example: { dryRun: true },
        response: cloudonixSyncResultSchema,
        isIdempotent: false,
      },
      ({ context, body }) => syncCloudonix(context, deps, body),
    ),
    route(
      {
        method: 'GET',
        path: '/api/v1/cloudonix/phones/{number}',
        summary: 'What a phone registers with',
        description: 'The password is made by the first sync. Each reading is in the audit.',
        tag,
        permission: 'voice.phone_credentials.read_secret',
        response: z.object({ domain: z.string(), username: z.string(), password: z.string() }),
      },
      async ({ context, params }) => readPhoneCredentials(context, params.number ?? ''),
    ),
  ];
}
