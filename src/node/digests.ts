import { hash } from 'node:crypto';
import type { Digests } from '../webhooks/index.ts';

/** Bytes SHA-256 works on at a time; a key is filled up with zeros to it (RFC 2104 section 2). */
const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;

/**
 * OpenSSL's SHA-256 in one call each, and its digest as text: a Buffer for it costs more than the digest. HMAC is put
 * together from two of them (RFC 2104 section 2), because making an Hmac object for each token costs more than both; a
 * test holds it against the portable one.
 */
export const nodeDigests: Digests = {
  sha256Hex(text) {
    return hash('sha256', text, 'hex');
  },
  hmacSha256(key) {
    const block = Buffer.alloc(BLOCK_BYTES);
    block.set(key.length > BLOCK_BYTES ? hash('sha256', key, 'buffer') : key);
    const inner = block.map((byte) => byte ^ 0x36);
    const outer = Buffer.concat([block.map((byte) => byte ^ 0x5c), Buffer.alloc(DIGEST_BYTES)]);
    return (message) => {
      const keyed = Buffer.allocUnsafe(BLOCK_BYTES + Buffer.byteLength(message));
      keyed.set(inner);
      keyed.write(message, BLOCK_BYTES, 'utf8');
      outer.write(hash('sha256', keyed, 'binary'), BLOCK_BYTES, 'binary');
      return hash('sha256', outer, 'binary');
    };
  },
};
