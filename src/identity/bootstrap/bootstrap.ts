import { and, eq, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { systemRandom, uuidv7 } from '../../core/ids.ts';
import type { Actor, Context } from '../../db/context.ts';
import type { Db } from '../../db/open.ts';
import { bootstrapCodes, memberships, organizations, users } from '../../db/schema/index.ts';
import { ATTEMPTS, takeAttempt } from '../attempts.ts';
import { refuseWeak, setPassword } from '../credential/password.ts';
import { digest } from '../login-code/digest.ts';
import { putOrganization } from '../organization/organization.ts';
import { addMembership } from '../person/create.ts';
import { countOwners } from '../person/guards.ts';
import { callsignSchema, emailSchema, phoneSchema } from '../person/person.ts';
import { foldCode, groupCode, newCode } from '../rules/code.ts';
import { type OpenedSession, openSession } from '../session/open.ts';
import { parseInput } from '../validation.ts';

const LIFETIME_MS = 24 * 3_600_000;
const LENGTH = 12;

export interface BootstrapCode {
  readonly code: string;
  readonly expiresAt: Date;
}

/**
 * Makes the code that lets one person become the first owner: of the organization, or without one of the organization they
 * then name. Undefined when there is an owner already. Every earlier code of the same kind ends.
 */
export async function createBootstrapCode(
  context: Context,
  organizationId: string | undefined,
): Promise<BootstrapCode | undefined> {
  context.require('identity.owner.bootstrap');
  const { db } = context;
  if (organizationId !== undefined && (await countOwners({ db, organizationId })) > 0) return undefined;
  if (organizationId === undefined && (await hasOrganizations(db))) return undefined;
  const now = context.clock.now();
  const code = newCode(LENGTH, systemRandom);
  const expiresAt = new Date(now.getTime() + LIFETIME_MS);
  const same =
    organizationId === undefined
      ? isNull(bootstrapCodes.organizationId)
      : eq(bootstrapCodes.organizationId, organizationId);
  await db
    .update(bootstrapCodes)
    .set({ usedAt: now })
    .where(and(same, isNull(bootstrapCodes.usedAt)));
  await db.insert(bootstrapCodes).values({
    organizationId: organizationId ?? null,
    codeHash: digest(context, `bootstrap/${code}`),
    expiresAt,
    createdAt: now,
  });
  return { code: groupCode(code), expiresAt };
}

export const bootstrapSchema = z.strictObject({
  code: z.string('give the code from the terminal').min(1).max(40),
  organization: z
    .strictObject({
      slug: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'use lower-case letters, digits and dashes'),
      name: z.string().trim().min(1).max(200),
      timezone: z.string().max(64).refine(isZone, 'use an IANA time zone, such as America/New_York').default('UTC'),
    })
    .optional()
    .meta({ description: 'Of a new organization; left out where there is one already.' }),
  callsign: callsignSchema,
  firstName: z.string().trim().max(100).default(''),
  lastName: z.string().trim().max(100).default(''),
  email: emailSchema.optional(),
  phone: phoneSchema.optional(),
  password: z.string('choose a password').max(1024),
});

/**
 * Makes the first owner, once: the code is used up by one conditional statement, and an organization that has an owner
 * takes no second one this way. The first of an installation is its platform administrator too.
 * Throws `bootstrap.refused` (unknown, used and expired alike), `bootstrap.organization` and `password.weak`.
 */
export async function bootstrapOwner(
  context: Context,
  input: unknown,
  request: { readonly userAgent?: string | undefined } = {},
): Promise<{ readonly session: OpenedSession; readonly organizationId: string }> {
  const wish = parseInput(bootstrapSchema, input);
  const now = context.clock.now();
  await takeAttempt(context.db, ATTEMPTS.codeFrom, context.actor.ip ?? 'local', now);
  refuseWeak(wish.password, [wish.callsign, wish.firstName, wish.lastName]);
  const codeHash = digest(context, `bootstrap/${foldCode(wish.code)}`);
  const [known] = await context.db.select().from(bootstrapCodes).where(eq(bootstrapCodes.codeHash, codeHash));
  if (known === undefined || known.usedAt !== null || known.expiresAt <= now) throw refused();
  if (known.organizationId === null && wish.organization === undefined) throw needsOrganization();
  const organizationId = known.organizationId ?? uuidv7();
  const actor: Actor = { ...context.actor, kind: 'user', id: null, name: wish.callsign };
  return context.as({ organizationId, actor, can: () => true }).transaction(async (inner) => {
    const isFirst = await inner.acrossOrganizations(async (db) => {
      const won = await db
        .update(bootstrapCodes)
        .set({ usedAt: now })
        .where(and(eq(bootstrapCodes.id, known.id), isNull(bootstrapCodes.usedAt)))
        .returning({ id: bootstrapCodes.id });
      if (won.length === 0) throw refused();
      return !(await hasPlatformAdmin(db));
    });
    if (wish.organization !== undefined && known.organizationId === null) {
      await putOrganization(inner, wish.organization);
    }
    await inner.db.select().from(organizations).where(eq(organizations.id, organizationId)).for('update');
    if ((await countOwners(inner)) > 0) throw refused();
    const { userId, membershipId } = await addMembership(inner, { ...wish, roles: ['owner'], isConsented: true });
    await setPassword(inner, userId, wish.password);
    if (isFirst) await inner.db.update(users).set({ isPlatformAdmin: true }).where(eq(users.id, userId));
    await inner.audit({
      action: 'identity.owner.bootstrap',
      entityType: 'person',
      entityId: membershipId,
      after: { callsign: wish.callsign, roles: ['owner'], isPlatformAdmin: isFirst },
    });
    const session = await openSession(inner, { userId, method: 'bootstrap', userAgent: request.userAgent });
    return { session, organizationId };
  });
}

async function hasPlatformAdmin(db: Db): Promise<boolean> {
  const rows = await db.select({ id: users.id }).from(users).where(eq(users.isPlatformAdmin, true)).limit(1);
  return rows.length > 0;
}

async function hasOrganizations(db: Db): Promise<boolean> {
  const [row] = await db.execute<{ found: boolean }>(
    sql`select exists (select from ${organizations}) or exists (select from ${memberships}) as found`,
  );
  return row?.found === true;
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function refused(): AppError {
  return new AppError({
    code: 'bootstrap.refused',
    kind: 'forbidden',
    detail: 'This code is not valid, or not any more. Make a new one with: npm run -s switchhook -- bootstrap',
  });
}

function needsOrganization(): AppError {
  const message = 'say what the organization is called';
  return new AppError({
    code: 'bootstrap.organization',
    kind: 'invalid',
    detail: 'There is no organization yet: give its slug and name.',
    problems: [{ path: 'organization', message }],
  });
}
