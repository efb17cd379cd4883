import { z } from 'zod';
import { systemRandom } from '../../core/ids.ts';
import type { Context } from '../../db/context.ts';
import type { enrollments } from '../../db/schema/index.ts';
import { type Grants, grantsSchema } from '../invite/invite.ts';
import { digest } from '../login-code/digest.ts';
import { callsignSchema, emailSchema, phoneSchema } from '../person/person.ts';
import { foldCode, newCode } from '../rules/code.ts';

const APPROVE_LENGTH = 8;
/** How long somebody may wait for the decision. */
export const ENROLLMENT_MS = 7 * 24 * 3_600_000;

const applicant = {
  name: callsignSchema,
  phone: phoneSchema.optional(),
  email: emailSchema.optional(),
  csr: z.string().max(20_000).optional().meta({ description: 'PEM request, when a certificate shall come with it.' }),
};

export const enrollSchema = z.strictObject({
  code: z.string('give the code of the invite').min(1).max(40),
  ...applicant,
});

export const initEnrollmentSchema = z.strictObject({ ...applicant, grants: grantsSchema.prefault({}) });

const instant = z.iso.datetime();

export const enrollmentSchema = z.object({
  id: z.guid(),
  name: z.string(),
  phone: z.string().nullable(),
  email: z.string().nullable(),
  state: z.enum(['pending', 'approved', 'rejected', 'expired']),
  grants: z.object({ roles: z.array(z.string()), team: z.string().optional() }),
  invite: z.guid().nullable(),
  hasCsr: z.boolean(),
  person: z.guid().nullable().meta({ description: 'The membership it became.' }),
  decidedBy: z.string().nullable(),
  decidedAt: instant.nullable(),
  channel: z.enum(['console', 'desk', 'sms', 'invite', 'system']).nullable(),
  reason: z.string().nullable(),
  expiresAt: instant,
  createdAt: instant,
});

export type EnrollmentView = z.output<typeof enrollmentSchema>;
export type EnrollmentRow = typeof enrollments.$inferSelect;

/** What only the applicant is told: the code to show, and the ticket to ask with. */
export const startedEnrollmentSchema = z.object({
  id: z.guid(),
  name: z.string(),
  state: z.enum(['pending', 'approved']),
  approveCode: z.string().meta({ description: 'Show or read it to whoever lets people in.' }),
  ticket: z.string().meta({ description: 'Keep it: with this you ask how it stands and collect your account.' }),
  expiresAt: instant,
});

export type StartedEnrollment = z.output<typeof startedEnrollmentSchema>;

export function toView(row: EnrollmentRow): EnrollmentView {
  return {
    id: row.id,
    name: row.requestedName,
    phone: row.phone,
    email: row.email,
    state: row.state,
    grants: row.grants as Grants as EnrollmentView['grants'],
    invite: row.inviteId,
    hasCsr: row.csr !== null,
    person: row.membershipId,
    decidedBy: row.decidedBy,
    decidedAt: row.decidedAt?.toISOString() ?? null,
    channel: row.channel,
    reason: row.reason,
    expiresAt: row.expiresAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
  };
}

export function newApproveCode(): string {
  return newCode(APPROVE_LENGTH, systemRandom);
}

/** Bound to its organization: the same characters open nothing elsewhere. */
export function approveDigest(context: Pick<Context, 'secrets' | 'organizationId'>, code: string): string {
  return digest(context, `approve/${context.organizationId}/${foldCode(code)}`);
}
