import { createHash } from 'node:crypto';
import { toBase64Url } from '../core/bytes.ts';
import { type RandomBytes, systemRandom } from '../core/ids.ts';

/** A secret of 256 random bits: 43 base64url characters. */
export function newToken(random: RandomBytes = systemRandom): string {
  return toBase64Url(random(32));
}

/**
 * Lower-case hex SHA-256 of a token. What we make carries 256 random bits, so a slow hash would add cost and no safety,
 * and the lookup by hash tells a clock nothing about the token.
 */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}
