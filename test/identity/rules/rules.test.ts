import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldCode, groupCode, newCode, newNumericCode } from '../../../src/identity/rules/code.ts';
import { complaintAbout } from '../../../src/identity/rules/password-rules.ts';
import { fromBase32, matchTotp, toBase32, totpAt, totpUri } from '../../../src/identity/rules/totp.ts';

describe('one-time passwords', () => {
  const key = new TextEncoder().encode('12345678901234567890');

  // RFC 6238, appendix B, SHA-1.
  test.each([
    [59, '94287082'],
    [1111111109, '07081804'],
    [1111111111, '14050471'],
    [1234567890, '89005924'],
    [2000000000, '69279037'],
    [20000000000, '65353130'],
  ])('at %d seconds the code is %s', (seconds, code) => {
    expect(totpAt(key, Math.floor(seconds / 30), 8)).toBe(code);
  });

  test('a clock may be off by one step either way and no more, and a step counts once', () => {
    const now = new Date('2026-11-21T12:00:10Z');
    const step = Math.floor(now.getTime() / 30_000);
    expect([-2, -1, 0, 1, 2].map((off) => matchTotp(key, totpAt(key, step + off), now, 0) !== undefined)).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect(matchTotp(key, totpAt(key, step), now, step)).toBeUndefined();
    expect(matchTotp(key, totpAt(key, step), now, step - 1)).toBe(step);
    for (const wrong of ['', '12345', '1234567', 'abcdef', '０００００００'])
      expect(matchTotp(key, wrong, now, 0)).toBeUndefined();
  });

  test('base32 comes back as it went', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect([...fromBase32(toBase32(bytes))]).toEqual([...bytes]);
      }),
    );
    expect(toBase32(new TextEncoder().encode('foobar'))).toBe('MZXW6YTBOI');
  });

  test('an app is told who and where', () => {
    expect(totpUri('ABC', 'ada & co', 'Acme: Fibre')).toBe(
      'otpauth://totp/Acme%3A%20Fibre:ada%20%26%20co?secret=ABC&issuer=Acme%3A%20Fibre&algorithm=SHA1&digits=6&period=30',
    );
  });
});

describe('codes', () => {
  test('are of characters that nobody mistakes, each as likely as the others', () => {
    const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
    const text = Array.from({ length: 340 }, () => newCode(100, random)).join('');
    expect(text).toMatch(/^[A-Z2-9]{34000}$/);
    const counts = [...new Set(text)].map((sign) => text.split(sign).length - 1);
    expect(counts).toHaveLength(34);
    expect(Math.min(...counts)).toBeGreaterThan(800);
    expect(Math.max(...counts)).toBeLessThan(1_200);
    expect(newNumericCode(6, random)).toMatch(/^[0-9]{6}$/);
  });

  test('are read as people type them', () => {
    expect(foldCode(' ab0d-1fgh ')).toBe('ABODIFGH');
    expect(foldCode(groupCode('ABCDEFGHJKLM'))).toBe('ABCDEFGHJKLM');
    expect(groupCode('ABCDEFGH')).toBe('ABCD-EFGH');
  });
});

describe('passwords', () => {
  test.each([
    'short',
    'password123',
    'P@ssw0rd!!!!',
    'qwertyuiop',
    '1234567890',
    '9876543210',
    'aaaaaaaaaaaa',
    'abababababab',
    'iloveyou2026',
    'passwordpassword',
    'Welcome2026!',
    'Sunshine!!123',
    'administrator1',
    'x'.repeat(257),
  ])('%s is refused', (password) => {
    expect(complaintAbout(password)).toBeDefined();
  });

  test.each([
    'seven green lanterns',
    'correct horse battery',
    'Tr0ub4dor&3xyz',
    'пять зелёных фонарей',
    '🦊🐢🦉 in the rain',
  ])('%s is fine', (password) => {
    expect(complaintAbout(password, ['ada', 'lovelace'])).toBeUndefined();
  });

  test('one’s own name is not most of it', () => {
    expect(complaintAbout('lovelace2026', ['Lovelace'])).toContain('your own name');
    expect(complaintAbout('lovelace and nine other words', ['Lovelace'])).toBeUndefined();
  });
});
