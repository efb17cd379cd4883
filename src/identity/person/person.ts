import { eq, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { toE164 } from '../../core/e164.ts';
import { memberships, userCredentials, users } from '../../db/schema/index.ts';
import { rolesOfMembership } from '../role/held-grants.ts';

/** What a person goes by in an organization: short, speakable, one word. */
export const callsignSchema = z
  .string('give a callsign')
  .trim()
  .regex(
    /^[\p{L}\p{N}](?:[\p{L}\p{N}._ -]{0,62}[\p{L}\p{N}])?$/u,
    'use 1 to 64 letters, digits, dots, dashes or spaces',
  );

export const phoneSchema = z
  .string()
  .max(40)
  .transform((text, context) => {
    const number = toE164(text);
    if (number === undefined) context.addIssue('use a number in international form, such as +12125550123');
    return number ?? '';
  });

export const emailSchema = z.email('use an address such as ada@example.com').max(254).toLowerCase();

const nameSchema = z.string().trim().max(100, 'use at most 100 characters');

export const roleKeySchema = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'use the key of a role, such as member');

export const newPersonSchema = z.strictObject({
  callsign: callsignSchema,
  firstName: nameSchema.default(''),
  lastName: nameSchema.default(''),
  email: emailSchema.optional(),
  phone: phoneSchema.optional(),
  roles: z.array(roleKeySchema).max(20).default(['member']),
  password: z.string().max(1024).optional().meta({ description: 'Must be changed at the first sign-in.' }),
});

export const personPatchSchema = z.strictObject({
  callsign: callsignSchema.optional(),
  firstName: nameSchema.optional(),
  lastName: nameSchema.optional(),
  email: emailSchema.nullable().optional(),
  phone: phoneSchema.nullable().optional(),
});

const instant = z.iso.datetime();

export const personSchema = z.object({
  id: z.guid().meta({ description: 'Of the membership: the person in this organization.' }),
  callsign: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  status: z.enum(['invited', 'active', 'suspended', 'revoked']),
  roles: z.array(z.string()),
  credentials: z
    .array(z.string())
    .meta({ description: 'What they can sign in with: password, totp, passkey, oidc, ldap.' }),
  lastSeenAt: instant.nullable(),
  lastLoginAt: instant.nullable(),
  revokedAt: instant.nullable(),
  revokedBy: z.string().nullable(),
  revokeReason: z.string().nullable(),
  createdAt: instant,
});

export type PersonView = z.output<typeof personSchema>;

/** What a list reads of a person. */
export const personColumns = {
  membership: memberships,
  user: users,
  roles: rolesOfMembership(memberships.id),
  credentials: credentialKinds(),
};

function credentialKinds(): SQL<readonly string[]> {
  return sql`array(select distinct ${userCredentials.kind} from ${userCredentials} where ${eq(userCredentials.userId, users.id)} order by 1)`;
}

export interface PersonRow {
  readonly membership: typeof memberships.$inferSelect;
  readonly user: typeof users.$inferSelect;
  readonly roles: readonly string[];
  readonly credentials: readonly string[];
}

export function toPersonView({ membership, user, roles, credentials }: PersonRow): PersonView {
  return {
    id: membership.id,
    callsign: membership.callsign,
    firstName: user.firstName,
    lastName: user.lastName,
    email: user.email,
    phone: user.phone,
    status: membership.status,
    roles: [...roles],
    credentials: [...credentials],
    lastSeenAt: membership.lastSeenAt?.toISOString() ?? null,
    lastLoginAt: membership.lastLoginAt?.toISOString() ?? null,
    revokedAt: membership.revokedAt?.toISOString() ?? null,
    revokedBy: membership.revokedBy,
    revokeReason: membership.revokeReason,
    createdAt: membership.createdAt.toISOString(),
  };
}

/** How people are called where there is no callsign. */
export function displayName(user: Pick<typeof users.$inferSelect, 'firstName' | 'lastName' | 'email'>): string {
  return `${user.firstName} ${user.lastName}`.trim() || (user.email ?? 'unnamed');
}
