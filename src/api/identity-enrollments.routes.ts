import { z } from 'zod';
import {
  approveEnrollment,
  collectEnrollment,
  collectSchema,
  decideByCode,
  decideByCodeSchema,
  enroll,
  enrollmentOfCode,
  enrollmentSchema,
  enrollmentStatus,
  enrollSchema,
  getEnrollment,
  initEnrollment,
  initEnrollmentSchema,
  listEnrollments,
  rejectEnrollment,
  rejectSchema,
  renewApproveCode,
  SESSION_MS,
  startedEnrollmentSchema,
} from '../identity/index.ts';
import { sessionCookie } from './authenticate.ts';
import type { ApiDeps } from './deps.ts';
import { pageOf } from './identity-forms.ts';
import { listQuerySchema, toListQuery } from './query.ts';
import { PUBLIC, Reply, type Route, route } from './route.ts';

/** Asking to join, and deciding about it. */
export function enrollmentRoutes({ publicUrl }: Pick<ApiDeps, 'publicUrl'>): readonly Route[] {
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
        response: pageOf(enrollmentSchema),
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
