import { z } from 'zod';
import {
  deleteSetting,
  putSetting,
  readSettings,
  SETTING_SCOPES,
  settingInputSchema,
  settingSchema,
} from '../identity/index.ts';
import { listOf } from './identity-forms.ts';
import { type Route, route, SIGNED_IN } from './route.ts';

/** Typed settings, nearest first. */
export function settingRoutes(): readonly Route[] {
  const tag = 'Settings';
  return [
    route(
      {
        method: 'GET',
        path: '/api/v1/settings',
        tag,
        permission: SIGNED_IN,
        summary: 'Every setting as it counts for you, and where it was set',
        query: z.object({ team: z.guid().optional() }),
        response: listOf(settingSchema),
      },
      async ({ context, principal, query }) => ({
        items: await readSettings(context.db, {
          organizationId: context.organizationId,
          userId: principal.userId,
          teamId:
            query.team !== undefined && context.may('identity.team.read', { teamId: query.team })
              ? query.team
              : undefined,
        }),
      }),
    ),
    route(
      {
        method: 'PUT',
        path: '/api/v1/settings/{key}',
        tag,
        permission: SIGNED_IN,
        summary: 'Set a value for yourself, a team, the organization or the platform',
        description:
          'Beyond yourself it needs `identity.setting.write`, `identity.team.write` or `platform.setting.write`.',
        body: settingInputSchema,
        example: { scope: 'organization', value: 365 },
      },
      ({ context, principal, params, body }) => putSetting(context, params.key ?? '', body, principal.userId),
    ),
    route(
      {
        method: 'DELETE',
        path: '/api/v1/settings/{key}',
        tag,
        permission: SIGNED_IN,
        summary: 'Take a value away, so that the next wider one counts',
        query: z.object({ scope: z.enum(SETTING_SCOPES), team: z.guid().optional() }),
      },
      ({ context, principal, params, query }) => deleteSetting(context, params.key ?? '', query, principal.userId),
    ),
  ];
}
