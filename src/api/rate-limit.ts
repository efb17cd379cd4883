import { createHash } from 'node:crypto';
import type { Clock } from '../core/clock.ts';

/** What one asker has left, as the headers say it (draft-ietf-httpapi-ratelimit-headers). */
export interface Allowance {
  readonly isOver: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/** Askers remembered at once; beyond it the longest silent ones are forgotten, which only gives them a new start. */
const MOST_ASKERS = 10_000;

const WINDOW_MS = 60_000;

/**
 * Counts the requests of each asker in windows of a minute, in this process: it keeps one script from taking the API from
 * the others. What must hold across processes (sign-in, quotas, outbound calls) is counted in the database.
 */
export function createRateLimit(perMinute: number, clock: Clock): (asker: string) => Allowance {
  const windows = new Map<string, { count: number; readonly endsAt: number }>();
  return (asker) => {
    const now = clock.now().getTime();
    const known = windows.get(asker);
    const window = known !== undefined && known.endsAt > now ? known : { count: 0, endsAt: now + WINDOW_MS };
    window.count += 1;
    // Put in again at the end: the map then is in order of last use.
    windows.delete(asker);
    windows.set(asker, window);
    if (windows.size > MOST_ASKERS) for (const oldest of windows.keys()) return forget(oldest, window, now);
    return allowance(window, now);
  };

  function forget(oldest: string, window: { count: number; readonly endsAt: number }, now: number): Allowance {
    windows.delete(oldest);
    return allowance(window, now);
  }

  function allowance({ count, endsAt }: { count: number; readonly endsAt: number }, now: number): Allowance {
    const isOver = count > perMinute;
    const seconds = String(Math.ceil((endsAt - now) / 1000));
    return {
      isOver,
      headers: {
        'ratelimit-limit': String(perMinute),
        'ratelimit-remaining': String(Math.max(0, perMinute - count)),
        'ratelimit-reset': seconds,
        ...(isOver ? { 'retry-after': seconds } : {}),
      },
    };
  }
}

/** Whose requests are counted together: those with the same credentials, or from the same address. */
export function askerOf(request: Request, ip: string | undefined): string {
  const credentials = request.headers.get('authorization') ?? request.headers.get('cookie');
  return credentials === null
    ? `ip ${ip ?? 'unknown'}`
    : createHash('sha256').update(credentials).digest('base64url').slice(0, 22);
}
