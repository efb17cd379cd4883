import type { Clock } from '../core/clock.ts';
import type { Actor, PermissionCheck } from '../db/context.ts';
import type { Db } from '../db/open.ts';
import { patternsOf, permissionsOf } from './permissions.ts';

/** Who a request comes from, in which organization, and what they may do. */
export interface Principal {
  readonly organization: { readonly id: string; readonly slug: string; readonly name: string };
  readonly actor: Actor;
  readonly role: string;
  readonly permissions: readonly string[];
  readonly can: PermissionCheck;
}

/** What proving an identity needs. `report` hears of failures that the request does not wait for. */
export interface AuthenticationDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly report: (error: unknown) => void;
  /** The secret of this machine's operator; see operator.ts. */
  readonly operatorToken?: string;
}

export function principalOf(organization: Principal['organization'], actor: Actor, role: string): Principal {
  return { organization, actor, role, permissions: patternsOf(role), can: permissionsOf(role) };
}
