import { and, eq, isNull, sql } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import { systemRandom } from '../../core/ids.ts';
import type { Context } from '../../db/context.ts';
import { invites } from '../../db/schema/index.ts';
import { isUuid } from '../is-uuid.ts';
import { digest } from '../login-code/digest.ts';
import { groupCode, newCode } from '../rules/code.ts';
import { parseInput } from '../validation.ts';
import { requireGrants } from './grants.ts';
import { type Grants, type InviteView, type NewInvite, newInviteSchema, toInviteView } from './invite.ts';

const LENGTH = 12;

/** Opens a way in. Throws `access.escalation`: nobody invites to more than they hold. */
export async function createInvite(context: Context, input: unknown): Promise<NewInvite> {
  context.require('identity.invite.write');
  const { expiresAt, maxUses, ...wish } = parseInput(newInviteSchema, input);
  return context.transaction(async (inner) => {
    await requireGrants(inner, wish.grants);
    const code = newCode(LENGTH, systemRandom);
    const [row] = await inner.db
      .insert(invites)
      .values({
        organizationId: inner.organizationId,
        ...wish,
        codeHash: digest(inner, `invite/${code}`),
        ownerId: isUuid(inner.actor.id) ? inner.actor.id : null,
        ownerName: inner.actor.name,
        expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
        maxUses: maxUses ?? null,
        createdAt: inner.clock.now(),
      })
      .returning();
    if (row === undefined) throw new Error('a created invite was not returned');
    await inner.audit({
      action: 'identity.invite.create',
      entityType: 'invite',
      entityId: row.id,
      after: toInviteView(row),
    });
    inner.announce({ resource: 'identity.invite', id: row.id, change: 'create' });
    return { ...toInviteView(row), code: groupCode(code) };
  });
}

/** A new code; the old link no longer works. Uses and expiry stay. */
export async function regenerateInvite(context: Context, id: string): Promise<NewInvite> {
  const code = newCode(LENGTH, systemRandom);
  const view = await changeInvite(context, id, 'regenerate', (inner) => ({
    codeHash: digest(inner, `invite/${code}`),
  }));
  return { ...view, code: groupCode(code) };
}

/** Pauses or resumes an invite; doing it again changes nothing. */
export function setInviteActive(context: Context, id: string, isActive: boolean): Promise<InviteView> {
  return changeInvite(context, id, isActive ? 'resume' : 'pause', () => ({ isActive }));
}

/** Ends an invite for good; it stays in the list of the deleted. */
export async function deleteInvite(context: Context, id: string): Promise<void> {
  await changeInvite(context, id, 'delete', (inner) => ({ deletedAt: inner.clock.now(), isActive: false }));
}

async function changeInvite(
  context: Context,
  id: string,
  verb: string,
  change: (inner: Context) => Partial<typeof invites.$inferInsert>,
): Promise<InviteView> {
  context.require('identity.invite.write');
  return context.transaction(async (inner) => {
    const isMine = and(
      eq(invites.organizationId, inner.organizationId),
      isUuid(id) ? eq(invites.id, id) : sql`false`,
      isNull(invites.deletedAt),
    );
    const [before] = await inner.db.select().from(invites).where(isMine).for('update');
    if (before === undefined) throw inviteMissing();
    // Whoever revives or renews a way in must be allowed to let people in that far.
    if (verb === 'resume' || verb === 'regenerate') await requireGrants(inner, before.grants as Grants);
    const [row] = await inner.db
      .update(invites)
      .set({ ...change(inner), updatedAt: inner.clock.now() })
      .where(isMine)
      .returning();
    if (row === undefined) throw inviteMissing();
    await inner.audit({
      action: `identity.invite.${verb}`,
      entityType: 'invite',
      entityId: id,
      before: toInviteView(before),
      after: toInviteView(row),
    });
    inner.announce({ resource: 'identity.invite', id, change: verb });
    return toInviteView(row);
  });
}

function inviteMissing(): AppError {
  return new AppError({
    code: 'invite.missing',
    kind: 'missing',
    detail: 'There is no such invite in this organization.',
  });
}
