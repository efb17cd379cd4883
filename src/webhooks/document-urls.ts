import type { CallState } from '../routing/index.ts';
import type { CallbackTokens } from './callback-token.ts';
import type { Continuations } from './continuation.ts';
import { continuationPrefix, continuationSuffix } from './continuation-url.ts';

/** The absolute addresses a document needs. */
export interface DocumentUrls {
  /** Brings the call back in this state. */
  continuation(state: CallState): string;
  /** Takes news about a subject of this call (`voicemail:101/2`), apart from the call itself. */
  callback(kind: 'recording' | 'session', subject: string): string;
  /** A path of ours (`/media/…`) made absolute; an address stays as it is. */
  sound(url: string): string;
}

/** The addresses for one document of one call. */
export function documentUrls(options: {
  readonly publicUrl: string;
  readonly continuations: Continuations;
  readonly callbacks: CallbackTokens;
  readonly organizationId: string;
  readonly domain: string;
  readonly callToken: string;
  readonly nowMs: number;
  /** The version of the plan by which the call goes on. */
  readonly planVersion: number;
}): DocumentUrls {
  const { planVersion, publicUrl, continuations, callbacks, organizationId, domain, callToken, nowMs } = options;
  const base = publicUrl.endsWith('/') ? publicUrl.slice(0, -1) : publicUrl;
  const prefix = continuationPrefix(base);
  const suffix = continuationSuffix(callToken);
  return {
    continuation(state) {
      return prefix + continuations.sign({ organizationId, callToken }, state, nowMs, planVersion) + suffix;
    },
    callback(kind, subject) {
      return `${base}/webhooks/cloudonix/${kind}/${callbacks.sign({ domain, callToken, subject }, nowMs)}`;
    },
    sound(url) {
      return url.startsWith('/') ? base + url : url;
    },
  };
}
