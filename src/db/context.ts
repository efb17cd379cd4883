import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { SecretBox } from '../platform/secrets.ts';
import type { Db } from './open.ts';
import { auditEvents } from './schema/index.ts';

/** Who does something. `system` is the program itself (start, jobs, the local command line). */
export interface Actor {
  readonly kind: 'user' | 'api_key' | 'system';
  readonly id: string | null;
  readonly name: string;
  readonly ip?: string;
}

/** Answers whether a permission (`area.object.verb`) is held. */
export type PermissionCheck = (permission: string) => boolean;

export interface ContextOptions {
  readonly db: Db;
  readonly organizationId: string;
  readonly actor: Actor;
  readonly can: PermissionCheck;
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
}

type Hook = (context: Context) => Promise<void>;

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
  readonly #hooks: Map<string, Hook> | undefined;

  constructor(options: ContextOptions, hooks?: Map<string, Hook>) {
    this.#options = options;
    this.#hooks = hooks;
    this.db = options.db;
    this.organizationId = options.organizationId;
    this.actor = options.actor;
    this.clock = options.clock;
    this.secrets = options.secrets;
    this.requestId = options.requestId;
  }

  /** Throws `access.forbidden` unless the actor holds the permission. */
  require(permission: string): void {
    if (this.#options.can(permission)) return;
    throw new AppError({
      code: 'access.forbidden',
      kind: 'forbidden',
      detail: `This needs the permission ${permission}. Ask an owner of the organization.`,
    });
  }

  /** Runs `work` in a transaction, joining the one that is open. What it throws undoes everything. */
  async transaction<T>(work: (context: Context) => Promise<T>): Promise<T> {
    if (this.#hooks !== undefined) return work(this);
    return this.db.transaction(async (db) => {
      const hooks = new Map<string, Hook>();
      const inner = new Context({ ...this.#options, db: db as unknown as Db }, hooks);
      const result = await work(inner);
      for (const hook of hooks.values()) await hook(inner);
      return result;
    });
  }

  /** Runs `hook` once before the open transaction commits, however many changes ask for it. */
  beforeCommit(key: string, hook: Hook): void {
    if (this.#hooks === undefined) throw new Error('beforeCommit needs an open transaction');
    this.#hooks.set(key, hook);
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
      requestId: this.requestId ?? null,
      ip: this.actor.ip ?? null,
      at: this.clock.now(),
    });
  }
}
