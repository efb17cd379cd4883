import { backoffMs } from '../../core/backoff.ts';
import { messageOf } from '../../core/errors.ts';
import { refusedBy, unreachable } from './failures.ts';

/** What a REST connection is made of; tests bring their own network, clock and chance. */
export interface ConnectionOptions {
  /** `https://api.cloudonix.io`, without a slash at the end. */
  readonly baseUrl: string;
  /** The bearer (`XI…`). It goes into the header and nowhere else: not into messages, not into logs. */
  readonly apiKey: string;
  readonly fetch: typeof fetch;
  readonly sleep: (ms: number) => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
  /** Longest wait for one answer. */
  readonly timeoutMs?: number;
}

export type RestMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface RestAnswer {
  readonly status: number;
  /** Parsed JSON; undefined for an empty body or a 404. */
  readonly body: unknown;
  /** Address of the next page, when the answer names one (RFC 8288). */
  readonly next: string | undefined;
}

/** One exchange. `path` begins with `/`. 404 is an answer, for it also means "empty list" and "call has ended". */
export type Exchange = (method: RestMethod, path: string, body?: unknown) => Promise<RestAnswer>;

const TIMEOUT_MS = 10_000;
const ATTEMPTS = 4;
/** A domain that used up its requests has them again within ten seconds (reference 5.1); somebody else may use some. */
const LIMITED_ATTEMPTS = 8;
const BACKOFF = { baseMs: 500, maxMs: 8_000 };
/** What a domain takes for as long as one likes. Kept once it has complained; before that haste does no harm. */
const SUSTAINED_MS = 1_000;
/** However long Cloudonix asks us to wait, somebody is waiting for us. */
const LONGEST_WAIT_MS = 20_000;

/** These may be said twice without meaning it twice; a PATCH of ours names values, never steps. */
const REPEATABLE: readonly RestMethod[] = ['GET', 'PUT', 'PATCH', 'DELETE'];

/**
 * Speaks to the Cloudonix REST API (reference/cloudonix.md 5.1 and 5.2). A lost answer, a server error and a body cut short
 * are asked again where that is harmless; 429 is asked again always, for it was refused before anything was done. What
 * remains is an AppError in words.
 */
export function createExchange(options: ConnectionOptions): Exchange {
  const { baseUrl, apiKey, sleep, random, timeoutMs = TIMEOUT_MS } = options;

  const once = async (method: RestMethod, path: string, body: unknown): Promise<Attempt> => {
    try {
      const response = await options.fetch(`${baseUrl}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${apiKey}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // A redirect would carry the key to wherever it points.
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await response.text();
      const { status } = response;
      if (status === 429) return { kind: 'wait', ms: retryAfterMs(response), status, text };
      if (status >= 500) return { kind: 'failed', error: refusedBy(status, text, method, path) };
      if (status >= 400 && status !== 404) return { kind: 'refused', error: refusedBy(status, text, method, path) };
      const next = nextPage(response.headers.get('link'), baseUrl);
      return { kind: 'answer', answer: { status, body: status === 404 ? undefined : jsonOf(text), next } };
    } catch (cause) {
      return { kind: 'failed', error: unreachable(baseUrl, messageOf(cause), cause) };
    }
  };

  let wasLimited = false;
  return async (method, path, body) => {
    let limited = 0;
    let failed = 0;
    for (;;) {
      if (wasLimited && limited === 0) await sleep(SUSTAINED_MS);
      const outcome = await once(method, path, body);
      switch (outcome.kind) {
        case 'answer':
          return outcome.answer;
        case 'refused':
          throw outcome.error;
        case 'wait':
          wasLimited = true;
          limited += 1;
          if (limited === LIMITED_ATTEMPTS) throw refusedBy(outcome.status, outcome.text, method, path);
          await sleep(Math.min(LONGEST_WAIT_MS, outcome.ms ?? backoffMs(limited + 1, BACKOFF, random())));
          break;
        case 'failed':
          failed += 1;
          if (failed === ATTEMPTS || !REPEATABLE.includes(method)) throw outcome.error;
          await sleep(backoffMs(failed, BACKOFF, random()));
          break;
      }
    }
  };
}

type Attempt =
  | { readonly kind: 'answer'; readonly answer: RestAnswer }
  | { readonly kind: 'wait'; readonly ms: number | undefined; readonly status: number; readonly text: string }
  /** May be better the next time. */
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'refused'; readonly error: Error };

function retryAfterMs(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

/** Throws for a body that was cut short; the caller counts it as a failed answer. */
function jsonOf(text: string): unknown {
  return text.trim() === '' ? undefined : JSON.parse(text);
}

/** Only pages of the same API are followed: the key must not travel. */
function nextPage(link: string | null, baseUrl: string): string | undefined {
  const target = /<([^>]+)>\s*;[^,]*\brel="?next"?/.exec(link ?? '')?.[1];
  if (target === undefined || !URL.canParse(target, baseUrl)) return undefined;
  const url = new URL(target, baseUrl);
  return url.origin === new URL(baseUrl).origin ? `${url.pathname}${url.search}` : undefined;
}
