import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeDigests } from '../../src/node/digests.ts';
import { portableDigests } from '../../src/webhooks/digest.ts';

test("Node's digests are the portable ones, byte for byte: a call may move between Node and Workers", () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.uint8Array({ minLength: 32, maxLength: 100 }), (message, key) => {
      expect(nodeDigests.sha256Hex(message)).toBe(portableDigests.sha256Hex(message));
      expect(nodeDigests.hmacSha256(key)(message)).toBe(portableDigests.hmacSha256(key)(message));
    }),
  );
});
