/** What went wrong in one word; it fixes the HTTP status and the exit status. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'over_quota'
  | 'missing'
  | 'conflict'
  | 'stale'
  | 'too_large'
  | 'limited'
  | 'unavailable'
  | 'internal';

/** One field-level complaint: `path` in dotted form, `message` says what to do. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
  readonly line?: number;
}

export interface AppErrorOptions {
  /** Stable dotted code that scripts may rely on, e.g. `message.recipient_invalid`. */
  readonly code: string;
  readonly kind: ErrorKind;
  /** Safe to show to the user; says what to do. */
  readonly detail: string;
  readonly cause?: unknown;
  readonly retryable?: boolean;
  readonly problems?: readonly FieldProblem[];
}

const STATUS: Record<ErrorKind, number> = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  over_quota: 402,
  missing: 404,
  conflict: 409,
  stale: 412,
  too_large: 413,
  limited: 429,
  unavailable: 503,
  internal: 500,
};

/**
 * The one error type that crosses folders. `detail` is for the person who asked, `cause` for the log; the two are
 * never mixed.
 */
export class AppError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly detail: string;
  readonly retryable: boolean;
  readonly problems: readonly FieldProblem[];

  constructor(options: AppErrorOptions) {
    super(options.detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = options.code;
    this.kind = options.kind;
    this.detail = options.detail;
    this.retryable = options.retryable ?? options.kind === 'unavailable';
    this.problems = options.problems ?? [];
  }

  /** HTTP status of this error's kind. */
  get status(): number {
    return STATUS[this.kind];
  }
}

/** Closes an exhaustive `switch`: reaching it is a bug, and the compiler says so first. */
export function assertNever(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}

/**
 * The text of anything thrown, for logs. Where an error only quotes the failed query around its cause, that of the cause:
 * the parameters of a query are numbers, texts and secrets of people.
 */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'query' in error && 'params' in error && error.cause !== undefined ? messageOf(error.cause) : error.message;
}
