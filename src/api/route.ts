import { z } from 'zod';
import type { Context } from '../db/context.ts';
import type { Principal } from '../identity/index.ts';

/** JSON Schema, draft 2020-12, as OpenAPI 3.1 takes it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Anybody who is signed in, about themselves. */
export const SIGNED_IN = 'signed-in';

/** Anybody at all: the addresses that prove an identity or answer to a secret. Their context is in no organization. */
export const PUBLIC = 'public';

const PERMISSION_KEY = /^[a-z_]+\.[a-z_]+\.[a-z_]+$/;

/** Whether a route names its permission in a form that can be checked. */
export function isPermission(text: unknown): boolean {
  return typeof text === 'string' && (text === SIGNED_IN || text === PUBLIC || PERMISSION_KEY.test(text));
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface RouteSpec<Query extends z.ZodType = z.ZodType, Body extends z.ZodType | JsonSchema = z.ZodType> {
  readonly method: Method;
  /** With parameters in braces: `/api/v1/messages/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  /** The heading it stands under in the documentation. */
  readonly tag: string;
  /**
   * What the actor needs: a key `area.object.verb`, or one of the two words below. Nothing is mounted that does not say.
   */
  readonly permission: string;
  /** A permission for some rows is enough: the handler narrows to `context.reach`, or asks for the very row. */
  readonly isScoped?: boolean;
  /** A zod object. Parameters it does not name are refused. */
  readonly query?: Query;
  /** A zod schema is applied before the handler; a JSON schema only documents, for use cases that parse themselves. */
  readonly body?: Body;
  /** A body that works, for the documentation; a test holds it against `body`. */
  readonly example?: unknown;
  readonly response?: z.ZodType | JsonSchema;
  /** Default 200, or 204 without a `response`. */
  readonly status?: 200 | 201 | 202 | 204;
  /**
   * Whether `Idempotency-Key` is honoured; default: yes for POST. Say no where the work happens outside the given
   * context's database: it could not be undone together with the key.
   */
  readonly isIdempotent?: boolean;
  /** Whether `If-Match` is honoured, so that two people cannot undo each other's work unseen. */
  readonly takesIfMatch?: boolean;
  /** When the address takes more than the API's usual limit. */
  readonly bodyLimitBytes?: number;
  /** The body is not JSON but these media types, and the handler reads it from `upload` as it arrives. */
  readonly upload?: Upload;
  /** The answer is not JSON but these media types: the handler returns a `StreamReply`. */
  readonly streams?: readonly string[];
}

export interface Upload {
  readonly types: readonly [string, ...string[]];
  /** The reader fails with `request.too_large` at the first byte beyond. */
  readonly limitBytes: number;
}

type BodyOf<Body> = Body extends z.ZodType ? z.output<Body> : unknown;

export interface RouteInput<Query = unknown, Body = unknown> {
  /** Carries the transaction when the request is idempotent: work in here and nowhere else. */
  readonly context: Context;
  readonly principal: Principal;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  /** The bytes of an `upload` as they arrive, never more than its limit; empty otherwise. */
  readonly upload: AsyncIterable<Uint8Array>;
  readonly request: Request;
}

/** One address of the API: what it is and what it does, so that the document cannot say something else. */
export interface Route {
  readonly spec: RouteSpec<z.ZodType, z.ZodType | JsonSchema>;
  readonly handle: (input: RouteInput) => Promise<unknown>;
}

/** An answer that needs more than a body. */
export class Reply {
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(body: unknown, headers: Readonly<Record<string, string>>) {
    this.body = body;
    this.headers = headers;
  }
}

/** An answer that is no JSON, sent as it is made: files and exports of any length. Headers name at least its media type. */
export class StreamReply {
  readonly content: ReadableStream<Uint8Array>;
  readonly headers: Readonly<Record<string, string>>;
  /** 206 for a part of a file that was asked for, 304 for one the client has. */
  readonly status: 200 | 206 | 304 | 416;

  constructor(
    content: AsyncIterable<Uint8Array>,
    headers: Readonly<Record<string, string>> & { readonly 'content-type': string },
    status: 200 | 206 | 304 | 416 = 200,
  ) {
    this.content = ReadableStream.from(content) as ReadableStream<Uint8Array>;
    this.headers = headers;
    this.status = status;
  }
}

/** Ties a handler to its description. What it returns is sent as JSON; a `Reply` adds headers. */
export function route<Query extends z.ZodType = z.ZodType, Body extends z.ZodType | JsonSchema = JsonSchema>(
  spec: RouteSpec<Query, Body>,
  handle: (input: RouteInput<z.output<Query>, BodyOf<Body>>) => Promise<unknown>,
): Route {
  return {
    spec,
    // The pipeline parses query and body with this very spec before it calls.
    handle: handle as (input: RouteInput) => Promise<unknown>,
  };
}

export function isZod(schema: z.ZodType | JsonSchema | undefined): schema is z.ZodType {
  return schema instanceof z.ZodType;
}

export function statusOf(spec: RouteSpec<z.ZodType, z.ZodType | JsonSchema>): number {
  return spec.status ?? (spec.response === undefined ? 204 : 200);
}

/** A stream is neither kept to be said again nor compared with the one before. */
export function takesIdempotencyKey(spec: RouteSpec<z.ZodType, z.ZodType | JsonSchema>): boolean {
  if (spec.upload !== undefined || spec.streams !== undefined) return false;
  return spec.isIdempotent ?? spec.method === 'POST';
}
