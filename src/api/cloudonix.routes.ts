import { z } from 'zod';
import {
  type CloudonixDeps,
  changeCloudonixSettings,
  checkCloudonix,
  cloudonixReportSchema,
  cloudonixSettingsInputSchema,
  cloudonixSettingsViewSchema,
  cloudonixSyncResultSchema,
  cloudonixSyncSchema,
  cloudonixValidationInputSchema,
  cloudonixValidationSchema,
  readPhoneCredentials,
  syncCloudonix,
  validateCloudonix,
  viewCloudonixSettings,
} from '../voice/index.ts';
import { type Route, route } from './route.ts';

const tag = 'Cloudonix';

/** Keeping the Cloudonix side in step with this one. None of it can be undone with a transaction, so keys are not taken. */
export function cloudonixRoutes(deps: CloudonixDeps): readonly Route[] {
  return [
    route(
      {
        method: 'GET',
        path: '/api/v1/cloudonix/settings',
        summary: 'How the organization is tied to Cloudonix',
        tag,
        permission: 'voice.cloudonix_settings.read',
        response: cloudonixSettingsViewSchema,
      },
      ({ context }) => viewCloudonixSettings(context, deps),
    ),
    route(
      {
        method: 'PUT',
        path: '/api/v1/cloudonix/settings',
        summary: 'Tie the organization to a Cloudonix domain',
        description: 'What is left out stays; a secret that was never set is made. Tell Cloudonix with a sync.',
        tag,
        permission: 'voice.cloudonix_settings.write',
        body: cloudonixSettingsInputSchema,
        example: { domain: 'acme.cloudonix.net', apiKey: 'XIexampleexampleexampleexample0001' },
        response: cloudonixSettingsViewSchema,
      },
      ({ context, body }) => changeCloudonixSettings(context, deps, body),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/cloudonix/validate',
        summary: 'Try a domain and a key before storing them',
        tag,
        permission: 'voice.cloudonix_settings.write',
        body: cloudonixValidationInputSchema,
        example: { domain: 'acme.cloudonix.net', apiKey: 'XIexampleexampleexampleexample0001' },
        response: cloudonixValidationSchema,
        isIdempotent: false,
      },
      ({ context, body }) => validateCloudonix(context, deps, body),
    ),
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
