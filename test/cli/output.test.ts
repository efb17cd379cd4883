import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { harmless, letReadersLeave } from '../../src/cli/output.ts';

describe('a reader of our output', () => {
  const broken = (code: string) => Object.assign(new Error(`write ${code}`), { code });

  it('may leave early', () => {
    const stream = new PassThrough();
    letReadersLeave([stream]);
    expect(() => stream.emit('error', broken('EPIPE'))).not.toThrow();
  });

  it('is not blamed for anything else', () => {
    const stream = new PassThrough();
    letReadersLeave([stream]);
    expect(() => stream.emit('error', broken('ENOSPC'))).toThrow('write ENOSPC');
  });
});

describe('what strangers wrote', () => {
  it.each([
    ['colours', '\u001b[31mred', '\\u001b[31mred'],
    ['the title of the window', '\u001b]0;title\u0007', '\\u001b]0;title\\u0007'],
    ['a line over another', 'good\rbad', 'good\\u000dbad'],
    ['eight-bit controls', '\u009b2J', '\\u009b2J'],
    ['the direction of what follows', 'a\u202eb\u2066c', 'a\\u202eb\\u2066c'],
  ])('does not steer %s', (_what, text, shown) => {
    expect(harmless(text)).toBe(shown);
  });

  it('stays what it is: lines, columns, any script, emoji, marks of direction in Arabic', () => {
    const text = 'a\tb\nc\r\nÄ ж 你好 مرحبا\u200f 😀';
    expect(harmless(text)).toBe(text);
  });

  it('is the same value in JSON', () => {
    const value = { from: '\u001b[2J\u202e\u0085"' };
    expect(JSON.parse(harmless(JSON.stringify(value)))).toEqual(value);
  });
});
