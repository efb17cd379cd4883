import type { CallState } from '../routing/index.ts';
import { type Continuations, createContinuations, type TokenOwner } from './continuation.ts';
import type { Digests } from './digest.ts';
import { VOICE_PATH } from './options.ts';

/** The query parameter that carries the signed state of a call. */
export const STATE_PARAMETER = 'c';

/** What stands before the token in a continuation address. */
export function continuationPrefix(publicUrl: string): string {
  return `${publicUrl.endsWith('/') ? publicUrl.slice(0, -1) : publicUrl}${VOICE_PATH}?${STATE_PARAMETER}=`;
}

/** Marks the name of a call that came without a token. */
const NAMELESS = 'nameless-';

/** A name for a call that came without a token; `random` is in [0, 1). */
export function nameFor(random: number): string {
  return NAMELESS + random.toString(36).slice(2);
}

/**
 * What stands behind the token in the continuation addresses of a call: the name that we gave it, read as if Cloudonix had
 * said it; nothing when it has one. The token's signature covers the name.
 */
export function continuationSuffix(callToken: string): string {
  return callToken.startsWith(NAMELESS) ? `&Session=${encodeURIComponent(callToken)}` : '';
}

/** One address at which a call goes on in `state`; for a call that is sent there instead of coming back by itself. */
export function continuationUrl(options: {
  readonly key: Uint8Array;
  readonly digests?: Digests;
  readonly publicUrl: string;
  readonly owner: TokenOwner;
  readonly state: CallState;
  readonly nowMs: number;
}): string {
  const continuations: Continuations = createContinuations(options.key, options.digests);
  const token = continuations.sign(options.owner, options.state, options.nowMs);
  return continuationPrefix(options.publicUrl) + token + continuationSuffix(options.owner.callToken);
}
