import { AppError } from '../core/errors.ts';

export interface HttpErrorOptions {
  readonly status: 400 | 404 | 405 | 413 | 415 | 422 | 429;
  readonly code: string;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const KINDS = {
  400: 'invalid',
  404: 'missing',
  405: 'invalid',
  413: 'too_large',
  415: 'invalid',
  422: 'invalid',
  429: 'limited',
} as const;

/** A complaint about the request itself rather than about what it asks for: its status is HTTP's, not the kind's. */
export class HttpError extends AppError {
  readonly headers: Readonly<Record<string, string>>;
  readonly #status: number;

  constructor(options: HttpErrorOptions) {
    super({ code: options.code, kind: KINDS[options.status], detail: options.detail });
    this.#status = options.status;
    this.headers = options.headers ?? {};
  }

  override get status(): number {
    return this.#status;
  }
}
