import { binaryToBase64Url, equalInConstantTime, fromBase64Url, toBase64Url } from '../core/bytes.ts';
import { type Digests, portableDigests } from './digest.ts';

/** A recording is finished long after its call; a day covers every delay that was seen. */
const LIFETIME_SECONDS = 24 * 60 * 60;

/** 128 bits of HMAC-SHA-256 (RFC 2104 section 5). */
const MAC_BYTES = 16;

/**
 * What a callback address says by itself. Callbacks about recordings and conferences name no domain (CXML reference
 * 1.8), and we keep only the digest of the token in the other callback paths, so the address proves where it belongs.
 */
export interface CallbackClaim {
  readonly domain: string;
  readonly callToken: string;
  /** What it is about: `voicemail:101/2`, `conference_room:daily`. */
  readonly subject: string;
}

/** Signs and opens the tokens in callback addresses. */
export interface CallbackTokens {
  sign(claim: CallbackClaim, nowMs: number): string;
  /** Undefined for any text that is not a token of ours, or one that has expired. */
  open(token: string, nowMs: number): CallbackClaim | undefined;
}

export function createCallbackTokens(key: Uint8Array, digests: Digests = portableDigests): CallbackTokens {
  const codeOf = digests.hmacSha256(key);
  // The label keeps these apart from the continuation tokens, which the same key signs.
  const signatureOf = (payload: string): string => binaryToBase64Url(codeOf(`callback:${payload}`).slice(0, MAC_BYTES));
  return {
    sign({ domain, callToken, subject }, nowMs) {
      const expiresAt = Math.floor(nowMs / 1000) + LIFETIME_SECONDS;
      const payload = toBase64Url(new TextEncoder().encode(JSON.stringify([expiresAt, domain, callToken, subject])));
      return `${payload}.${signatureOf(payload)}`;
    },
    open(token, nowMs) {
      const [payload = '', signature = '', ...rest] = token.split('.');
      const bytes = fromBase64Url(payload);
      if (rest.length > 0 || bytes === undefined) return undefined;
      if (!equalInConstantTime(signatureOf(payload), signature)) return undefined;
      // The signature is ours, so the content has the shape we gave it.
      const [expiresAt, domain, callToken, subject] = JSON.parse(new TextDecoder().decode(bytes)) as [
        number,
        string,
        string,
        string,
      ];
      return expiresAt * 1000 > nowMs ? { domain, callToken, subject } : undefined;
    },
  };
}
