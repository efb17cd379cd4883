/** Fills a buffer with random bytes; `crypto.getRandomValues` in production, a fixed sequence in tests. */
export type RandomBytes = (length: number) => Uint8Array;

/** Cryptographic random bytes from the Web Crypto that Node, Workers and browsers share. */
export const systemRandom: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * UUID version 7 (RFC 9562 section 5.7): 48 bits of Unix milliseconds, then random. Made by the application so that
 * keys are the same on every Postgres and sort by age.
 */
export function uuidv7(nowMs: number = Date.now(), random: RandomBytes = systemRandom): string {
  const bytes = random(16);
  let time = nowMs;
  for (let index = 5; index >= 0; index -= 1) {
    bytes[index] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => HEX[byte]).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
