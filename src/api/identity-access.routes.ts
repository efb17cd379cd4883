import { z } from 'zod';
import {
  accountSchema,
  approveEnrollment,
  auditFilters,
  auditSchema,
  authorityPem,
  certificateSchema,
  checkInvite,
  collectBundle,
  collectEnrollment,
  collectSchema,
  createInvite,
  decideByCode,
  decideByCodeSchema,
  deleteInvite,
  deleteProvider,
  deleteSetting,
  enroll,
  enrollmentOfCode,
  enrollmentSchema,
  enrollmentStatus,
  enrollSchema,
  erase,
  eraseReportSchema,
  eraseSchema,
  exportAudit,
  getCertificate,
  getEnrollment,
  initEnrollment,
  initEnrollmentSchema,
  inviteSchema,
  issueCertificate,
  listAccounts,
  listAllOrganizations,
  listAudit,
  listCertificates,
  listEnrollments,
  listInvites,
  listPlatformAudit,
  listProviders,
  newCertificateSchema,
  newInviteSchema,
  newProviderSchema,
  operateSchema,
  organizationSchema,
  organizationStatusSchema,
  platformAdminSchema,
  providerSchema,
  putProvider,
  putSetting,
  readSettings,
  regenerateInvite,
  rejectEnrollment,
  rejectSchema,
  renewApproveCode,
  renewCertificate,
  revocationList,
  revokeCertificate,
  revokeCertificateSchema,
  SESSION_MS,
  SETTING_SCOPES,
  setInviteActive,
  setOrganizationStatus,
  setPlatformAdmin,
  settingInputSchema,
  settingSchema,
  startedEnrollmentSchema,
  startOperating,
  stopOperating,
} from '../identity/index.ts';
import { sessionCookie } from './authenticate.ts';
import type { ApiDeps } from './deps.ts';
import { listOf, qrOf } from './identity-sign-in.routes.ts';
import { toJsonSchema, toPageSchema } from './json-schema.ts';
import { listQuerySchema, toListQuery } from './query.ts';
import { PUBLIC, Reply, type Route, route, SIGNED_IN, StreamReply } from './route.ts';

type Deps = Pick<ApiDeps, 'publicUrl'>;

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const page = (item: z.ZodType) => toPageSchema(toJsonSchema(item, 'output'));

/** Ways in and what proves them: invites, enrollments, certificates, directories; settings, the audit, the platform. */
export function accessRoutes(deps: Deps): readonly Route[] {
  return [
    ...invites(deps),
    ...enrollments(deps),
    ...certificates(),
    ...providers(),
    ...settings(),
    ...audit(),
    ...platform(deps),
  ];
}

function invites({ publicUrl }: Deps): Route[] {
  const tag = 'Invites';
  const write = { tag, permission: 'identity.invite.write' } as const;
  const madeSchema = inviteSchema.extend({
    code: z.string().meta({ description: 'Shown this once.' }),
    url: z.url(),
    qr: z.string().meta({ description: 'The link as SVG.' }),
  });
  /** Behind the `#` the code never leaves the browser on its own: no log and no referrer sees it. */
  const withLink = async <T extends { readonly code: string }>(invite: T) => {
    const url = `${publicUrl}/join#${invite.code}`;
    return { ...invite, url, qr: await qrOf(url) };
  };
  return [
    route(
      {
        method: 'GET',
        path: '/api/v1/invites',
        tag,
        permission: 'identity.invite.read',
        summary: 'List invites',
        query: listQuerySchema({
          filters: { owner: z.string().max(100).optional(), deleted: z.enum(['true', 'false']).optional() },
          sorts: [],
        }),
        response: page(inviteSchema),
      },
      ({ context, query }) => listInvites(context, toListQuery(query)),
    ),
    route(
      {
        ...write,
        method: 'POST',
        path: '/api/v1/invites',
        summary: 'Open a way in',
        description: 'The link and its QR code are shown this once.',
        body: newInviteSchema,
        example: { name: 'Field team', maxUses: 10, grants: { roles: ['member'] } },
        response: madeSchema,
        status: 201,
      },
      async ({ context, body }) => withLink(await createInvite(context, body)),
    ),
    route(
      {
        ...write,
        method: 'POST',
        path: '/api/v1/invites/{id}/regenerate',
        summary: 'A new link; the old one no longer works',
        response: madeSchema,
      },
      async ({ context, params }) => withLink(await regenerateInvite(context, params.id ?? '')),
    ),
    ...(['pause', 'resume'] as const).map((verb) =>
      route(
        {
          ...write,
          method: 'POST',
          path: `/api/v1/invites/{id}/${verb}`,
          summary: verb === 'pause' ? 'Let nobody in for now' : 'Let people in again',
          response: inviteSchema,
        },
        ({ context, params }) => setInviteActive(context, params.id ?? '', verb === 'resume'),
      ),
    ),
    route(
      { ...write, method: 'DELETE', path: '/api/v1/invites/{id}', summary: 'Close a way in for good' },
      ({ context, params }) => deleteInvite(context, params.id ?? ''),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/join/check',
        tag: 'Joining',
        permission: PUBLIC,
        summary: 'Whether an invite works, and whom it leads to',
        body: z.strictObject({ code: z.string().max(40) }),
        example: { code: 'ABCD-EFGH-JKLM' },
        response: z.object({ isUsable: z.boolean(), organization: z.string().optional() }),
        isIdempotent: false,
      },
      ({ context, body }) => checkInvite(context, body.code),
    ),
  ];
}

function enrollments({ publicUrl }: Deps): Route[] {
  const tag = 'Enrollments';
  const joining = { method: 'POST', tag: 'Joining', permission: PUBLIC, isIdempotent: false } as const;
  const read = { tag, permission: 'identity.enrollment.read' } as const;
  const write = { tag, permission: 'identity.enrollment.write', response: enrollmentSchema } as const;
  const ticket = z.strictObject({ ticket: z.string().max(100) });
  const example = { ticket: 'from the request' };
  return [
    route(
      {
        ...joining,
        path: '/api/v1/join',
        summary: 'Ask to join',
        description: 'Show the answered code to whoever lets people in; keep the ticket to ask how it stands.',
        body: enrollSchema,
        example: { code: 'ABCD-EFGH-JKLM', name: 'grace', phone: '+12125550123' },
        response: startedEnrollmentSchema,
        status: 201,
      },
      ({ context, body }) => enroll(context, body),
    ),
    route(
      {
        ...joining,
        path: '/api/v1/join/status',
        summary: 'How it stands',
        body: ticket,
        example,
        response: z.object({
          name: z.string(),
          state: z.enum(['pending', 'approved', 'rejected', 'expired']),
          reason: z.string().nullable(),
          organization: z.string(),
        }),
      },
      ({ context, body }) => enrollmentStatus(context, body.ticket),
    ),
    route(
      {
        ...joining,
        path: '/api/v1/join/code',
        summary: 'A fresh code to show',
        body: ticket,
        example,
        response: z.object({ approveCode: z.string() }),
      },
      ({ context, body }) => renewApproveCode(context, body.ticket),
    ),
    route(
      {
        ...joining,
        path: '/api/v1/join/collect',
        summary: 'Take the place that was approved',
        description: 'Answers with the session cookie, once.',
        body: collectSchema,
        example: { ticket: 'from the request', password: 'four quiet words here' },
        response: z.object({ signedIn: z.boolean() }),
      },
      async ({ context, body, request }) => {
        const userAgent = request.headers.get('user-agent') ?? undefined;
        const { token } = await collectEnrollment(context, body, { userAgent });
        const cookie = sessionCookie(token, SESSION_MS / 1000, publicUrl.startsWith('https:'));
        return new Reply({ signedIn: true }, { 'set-cookie': cookie });
      },
    ),
    route(
      {
        ...read,
        method: 'GET',
        path: '/api/v1/enrollments',
        summary: 'List who asked to join',
        query: listQuerySchema({
          filters: {
            state: z.enum(['pending', 'approved', 'rejected', 'expired']).optional(),
            name: z.string().max(64).optional(),
          },
          sorts: [],
        }),
        response: page(enrollmentSchema),
      },
      ({ context, query }) => listEnrollments(context, toListQuery(query)),
    ),
    route(
      { ...read, method: 'GET', path: '/api/v1/enrollments/{id}', summary: 'Get one', response: enrollmentSchema },
      ({ context, params }) => getEnrollment(context, params.id ?? ''),
    ),
    route(
      {
        ...read,
        method: 'POST',
        path: '/api/v1/enrollments/find',
        summary: 'Whose code is this',
        body: z.strictObject({ code: z.string().max(40) }),
        example: { code: 'ABCD-EFGH' },
        response: enrollmentSchema,
        isIdempotent: false,
      },
      ({ context, body }) => enrollmentOfCode(context, body.code),
    ),
    route(
      {
        ...write,
        method: 'POST',
        path: '/api/v1/enrollments',
        summary: 'Begin for somebody else',
        description: 'Hand them the code and the ticket.',
        body: initEnrollmentSchema,
        example: { name: 'grace', grants: { roles: ['member'] } },
        response: startedEnrollmentSchema,
        status: 201,
      },
      ({ context, body }) => initEnrollment(context, body),
    ),
    route(
      { ...write, method: 'POST', path: '/api/v1/enrollments/{id}/approve', summary: 'Let somebody in' },
      ({ context, params }) => approveEnrollment(context, params.id ?? ''),
    ),
    route(
      {
        ...write,
        method: 'POST',
        path: '/api/v1/enrollments/{id}/reject',
        summary: 'Turn somebody away',
        body: rejectSchema,
        example: { reason: 'nobody knows them' },
      },
      ({ context, params, body }) => rejectEnrollment(context, params.id ?? '', body),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/enrollments/decide',
        tag,
        permission: 'identity.enrollment.decide',
        summary: 'Decide about whoever shows the code',
        body: decideByCodeSchema,
        example: { decision: 'approve', code: 'ABCD-EFGH' },
        response: enrollmentSchema,
      },
      ({ context, body }) => decideByCode(context, body),
    ),
  ];
}

function certificates(): Route[] {
  const tag = 'Certificates';
  const read = { tag, permission: 'identity.certificate.read', isScoped: true } as const;
  const write = { tag, permission: 'identity.certificate.write', response: certificateSchema } as const;
  const one = '/api/v1/certificates/{id}';
  return [
    route(
      {
        ...read,
        method: 'GET',
        path: '/api/v1/certificates',
        summary: 'List client certificates',
        query: listQuerySchema({ filters: {}, sorts: [] }),
        response: page(certificateSchema),
      },
      ({ context, query }) => listCertificates(context, toListQuery(query)),
    ),
    route(
      { ...read, method: 'GET', path: one, summary: 'Get one', response: certificateSchema },
      ({ context, params }) => getCertificate(context, params.id ?? ''),
    ),
    route(
      {
        ...write,
        method: 'POST',
        path: '/api/v1/certificates',
        summary: 'Issue a certificate',
        description: 'For a request (its key never leaves the device), or with a key made here and fetched once.',
        body: newCertificateSchema,
        example: { person: 'ada' },
        status: 201,
      },
      ({ context, body }) => issueCertificate(context, body),
    ),
    route(
      {
        ...read,
        method: 'POST',
        path: `${one}/bundle`,
        summary: 'Fetch certificate and key, once',
        description: 'As PKCS#12 the password is in the header `x-bundle-password`, for this download only.',
        query: z.object({ format: z.enum(['p12', 'pem']).default('p12') }),
        streams: ['application/x-pkcs12', 'application/x-pem-file'],
        isIdempotent: false,
      },
      async ({ context, params, query }) => {
        const bundle = await collectBundle(context, params.id ?? '', query.format);
        return new StreamReply(whole(bundle.bytes), {
          'content-type': bundle.contentType,
          'content-disposition': `attachment; filename="${bundle.fileName}"`,
          ...(bundle.password === undefined ? {} : { 'x-bundle-password': bundle.password }),
        });
      },
    ),
    route(
      {
        ...read,
        method: 'POST',
        path: `${one}/renew`,
        summary: 'A new certificate for a new key of the same holder',
        body: z.strictObject({ csr: z.string().max(20_000) }),
        response: certificateSchema,
      },
      ({ context, params, body }) => renewCertificate(context, params.id ?? '', body.csr),
    ),
    route(
      {
        ...write,
        method: 'POST',
        path: `${one}/revoke`,
        summary: 'End a certificate',
        body: revokeCertificateSchema,
        example: { reason: 'keyCompromise' },
      },
      ({ context, params, body }) => revokeCertificate(context, params.id ?? '', body),
    ),
    route(
      {
        method: 'GET',
        path: '/api/v1/certificate-authority',
        tag,
        permission: 'identity.certificate.write',
        summary: 'The authority’s own certificate',
        response: z.object({ certificate: z.string().meta({ description: 'PEM.' }) }),
      },
      async ({ context }) => ({ certificate: await authorityPem(context) }),
    ),
    route(
      {
        method: 'GET',
        path: '/api/v1/crl/{organization}',
        tag,
        permission: PUBLIC,
        summary: 'The list of revoked certificates (DER)',
        streams: ['application/pkix-crl'],
      },
      async ({ context, params }) =>
        new StreamReply(whole(await revocationList(context, context.db, params.organization ?? '')), {
          'content-type': 'application/pkix-crl',
        }),
    ),
  ];
}

function providers(): Route[] {
  const tag = 'Identity providers';
  return [
    route(
      {
        method: 'GET',
        path: '/api/v1/identity-providers',
        tag,
        permission: 'identity.provider.read',
        summary: 'Where people may sign in from',
        response: listOf(providerSchema),
      },
      async ({ context }) => ({ items: await listProviders(context) }),
    ),
    route(
      {
        method: 'PUT',
        path: '/api/v1/identity-providers',
        tag,
        permission: 'identity.provider.write',
        summary: 'Set up an OpenID Connect issuer or an LDAP directory, by its name',
        body: newProviderSchema,
        example: {
          kind: 'oidc',
          name: 'company',
          secret: 'client secret',
          config: { issuer: 'https://id.example.com', clientId: 'switchhook' },
        },
        response: providerSchema,
      },
      ({ context, body }) => putProvider(context, body),
    ),
    route(
      {
        method: 'DELETE',
        path: '/api/v1/identity-providers/{name}',
        tag,
        permission: 'identity.provider.write',
        summary: 'Remove a provider; people who came through it keep their place',
      },
      ({ context, params }) => deleteProvider(context, params.name ?? ''),
    ),
  ];
}

function settings(): Route[] {
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

function audit(): Route[] {
  const tag = 'Audit';
  const filters = { filters: auditFilters, sorts: [] };
  return [
    route(
      {
        method: 'GET',
        path: '/api/v1/audit',
        tag,
        permission: 'identity.audit.read',
        summary: 'Who did what',
        query: listQuerySchema(filters),
        response: page(auditSchema),
      },
      ({ context, query }) => listAudit(context, toListQuery(query)),
    ),
    route(
      {
        method: 'GET',
        path: '/api/v1/audit/export',
        tag,
        permission: 'identity.audit.export',
        summary: 'The audit as JSON lines',
        query: z.object(auditFilters),
        streams: ['application/x-ndjson'],
      },
      async ({ context, query }) =>
        new StreamReply(exportAudit(context, toListQuery(query)), {
          'content-type': 'application/x-ndjson',
          'content-disposition': 'attachment; filename="audit.ndjson"',
        }),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/privacy/erase',
        tag: 'Privacy',
        permission: 'identity.privacy.erase',
        summary: 'Erase a number or a person everywhere',
        body: eraseSchema,
        example: { number: '+12125550123', reason: 'asked by letter of 3 November' },
        response: eraseReportSchema,
      },
      ({ context, body }) => erase(context, body),
    ),
  ];
}

function platform({ publicUrl }: Deps): Route[] {
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
        response: page(auditSchema),
      },
      ({ context, query }) => listPlatformAudit(context, toListQuery(query)),
    ),
  ];
}
