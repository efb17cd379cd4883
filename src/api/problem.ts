import { STATUS_CODES } from 'node:http';
import { AppError, type FieldProblem } from '../core/errors.ts';
import { isDataError, sqlStateOf } from '../db/postgres-error.ts';
import { HttpError } from './http-error.ts';

/** RFC 9457, with the fields scripts rely on: `code` is stable, `errors` names fields. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string;
  readonly errors: readonly FieldProblem[];
}

const RETRY_AFTER_SECONDS = '2';

/** The answer to something thrown. What was not meant for the user stays in the log. */
export function toProblemResponse(error: AppError, requestId: string): Response {
  const problem: Problem = {
    type: `/problems/${error.code}`,
    title: STATUS_CODES[error.status] ?? 'Error',
    status: error.status,
    detail: error.detail,
    code: error.code,
    requestId,
    errors: error.problems,
  };
  const headers = new Headers({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
  if (error.status === 401) headers.set('www-authenticate', 'Bearer realm="switchhook"');
  if (error.status === 503) headers.set('retry-after', RETRY_AFTER_SECONDS);
  if (error instanceof HttpError) {
    for (const [name, value] of Object.entries(error.headers)) headers.set(name, value);
  }
  return new Response(JSON.stringify(problem), { status: error.status, headers });
}

/** What anything thrown means to the one who asked. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isUnavailable(error)) {
    return new AppError({
      code: 'database.unavailable',
      kind: 'unavailable',
      detail: 'The database does not answer. Nothing was changed; try again in a moment.',
      cause: error,
    });
  }
  if (isDataError(error)) {
    return new AppError({
      code: 'validation.failed',
      kind: 'invalid',
      detail:
        'A value cannot be stored or compared: look for control characters, malformed ids and numbers out of range.',
      cause: error,
    });
  }
  return new AppError({
    code: 'internal',
    kind: 'internal',
    detail: 'Something went wrong on our side. The request id leads the operator to the reason.',
    cause: error,
  });
}

/** Connection lost or refused, server starting or stopping, too many connections, deadlock, serialisation failure. */
const PASSING_SQL_STATES = /^(08|57P0|53300|53200|40001|40P01|25P02)/;
const CONNECTION_CODES =
  /^(CONNECT_TIMEOUT|CONNECTION_(CLOSED|ENDED|DESTROYED)|ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOENT)$/;

function isUnavailable(error: unknown): boolean {
  if (PASSING_SQL_STATES.test(sqlStateOf(error) ?? '')) return true;
  for (let current = error, depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth += 1) {
    const { code, cause, errors } = current as { code?: unknown; cause?: unknown; errors?: unknown };
    if (typeof code === 'string' && CONNECTION_CODES.test(code)) return true;
    current = cause ?? (Array.isArray(errors) ? errors[0] : undefined);
  }
  return false;
}
