import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { SecretBox } from '../platform/secrets.ts';
import { type Notification, notifyAll } from './notify.ts';
import type { Db } from './open.ts';
import { auditEvents } from './schema/index.ts';
import { enterTenant, leaveTenant } from './tenant-guard.ts';

export const ACTOR_KINDS = [
  'user',
  'api_key',
  'service_account',
  'certificate',
  'phone',
  'anonymous',
  'system',
] as const;

/** Who does something. `system` is the program itself (start, jobs, the local command line). */
export interface Actor {
  readonly kind: (typeof ACTOR_KINDS)[number];
  readonly id: string | null;
  readonly name: string;
  readonly ip?: string;
}

/** Whose a row is, for permissions that reach only the rows of one's own or of one's teams. */
export interface RowFacts {
  /** The membership it belongs to. */
  readonly ownerId?: string | null;
  readonly teamId?: string | null;
}

/** How far a permission reaches. */
export type Scope = 'all' | 'team' | 'own';

/**
 * Answers whether a permission (`area.object.verb`) is held: for a row when one is given; for `'some'` row, and then a list
 * has to narrow itself to `Context.reach`; else for every row of the organization.
 */
export type PermissionCheck = (permission: string, row?: RowFacts | 'some') => boolean;

/** What a person's permissions are narrowed to. */
export interface Reach {
  readonly scope: Scope;
  readonly membershipId: string | undefined;
  readonly teamIds: readonly string[];
}

export interface ContextOptions {
  readonly db: Db;
  readonly organizationId: string;
  readonly actor: Actor;
  readonly can: PermissionCheck;
  /** How far a held permission reaches; absent: as far as the organization. */
  readonly reach?: (permission: string) => Reach;
  readonly clock: Clock;
  readonly secrets: SecretBox;
  readonly requestId?: string;
}

/** A change as the audit shows it; secrets never reach it. */
export interface AuditEntry {
  readonly action: string;
  readonly entityType: string;
  readonly entityId: string;
  readonly before?: unknown;
  readonly after?: unknown;
  /** Default `done`. What was refused or failed is worth a row when it may have been an attack. */
  readonly outcome?: 'done' | 'refused' | 'failed';
  readonly errorCode?: string;
  /** What else proves it: a call, a message, a certificate, the reason somebody gave. */
  readonly meta?: Readonly<Record<string, unknown>>;
}

type Hook = (context: Context) => Promise<void>;

/** A change of an object that consoles want to hear of. */
export interface ResourceChange {
  /** The kind of object, as permissions name it: `voice.ring_group`. Who may read it hears of it. */
  readonly resource: string;
  readonly id: string;
  /** `create`, `change`, `delete`, or the verb of its own that it was. */
  readonly change: string;
}

/** What waits for the end of an open transaction; all contexts made inside of it share it. */
interface OpenTransaction {
  readonly hooks: Map<string, Hook>;
  readonly changes: ResourceChange[];
}

/**
 * What every use case is given: the tenant, who asks, and the database it may use. Inside `transaction` the inner context
 * carries the transaction, so a use case that calls another joins it.
 */
export class Context {
  readonly db: Db;
  readonly organizationId: string;
  readonly actor: Actor;
  readonly clock: Clock;
  readonly secrets: SecretBox;
  readonly requestId: string | undefined;
  readonly #options: ContextOptions;
  /** Present inside a transaction. */
  readonly #open: OpenTransaction | undefined;

  constructor(options: ContextOptions, open?: OpenTransaction) {
    this.#options = options;
    this.#open = open;
    this.db = options.db;
    this.organizationId = options.organizationId;
    this.actor = options.actor;
    this.clock = options.clock;
    this.secrets = options.secrets;
    this.requestId = options.requestId;
  }

  /** Whether the actor holds the permission, for a row or at all. */
  may(permission: string, row?: RowFacts | 'some'): boolean {
    return this.#options.can(permission, row);
  }

  /** How far the actor's permission reaches: what a list narrows itself to. */
  reach(permission: string): Reach {
    return this.#options.reach?.(permission) ?? { scope: 'all', membershipId: undefined, teamIds: [] };
  }

  /** The same request for somebody whose identity was only proven in its course, in the organization that proved it. */
  as(options: Pick<ContextOptions, 'organizationId' | 'actor' | 'can' | 'reach'>): Context {
    if (this.#open !== undefined) throw new Error('an open transaction belongs to its organization');
    return new Context({ ...this.#options, ...options });
  }

  /** The same context for a step that the program itself takes on the actor's behalf, with just these permissions. */
  withPermissions(permissions: readonly string[]): Context {
    return new Context({ ...this.#options, can: (permission) => permissions.includes(permission) }, this.#open);
  }

  /** Throws `access.forbidden` unless the actor holds the permission. */
  require(permission: string, row?: RowFacts | 'some'): void {
    if (this.#options.can(permission, row)) return;
    throw new AppError({
      code: 'access.forbidden',
      kind: 'forbidden',
      detail: `This needs the permission ${permission}. Ask an owner of the organization.`,
    });
  }

  /**
   * Runs `work` so that what it throws undoes its own doing only: one bad row of many. Outside a transaction it is one of
   * its own.
   */
  async savepoint<T>(work: (context: Context) => Promise<T>): Promise<T> {
    const open = this.#open;
    if (open === undefined) return this.transaction(work);
    const known = open.changes.length;
    try {
      return await this.db.transaction((inner) =>
        work(new Context({ ...this.#options, db: inner as unknown as Db }, open)),
      );
    } catch (error) {
      open.changes.length = known;
      throw error;
    }
  }

  /**
   * Runs `work` in a transaction, joining the one that is open. What it throws undoes everything. In it only rows of this
   * organization exist, also for a query that forgets to say so (tenant-guard.ts).
   */
  async transaction<T>(work: (context: Context) => Promise<T>): Promise<T> {
    if (this.#open !== undefined) return work(this);
    const isInside = 'rollback' in this.db;
    return this.db.transaction(async (transaction) => {
      const db = transaction as unknown as Db;
      const open: OpenTransaction = { hooks: new Map(), changes: [] };
      const inner = new Context({ ...this.#options, db }, open);
      await enterTenant(db, this.organizationId);
      const result = await work(inner);
      for (const hook of open.hooks.values()) await hook(inner);
      await notifyAll(db, notificationsOf(this.organizationId, open.changes));
      // A transaction around this one goes on with whatever organization comes next.
      if (isInside) await leaveTenant(db);
      return result;
    });
  }

  /** Looks across organizations inside the open transaction, e.g. whether a name is taken by anybody. */
  async acrossOrganizations<T>(look: (db: Db) => Promise<T>): Promise<T> {
    if (this.#open === undefined) return look(this.db);
    await leaveTenant(this.db);
    // What throws ends the transaction, and the role with it.
    const result = await look(this.db);
    await enterTenant(this.db, this.organizationId);
    return result;
  }

  /** Runs `hook` once before the open transaction commits, however many changes ask for it. */
  beforeCommit(key: string, hook: Hook): void {
    if (this.#open === undefined) throw new Error('beforeCommit needs an open transaction');
    this.#open.hooks.set(key, hook);
  }

  /** Tells consoles of a change when the open transaction commits, and never when it rolls back. */
  announce(change: ResourceChange): void {
    if (this.#open === undefined) throw new Error('announce needs an open transaction');
    this.#open.changes.push(change);
  }

  /** Writes the audit row of a change, in the change's own transaction. */
  async audit(entry: AuditEntry): Promise<void> {
    await this.db.insert(auditEvents).values({
      organizationId: this.organizationId,
      actorKind: this.actor.kind,
      actorId: this.actor.id,
      actorName: this.actor.name,
      action: entry.action,
      entityType: entry.entityType,
      entityId: entry.entityId,
      before: entry.before ?? null,
      after: entry.after ?? null,
      outcome: entry.outcome ?? 'done',
      errorCode: entry.errorCode ?? null,
      meta: entry.meta ?? null,
      requestId: this.requestId ?? null,
      ip: this.actor.ip ?? null,
      at: this.clock.now(),
    });
  }
}

/** A file of thousands is one word, `something of this kind changed`, rather than thousands. */
const EACH = 100;

function notificationsOf(organizationId: string, changes: readonly ResourceChange[]): readonly Notification[] {
  const byKind = new Map<string, ResourceChange[]>();
  for (const change of changes) {
    const its = byKind.get(change.resource);
    if (its === undefined) byKind.set(change.resource, [change]);
    else its.push(change);
  }
  return [...byKind].flatMap(([resource, its]): readonly Notification[] =>
    its.length > EACH
      ? [{ topic: 'resource', organizationId, resource }]
      : its.map(({ id, change }) => ({ topic: 'resource', organizationId, resource, id, changes: [change] })),
  );
}
