import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CxmlError, document, element } from '../../../src/webhooks/cxml/element.ts';
import { readCxml, textOf } from '../../../src/webhooks/cxml/read.ts';

describe('CXML writer', () => {
  it('writes a declaration and one Response', () => {
    expect(document(element('Hangup'))).toBe('<?xml version="1.0" encoding="UTF-8"?>\n<Response><Hangup/></Response>');
  });

  it('escapes once, in text and in attributes', () => {
    const dial = element('Dial', { action: 'https://x.example/a?b=1&c="2"' }, element('Number', {}, 'R&D <1>'));
    expect(dial.xml).toBe(
      '<Dial action="https://x.example/a?b=1&amp;c=&quot;2&quot;"><Number>R&amp;D &lt;1&gt;</Number></Dial>',
    );
  });

  it('drops what XML 1.0 does not allow, and keeps what it does', () => {
    expect(element('Say', {}, 'a\u0000b\u0008\u000B\u001Fc\uFFFE\uD800d\n\t😀').xml).toBe('<Say>abcd\n\t😀</Say>');
  });

  it('any text comes back as it went in, less what XML does not allow', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const expected = [...text]
          .filter((char) => /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]$/u.test(char))
          .join('');
        const read = readCxml(element('Header', { name: 'n', value: text }).xml);
        expect(read.attributes.value).toBe(expected);
        if (expected.trim() !== '') expect(textOf(readCxml(element('Number', {}, text).xml))).toBe(expected);
      }),
    );
  });

  it.each<readonly [string, () => unknown]>([
    // @ts-expect-error an attribute of another dialect
    ['an undocumented attribute', () => element('Gather', { minDigits: 1 })],
    // @ts-expect-error an undocumented noun
    ['an undocumented element', () => element('Voicemail')],
    // @ts-expect-error a noun where a verb belongs
    ['a child in the wrong place', () => document(element('Number', {}, '1'))],
    // @ts-expect-error text where none belongs
    ['text where none belongs', () => element('Hangup', {}, 'bye')],
    // @ts-expect-error a word that is not in the list
    ['a value that is not documented', () => element('Reject', { reason: 'lazy' })],
    // @ts-expect-error a boolean as text
    ['a boolean as text', () => element('Conference', { muted: 'yes' }, 'r')],
    ['a negative duration', () => element('Pause', { length: -1 })],
    ['half a second', () => element('Dial', { timeout: 0.5 }, '1')],
  ])('refuses %s', (_what, write) => {
    expect(write).toThrow(CxmlError);
  });

  it('does not take names from the prototype of the table for elements', () => {
    // @ts-expect-error not an element
    expect(() => element('constructor')).toThrow(CxmlError);
  });
});

describe('CXML reader', () => {
  it.each(['<Response>', '<A></B>', '<A/><B/>', 'text', '', '<A b=1/>', '<A><B></A></B>'])('refuses %s', (xml) => {
    expect(() => readCxml(xml)).toThrow();
  });

  it('reads references, comments and single quotes', () => {
    expect(readCxml("<?xml version='1.0'?><!-- x --><A b='&#65;&#x42;&amp;'>c</A>")).toEqual({
      name: 'A',
      attributes: { b: 'AB&' },
      children: ['c'],
    });
  });
});
