import { createHmac } from 'node:crypto';
import { and, eq, inArray, or, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import {
  auditEvents,
  blockedCalls,
  callDetailRecords,
  callEvents,
  calls,
  concatReferences,
  conferenceParticipants,
  contactPoints,
  contacts,
  deliveryReports,
  emailMessages,
  enrollments,
  loginCodes,
  memberships,
  messageParts,
  messages,
  sessions,
  userCredentials,
  users,
  voicemailMessages,
} from '../../db/schema/index.ts';
import { deleteSecrets } from '../../db/secret-store.ts';
import { endMembership } from '../person/change.ts';
import { isShared } from '../person/create.ts';
import { keepingAnOwner, refuseHigherPerson, refuseSelf } from '../person/guards.ts';
import { phoneSchema } from '../person/person.ts';
import { findPerson } from '../person/read.ts';
import { parseInput } from '../validation.ts';

export const eraseSchema = z.union(
  [
    z.strictObject({ number: phoneSchema, reason: z.string().trim().min(1).max(500) }),
    z.strictObject({ person: z.string().min(1).max(100), reason: z.string().trim().min(1).max(500) }),
  ],
  'name a number or a person, and the reason',
);

export const eraseReportSchema = z.object({
  pseudonym: z.string().meta({ description: 'What stands in the rows from now on; nobody can turn it back.' }),
  changed: z.record(z.string(), z.int()).meta({ description: 'Rows changed or removed, by kind.' }),
});

export type EraseReport = z.output<typeof eraseReportSchema>;

/**
 * Erases a telephone number, or a person with theirs, everywhere in the organization: texts lose their words, calls and CDRs
 * keep their times and durations under a pseudonym, contacts go. One routine and one transaction, with a report. What may
 * not be sent to stays in the suppression list, or it would be forgotten that they asked not to be called.
 */
export async function erase(context: Context, input: unknown): Promise<EraseReport> {
  context.require('identity.privacy.erase');
  const wish = parseInput(eraseSchema, input);
  return context.transaction(async (inner) => {
    const changed: Record<string, number> = {};
    const pseudonym =
      'number' in wish
        ? await eraseNumber(inner, wish.number, changed)
        : await erasePerson(inner, wish.person, wish.reason, changed);
    await inner.audit({
      action: 'identity.privacy.erase',
      entityType: 'number' in wish ? 'number' : 'person',
      entityId: pseudonym,
      after: changed,
      meta: { reason: wish.reason },
    });
    return { pseudonym, changed };
  });
}

/** The same for the same secret, so that an erased caller's calls still belong together; without SECRET_KEY it is noise. */
function pseudonymOf(context: Context, secret: string): string {
  const key = context.secrets.derive('pseudonyms');
  const digest = createHmac('sha256', key).update(`${context.organizationId}/${secret}`).digest('hex');
  return `erased-${digest.slice(0, 12)}`;
}

type Counts = Record<string, number>;

async function eraseNumber(context: Context, number: string, changed: Counts): Promise<string> {
  const { db, organizationId } = context;
  const gone = pseudonymOf(context, number);
  const count = (kind: string, rows: readonly unknown[]) => {
    changed[kind] = (changed[kind] ?? 0) + rows.length;
  };
  const id = { id: sql<number>`1` };
  const swap = (column: PgColumn) => sql`case when ${column} = ${number} then ${gone} else ${column} end`;

  const mine = await db
    .select({ id: contactPoints.contactId })
    .from(contactPoints)
    .where(and(eq(contactPoints.organizationId, organizationId), eq(contactPoints.value, number)));
  if (mine.length > 0) {
    const ids = mine.map((row) => row.id);
    count(
      'contacts',
      await db
        .delete(contacts)
        .where(and(eq(contacts.organizationId, organizationId), inArray(contacts.id, ids)))
        .returning(id),
    );
  }
  count(
    'messages',
    await db
      .update(messages)
      .set({ peer: gone, body: '' })
      .where(and(eq(messages.organizationId, organizationId), eq(messages.peer, number)))
      .returning(id),
  );
  count(
    'message slices',
    await db
      .update(messageParts)
      .set({ peer: gone, pdu: '' })
      .where(and(eq(messageParts.organizationId, organizationId), eq(messageParts.peer, number)))
      .returning(id),
  );
  count(
    'delivery reports',
    await db
      .delete(deliveryReports)
      .where(and(eq(deliveryReports.organizationId, organizationId), eq(deliveryReports.recipient, number)))
      .returning(id),
  );
  await db
    .delete(concatReferences)
    .where(and(eq(concatReferences.organizationId, organizationId), eq(concatReferences.peer, number)));

  const isCallOf = (table: typeof calls | typeof callDetailRecords | typeof blockedCalls) =>
    and(eq(table.organizationId, organizationId), or(eq(table.fromNumber, number), eq(table.toNumber, number)));
  const callIds = db.select({ id: calls.id }).from(calls).where(isCallOf(calls));
  count(
    'call events',
    await db
      .update(callEvents)
      .set({ data: {} })
      .where(and(eq(callEvents.organizationId, organizationId), inArray(callEvents.callId, callIds)))
      .returning(id),
  );
  const ends = { fromNumber: swap(calls.fromNumber), toNumber: swap(calls.toNumber) };
  count(
    'calls',
    await db
      .update(calls)
      .set({ ...ends, callerName: null, trace: [] })
      .where(isCallOf(calls))
      .returning(id),
  );
  count(
    'CDRs',
    await db
      .update(callDetailRecords)
      .set({
        fromNumber: swap(callDetailRecords.fromNumber),
        toNumber: swap(callDetailRecords.toNumber),
        raw: {},
        recordingUrl: null,
      })
      .where(isCallOf(callDetailRecords))
      .returning(id),
  );
  count(
    'blocked calls',
    await db
      .update(blockedCalls)
      .set({ fromNumber: swap(blockedCalls.fromNumber), toNumber: swap(blockedCalls.toNumber) })
      .where(isCallOf(blockedCalls))
      .returning(id),
  );
  count(
    'voicemail messages',
    await db
      .delete(voicemailMessages)
      .where(and(eq(voicemailMessages.organizationId, organizationId), eq(voicemailMessages.fromNumber, number)))
      .returning(id),
  );
  count(
    'conference participants',
    await db
      .update(conferenceParticipants)
      .set({ fromNumber: gone })
      .where(
        and(eq(conferenceParticipants.organizationId, organizationId), eq(conferenceParticipants.fromNumber, number)),
      )
      .returning(id),
  );
  count(
    'enrollments',
    await db
      .update(enrollments)
      .set({ phone: null, email: null, evidence: null })
      .where(and(eq(enrollments.organizationId, organizationId), eq(enrollments.phone, number)))
      .returning(id),
  );
  await eraseFromAudit(context, number, gone, changed);
  return gone;
}

async function erasePerson(context: Context, name: string, reason: string, changed: Counts): Promise<string> {
  const { db, organizationId } = context;
  const person = await findPerson(context, name, true);
  refuseSelf(context, person);
  await refuseHigherPerson(context, person);
  const { user, membership } = person;
  if (await isShared(context, user.id)) {
    throw new AppError({
      code: 'person.shared',
      kind: 'conflict',
      detail: 'This person also belongs to another organization. Revoke them here; their account is theirs.',
    });
  }
  if (membership.status !== 'revoked') await keepingAnOwner(context, () => endMembership(context, person, reason));
  const gone = pseudonymOf(context, user.id);
  if (user.phone !== null) await eraseNumber(context, user.phone, changed);
  if (user.email !== null) {
    const sent = await db
      .delete(emailMessages)
      .where(
        and(
          eq(emailMessages.organizationId, organizationId),
          eq(sql`lower(${emailMessages.toAddress})`, user.email.toLowerCase()),
        ),
      )
      .returning({ secretId: emailMessages.secretId });
    await deleteSecrets(
      context,
      sent.flatMap(({ secretId }) => secretId ?? []),
    );
    changed['e-mails'] = sent.length;
  }
  await db.delete(userCredentials).where(eq(userCredentials.userId, user.id));
  await db.delete(sessions).where(and(eq(sessions.organizationId, organizationId), eq(sessions.userId, user.id)));
  await db
    .update(loginCodes)
    .set({ userId: null, auditMeta: {} })
    .where(and(eq(loginCodes.organizationId, organizationId), eq(loginCodes.userId, user.id)));
  await db
    .update(enrollments)
    .set({ requestedName: gone, phone: null, email: null, csr: null, evidence: null })
    .where(and(eq(enrollments.organizationId, organizationId), eq(enrollments.membershipId, membership.id)));
  await db.update(memberships).set({ callsign: gone }).where(eq(memberships.id, membership.id));
  await db
    .update(users)
    .set({
      email: null,
      phone: null,
      firstName: '',
      lastName: '',
      isActive: false,
      deletedAt: context.clock.now(),
    })
    .where(eq(users.id, user.id));
  changed.people = 1;
  for (const word of [membership.callsign, user.email, user.firstName, user.lastName]) {
    if (word !== null && word.length >= 3) await eraseFromAudit(context, word, gone, changed);
  }
  return gone;
}

/** The rows stay, for what was done; who it was done by or to does not. */
async function eraseFromAudit(context: Context, word: string, gone: string, changed: Counts): Promise<void> {
  const { db, organizationId } = context;
  const quoted = JSON.stringify(word).slice(1, -1);
  const like = `%${quoted.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  const swap = (column: PgColumn) => sql`replace(${column}::text, ${quoted}::text, ${gone}::text)::jsonb`;
  const holds = (column: PgColumn) => sql`${column}::text like ${like}`;
  const rows = await db
    .update(auditEvents)
    .set({
      actorName: sql`case when ${auditEvents.actorName} = ${word} then ${gone} else ${auditEvents.actorName} end`,
      before: swap(auditEvents.before),
      after: swap(auditEvents.after),
      meta: swap(auditEvents.meta),
    })
    .where(
      and(
        eq(auditEvents.organizationId, organizationId),
        or(
          eq(auditEvents.actorName, word),
          holds(auditEvents.before),
          holds(auditEvents.after),
          holds(auditEvents.meta),
        ),
      ),
    )
    .returning({ id: auditEvents.id });
  changed['audit rows'] = (changed['audit rows'] ?? 0) + rows.length;
}
