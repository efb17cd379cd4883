import {
  accountSchema,
  auditFilters,
  auditSchema,
  listAccounts,
  listAllOrganizations,
  listPlatformAudit,
  operateSchema,
  organizationSchema,
  organizationStatusSchema,
  platformAdminSchema,
  SESSION_MS,
  setOrganizationStatus,
  setPlatformAdmin,
  startOperating,
  stopOperating,
} from '../identity/index.ts';
import { sessionCookie } from './authenticate.ts';
import type { ApiDeps } from './deps.ts';
import { listOf, pageOf } from './identity-forms.ts';
import { listQuerySchema, toListQuery } from './query.ts';
import { Reply, type Route, route } from './route.ts';

/** The installation above its organizations. */
export function platformRoutes({ publicUrl }: Pick<ApiDeps, 'publicUrl'>): readonly Route[] {
  const tag = 'Platform';
  const cookie = (token: string) => ({
    'set-cookie': sessionCookie(token, SESSION_MS / 1000, publicUrl.startsWith('https:')),
  });
  return [
    route(
      {
        method: 'GET',
        path: '/api/v1/platform/organizations',
        tag,
        permission: 'platform.organization.read',
        summary: 'Every organization of the installation',
        response: listOf(organizationSchema),
      },
      async ({ context }) => ({ items: await listAllOrganizations(context) }),
    ),
    route(
      {
        method: 'PUT',
        path: '/api/v1/platform/organizations/{slug}/status',
        tag,
        permission: 'platform.organization.write',
        summary: 'Suspend, reopen or close an organization',
        body: organizationStatusSchema,
        example: { status: 'suspended', reason: 'unpaid since March' },
        response: organizationSchema,
      },
      ({ context, params, body }) => setOrganizationStatus(context, params.slug ?? '', body),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/platform/operate',
        tag,
        permission: 'platform.organization.operate',
        summary: 'Go to work in an organization, with a reason',
        body: operateSchema,
        example: { organization: 'acme', reason: 'ticket 4711: no calls come in' },
        isIdempotent: false,
      },
      async ({ context, principal, body }) => new Reply(null, cookie(await startOperating(context, principal, body))),
    ),
    route(
      {
        method: 'DELETE',
        path: '/api/v1/platform/operate',
        tag,
        permission: 'platform.organization.operate',
        summary: 'Back home',
      },
      async ({ context, principal }) => new Reply(null, cookie(await stopOperating(context, principal))),
    ),
    route(
      {
        method: 'GET',
        path: '/api/v1/platform/users',
        tag,
        permission: 'platform.user.read',
        summary: 'The newest accounts of the installation',
        response: listOf(accountSchema),
      },
      async ({ context }) => ({ items: await listAccounts(context) }),
    ),
    route(
      {
        method: 'PUT',
        path: '/api/v1/platform/users/{id}/admin',
        tag,
        permission: 'platform.user.write',
        summary: 'Make somebody a platform administrator, or no longer one',
        body: platformAdminSchema,
        example: { isPlatformAdmin: true },
      },
      ({ context, params, body }) => setPlatformAdmin(context, params.id ?? '', body),
    ),
    route(
      {
        method: 'GET',
        path: '/api/v1/platform/audit',
        tag,
        permission: 'platform.audit.read',
        summary: 'What happened in no organization',
        query: listQuerySchema({ filters: auditFilters, sorts: [] }),
        response: pageOf(auditSchema),
      },
      ({ context, query }) => listPlatformAudit(context, toListQuery(query)),
    ),
  ];
}
