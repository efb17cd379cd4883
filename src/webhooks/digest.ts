import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { equalInConstantTime, fromHex, toHex } from '../core/bytes.ts';

/** SHA-256 and HMAC-SHA-256, answered at once: the Web Crypto of all runtimes would make every call wait a turn. */
export interface Digests {
  sha256(bytes: Uint8Array): Uint8Array;
  /** Digests the key once; the returned function makes the codes of texts, in UTF-8. */
  hmacSha256(key: Uint8Array): (message: string) => Uint8Array;
}

/** In JavaScript, for every runtime. Node brings its own, several times faster. */
export const portableDigests: Digests = {
  sha256,
  hmacSha256(key) {
    const keyed = hmac.create(sha256, key);
    const encoder = new TextEncoder();
    return (message) => keyed.clone().update(encoder.encode(message)).digest();
  },
};

/** Lower-case hex SHA-256 of a text. */
export function sha256Hex(text: string): string {
  return hexOf(text, portableDigests);
}

/** The same, with the digests of the runtime. */
export function hexOf(text: string, digests: Digests): string {
  return toHex(digests.sha256(new TextEncoder().encode(text))).toLowerCase();
}

/** Whether a secret has this SHA-256, in time that does not depend on how much of it is right. */
export function hasDigest(secret: string, expectedHex: string, digests: Digests): boolean {
  const expected = fromHex(expectedHex);
  return expected !== undefined && equalInConstantTime(digests.sha256(new TextEncoder().encode(secret)), expected);
}
