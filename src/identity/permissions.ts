import { AppError } from '../core/errors.ts';
import type { Context, PermissionCheck, Reach, RowFacts } from '../db/context.ts';
import { type Grant, ROLE_NAMES, ROLE_TEMPLATES, type Role } from './role/templates.ts';

export { ROLE_NAMES, type Role };

/** What somebody holds, and what "own" and "team" mean for them. */
export interface Authority {
  readonly grants: readonly Grant[];
  readonly membershipId?: string | undefined;
  readonly teamIds?: readonly string[];
}

const PLATFORM = 'platform.';

/**
 * The one policy function. With a row: may the actor do it to that row? With `'some'`: to any row at all, and then the list
 * narrows itself to `reachOf`. Without: to every row of the organization. So a permission that reaches less than that never
 * passes where nobody asks for the row.
 */
export function can(actor: Authority, permission: string, row?: RowFacts | 'some'): boolean {
  for (const grant of actor.grants) {
    if (!covers(grant.permission, permission)) continue;
    if (grant.scope === 'all' || row === 'some') return true;
    if (row !== undefined && isWithin(actor, grant, row)) return true;
  }
  return false;
}

/** How far a permission reaches at most: what a list narrows itself to. A permission that is not held reaches no row. */
export function reachOf(actor: Authority, permission: string): Reach {
  const held = actor.grants.filter((grant) => covers(grant.permission, permission));
  const { membershipId } = actor;
  if (held.some(({ scope }) => scope === 'all')) return { scope: 'all', membershipId, teamIds: [] };
  const teams = held.flatMap((grant) =>
    grant.scope !== 'team' ? [] : grant.teamId === undefined ? (actor.teamIds ?? []) : [grant.teamId],
  );
  return { scope: teams.length > 0 ? 'team' : 'own', membershipId, teamIds: [...new Set(teams)] };
}

/** A check that closes over an actor, as a Context carries it. */
export function checkOf(actor: Authority): PermissionCheck {
  return (permission, row) => can(actor, permission, row);
}

function isWithin(actor: Authority, grant: Grant, row: RowFacts): boolean {
  const isOwn = typeof row.ownerId === 'string' && row.ownerId === actor.membershipId;
  if (grant.scope === 'own') return isOwn;
  if (typeof row.teamId !== 'string') return false;
  return grant.teamId === undefined ? (actor.teamIds ?? []).includes(row.teamId) : grant.teamId === row.teamId;
}

/**
 * Whether a pattern covers a permission, or covers all that another pattern covers. Plain string work: it runs for every
 * request, and regular expressions would be made anew each time.
 */
export function covers(pattern: string, permission: string): boolean {
  if (permission.startsWith(PLATFORM) && !pattern.startsWith(PLATFORM)) return false;
  const first = pattern.indexOf('*');
  if (first < 0) return pattern === permission;
  if (!permission.startsWith(pattern.slice(0, first))) return false;
  const pieces = pattern.split('*');
  const last = pieces.at(-1) ?? '';
  let at = first;
  for (const piece of pieces.slice(1, -1)) {
    // A star takes at least one character.
    const found = permission.indexOf(piece, at + 1);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return permission.length - last.length > at && permission.endsWith(last);
}

/** Whether a text can be a permission key or a pattern of them. */
export const PERMISSION_PATTERN = /^(?:\*|[a-z_]+(?:\.(?:[a-z_]+|\*)){1,2}|\*\.[a-z_]+)$/;

export function isRole(text: string): text is Role {
  return Object.hasOwn(ROLE_TEMPLATES, text);
}

/** What a template grants; nothing for a role that is none. */
export function grantsOf(role: string): readonly Grant[] {
  return isRole(role) ? ROLE_TEMPLATES[role].grants : [];
}

/** Throws `access.escalation` when a grant reaches beyond the actor's own: nobody hands out more than they hold. */
export function refuseEscalation(context: Pick<Context, 'may'>, role: string, grants: readonly Grant[]): void {
  const beyond = grants.find(({ permission, scope }) => !context.may(permission, scope === 'all' ? undefined : 'some'));
  if (beyond === undefined) return;
  throw new AppError({
    code: 'access.escalation',
    kind: 'forbidden',
    detail: `You cannot give the role ${role}: it may do ${beyond.permission}, and you may not.`,
  });
}
