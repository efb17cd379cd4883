/** The error Postgres sent, wherever the query layers wrapped it. */
interface PostgresError {
  readonly code: string;
  readonly constraint_name?: string;
}

/** The SQLSTATE of an error (PostgreSQL appendix A), or undefined when it did not come from the server. */
export function sqlStateOf(error: unknown): string | undefined {
  return serverErrorOf(error)?.code;
}

export interface Violation {
  readonly kind: 'unique' | 'foreign_key' | 'check' | 'not_null';
  readonly name: string;
}

const KINDS: Readonly<Record<string, Violation['kind']>> = {
  '23505': 'unique',
  '23503': 'foreign_key',
  '23514': 'check',
  '23502': 'not_null',
};

/** Which constraint an error violated, or undefined when it is another error. */
export function constraintOf(error: unknown): Violation | undefined {
  const server = serverErrorOf(error);
  const kind = server === undefined ? undefined : KINDS[server.code];
  return kind === undefined ? undefined : { kind, name: server?.constraint_name ?? '' };
}

/**
 * Whether the database refused the data itself (classes 22 and 23, and 54: a key too long for its index): trying the
 * same again cannot help. Everything else (connection lost, server stopping, out of memory, deadlock) can pass.
 */
export function isDataError(error: unknown): boolean {
  return /^(?:2[23]|54)/.test(sqlStateOf(error) ?? '');
}

function serverErrorOf(error: unknown): PostgresError | undefined {
  for (let current = error, depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth += 1) {
    const candidate = current as { code?: unknown; severity?: unknown; cause?: unknown };
    if (
      typeof candidate.code === 'string' &&
      /^[0-9A-Z]{5}$/.test(candidate.code) &&
      candidate.severity !== undefined
    ) {
      return candidate as PostgresError;
    }
    current = candidate.cause;
  }
  return undefined;
}
