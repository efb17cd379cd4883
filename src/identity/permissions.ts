import { AppError } from '../core/errors.ts';
import type { Context, PermissionCheck } from '../db/context.ts';

/**
 * Role templates: what each role may do, as patterns of permission keys (`area.object.verb`). A `*` stands for one or
 * more parts: `voice.*` is everything of voice, `*.read` is reading anything.
 */
const ROLES = {
  owner: ['*'],
  voice_admin: ['voice.*', 'directory.*', 'sms.*.read', 'sms.action.*'],
  sms_supervisor: ['sms.message.*', 'sms.modem.read', 'directory.*'],
  reporter: ['voice.*.read', 'sms.*.read', 'report.*.read'],
  member: ['directory.contact.read'],
} as const satisfies Record<string, readonly string[]>;

export type Role = keyof typeof ROLES;

export const ROLE_NAMES = Object.keys(ROLES) as readonly Role[];

export function isRole(text: string): text is Role {
  return Object.hasOwn(ROLES, text);
}

/** The patterns a role holds; none for a role that this version does not know. */
export function patternsOf(role: string): readonly string[] {
  return isRole(role) ? ROLES[role] : [];
}

/** What a role may do. An unknown role may do nothing. */
export function permissionsOf(role: string): PermissionCheck {
  const patterns = patternsOf(role).map(toExpression);
  return (permission) => patterns.some((pattern) => pattern.test(permission));
}

/** Throws `access.escalation` when `role` may do something that the actor may not: nobody hands out more than they hold. */
export function refuseEscalation(context: Pick<Context, 'require'>, role: Role): void {
  const beyond = patternsOf(role).find((pattern) => !holds(context, pattern));
  if (beyond === undefined) return;
  throw new AppError({
    code: 'access.escalation',
    kind: 'forbidden',
    detail: `You cannot give the role ${role}: it may do ${beyond}, and you may not.`,
  });
}

function holds(context: Pick<Context, 'require'>, permission: string): boolean {
  try {
    context.require(permission);
    return true;
  } catch {
    return false;
  }
}

function toExpression(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replaceAll('.', '\\.'));
  return new RegExp(`^${parts.join('.+')}$`);
}
