import type { Clock } from '../core/clock.ts';
import type { Actor, PermissionCheck, Reach } from '../db/context.ts';
import type { Db } from '../db/open.ts';
import type { SecretBox } from '../platform/secrets.ts';
import { type Authority, checkOf, reachOf } from './permissions.ts';
import type { AuthenticationStatements } from './statements.ts';

/** Who a request comes from, in which organization, and what they may do. */
export interface Principal {
  readonly organization: { readonly id: string; readonly slug: string; readonly name: string };
  readonly actor: Actor;
  /** The roles, for people; what counts is `can`. */
  readonly role: string;
  readonly permissions: readonly string[];
  readonly can: PermissionCheck;
  readonly reach?: (permission: string) => Reach;
  /** How they proved it. */
  readonly method?: string;
  readonly userId?: string;
  readonly membershipId?: string;
  readonly sessionId?: string;
  readonly isPlatformAdmin?: boolean;
  /** A platform administrator at work in an organization, and why. */
  readonly operateReason?: string;
}

/** What proving an identity needs. `report` hears of failures that the request does not wait for. */
export interface AuthenticationDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly secrets: SecretBox;
  readonly report: (error: unknown) => void;
  /** Built once where many ask; absent: built for each. */
  readonly statements?: AuthenticationStatements;
  /** The secret of this machine's operator; see operator.ts. */
  readonly operatorToken?: string;
}

type Facts = Pick<Principal, 'method' | 'userId' | 'membershipId' | 'sessionId' | 'isPlatformAdmin' | 'operateReason'>;

export function principalOf(
  { id, slug, name }: Principal['organization'],
  actor: Actor,
  role: string,
  authority: Authority,
  facts: Facts = {},
): Principal {
  return {
    organization: { id, slug, name },
    actor,
    role,
    permissions: authority.grants.filter(({ scope }) => scope === 'all').map(({ permission }) => permission),
    can: checkOf(authority),
    reach: (permission) => reachOf(authority, permission),
    ...facts,
  };
}

/** Nobody in particular, for addresses that are there to prove an identity. May do nothing. */
export function anonymousPrincipal(ip?: string): Principal {
  return {
    organization: { id: '00000000-0000-0000-0000-000000000000', slug: '', name: '' },
    actor: { kind: 'anonymous', id: null, name: 'anonymous', ...(ip === undefined ? {} : { ip }) },
    role: 'anonymous',
    permissions: [],
    can: () => false,
  };
}
