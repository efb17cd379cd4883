import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { equalInConstantTime, toBinaryText, toHex } from '../core/bytes.ts';

/** SHA-256 and HMAC-SHA-256, answered at once: the Web Crypto of all runtimes would make every call wait a turn. */
export interface Digests {
  /** Lower-case hexadecimal digest of a text in UTF-8. */
  sha256Hex(text: string): string;
  /** Digests the key once; the returned function makes the codes of texts in UTF-8, as binary text (`btoa` takes it). */
  hmacSha256(key: Uint8Array): (message: string) => string;
}

/** In JavaScript, for every runtime. Node brings its own, several times faster. */
export const portableDigests: Digests = {
  sha256Hex(text) {
    return toHex(sha256(new TextEncoder().encode(text))).toLowerCase();
  },
  hmacSha256(key) {
    const keyed = hmac.create(sha256, key);
    const encoder = new TextEncoder();
    return (message) => toBinaryText(keyed.clone().update(encoder.encode(message)).digest());
  },
};

/** Lower-case hex SHA-256 of a text. */
export function sha256Hex(text: string): string {
  return portableDigests.sha256Hex(text);
}

/** Whether a secret has this SHA-256 (lower-case hex), in time that does not depend on how much of it is right. */
export function hasDigest(secret: string, expectedHex: string, digests: Digests): boolean {
  return equalInConstantTime(expectedHex, digests.sha256Hex(secret));
}
