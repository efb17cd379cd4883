import { hash } from 'node:crypto';
import type { Digests } from '../webhooks/index.ts';

/** Bytes SHA-256 works on at a time; a key is filled up with zeros to it (RFC 2104 section 2). */
const BLOCK_BYTES = 64;

const sha256 = (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer');

/**
 * OpenSSL's SHA-256 in one call each. HMAC is put together from two of them (RFC 2104 section 2), because making an Hmac
 * object for each token costs more than the digest; a test holds it against the portable one.
 */
export const nodeDigests: Digests = {
  sha256,
  hmacSha256(key) {
    const block = new Uint8Array(BLOCK_BYTES);
    block.set(key.length > BLOCK_BYTES ? sha256(key) : key);
    const inner = block.map((byte) => byte ^ 0x36);
    const outer = block.map((byte) => byte ^ 0x5c);
    return (message) => sha256(Buffer.concat([outer, sha256(Buffer.concat([inner, message]))]));
  },
};
