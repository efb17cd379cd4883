import type { Hono } from 'hono';
import type { Clock } from '../core/clock.ts';
import type { Database } from '../db/open.ts';
import type { SecretBox } from '../platform/secrets.ts';
import type { MountedResource } from './collection.ts';
import type { LiveHub } from './live/hub.ts';
import type { Route } from './route.ts';

/** Where the API talks to the operator. Never gets a header, a body or a secret. */
export interface ApiLog {
  debug(facts: Readonly<Record<string, unknown>>, message: string): void;
  warn(facts: Readonly<Record<string, unknown>>, message: string): void;
  error(facts: Readonly<Record<string, unknown>>, message: string): void;
}

/** A Hono app with ways and limits of its own: webhooks, health, metrics. It is asked before anything of the API. */
export interface MountedRouter {
  readonly path: string;
  // biome-ignore lint/suspicious/noExplicitAny: the router's own environment is its own business.
  readonly router: Hono<any>;
}

export interface ApiDeps {
  readonly database: Pick<Database, 'orm'>;
  readonly clock: Clock;
  readonly secrets: SecretBox;
  readonly log: ApiLog;
  readonly version: string;
  /** The base URL people and Cloudonix reach us under; `https:` makes the cookie Secure. */
  readonly publicUrl: string;
  readonly resources: readonly MountedResource[];
  /** Addresses that belong to no resource: previews, apply, demo. */
  readonly routes?: readonly Route[];
  readonly routers?: readonly MountedRouter[];
  readonly live?: LiveHub;
  /** Requests an asker may make in a minute; absent: any number. The operator of this machine is not counted. */
  readonly requestsPerMinute?: number;
  /** Origins whose pages may use the API with a key of their own; absent: none. Cookies are never for them. */
  readonly corsOrigins?: readonly string[];
  /** Default 1 MiB. */
  readonly bodyLimitBytes?: number;
  /** Whether `POST /api/v1/demo/call` exists, for the first page. */
  readonly hasDemo?: boolean;
  /** Gives this machine's operator (the command line) every right; new at each start. */
  readonly operatorToken?: string;
}
