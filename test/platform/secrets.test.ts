import { describe, expect, test } from 'vitest';
import { createSecretBox } from '../../src/platform/secrets.ts';

describe('secret box', () => {
  test('opens what it sealed', () => {
    const box = createSecretBox(['first']);
    expect(box.open(box.seal('0000 é', 'org/pin'), 'org/pin')).toBe('0000 é');
  });

  test('sealing twice gives different bytes', () => {
    const box = createSecretBox(['first']);
    expect(box.seal('a', 'x').ciphertext).not.toEqual(box.seal('a', 'x').ciphertext);
  });

  test('a secret moved to another tenant or purpose does not open', () => {
    const box = createSecretBox(['first']);
    const sealed = box.seal('a', 'org-1/pin');
    expect(() => box.open(sealed, 'org-2/pin')).toThrow(expect.objectContaining({ code: 'secret.damaged' }));
  });

  test('any flipped bit is noticed', () => {
    const box = createSecretBox(['first']);
    const sealed = box.seal('secret', 'x');
    for (let index = 0; index < sealed.ciphertext.length; index += 1) {
      const bytes = sealed.ciphertext.slice();
      bytes[index] = (bytes[index] ?? 0) ^ 1;
      expect(() => box.open({ ...sealed, ciphertext: bytes }, 'x')).toThrow();
    }
  });

  test('after rotation the former key still opens, and sealing uses the new one', () => {
    const old = createSecretBox(['old']).seal('kept', 'x');
    const box = createSecretBox(['new', 'old']);
    expect(box.open(old, 'x')).toBe('kept');
    expect(box.seal('again', 'x').keyId).not.toBe(old.keyId);
  });

  test('an unknown key says which one is missing and what to do', () => {
    const sealed = createSecretBox(['gone']).seal('a', 'x');
    expect(() => createSecretBox(['other']).open(sealed, 'x')).toThrow(/SECRET_KEY_PREVIOUS/);
  });
});
