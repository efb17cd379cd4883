import { sha256 } from '@noble/hashes/sha2.js';
import { equalInConstantTime, fromHex, toHex } from '../core/bytes.ts';

/** Lower-case hex SHA-256 of a text. */
export function sha256Hex(text: string): string {
  return toHex(sha256(new TextEncoder().encode(text))).toLowerCase();
}

/** Whether a secret has this SHA-256, in time that does not depend on how much of it is right. */
export function hasDigest(secret: string, expectedHex: string): boolean {
  const expected = fromHex(expectedHex);
  return expected !== undefined && equalInConstantTime(sha256(new TextEncoder().encode(secret)), expected);
}
