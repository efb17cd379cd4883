import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  emptySplitter,
  MAX_LINE,
  type SplitterState,
  splitBytes,
  type Token,
} from '../../../src/modem/at/line-splitter.ts';

const bytesOf = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

function split(text: string, state: SplitterState = emptySplitter): readonly string[] {
  return splitBytes(state, bytesOf(text)).tokens.map((token) => (token.kind === 'line' ? token.text : '<prompt>'));
}

const awaiting: SplitterState = { ...emptySplitter, awaitsPrompt: true };

describe('line splitter', () => {
  it.each([
    ['CR LF around', '\r\nOK\r\n', ['OK']],
    ['a lone LF', '+CSQ: 1,0\nOK\n', ['+CSQ: 1,0', 'OK']],
    ['a lone CR', 'AT\rOK\r', ['AT', 'OK']],
    ['CR CR LF', 'AT+CSQ\r\r\n+CSQ: 3,0\r\r\nOK\r\r\n', ['AT+CSQ', '+CSQ: 3,0', 'OK']],
    ['blank lines', '\r\n\r\n\r\nOK\r\n\r\n', ['OK']],
    ['blanks around a line', '\r\n OK \r\n', ['OK']],
    ['bytes outside ASCII', '\xff\xfeO\0K\r\n', ['OK']],
    ['an unfinished line', '\r\nOK', []],
  ])('finds the lines with %s', (_name, text, lines) => {
    expect(split(text)).toEqual(lines);
  });

  it.each([
    ['as the specification has it', '\r\n> ', ['<prompt>']],
    ['without blank', '\r\n>', ['<prompt>']],
    ['without line end before', '> ', ['<prompt>']],
    ['after the echo', 'AT+CMGS=27\r\r\n> ', ['AT+CMGS=27', '<prompt>']],
    ['behind noise', '\xf0> ', ['<prompt>']],
    ['followed by the echo of the PDU', '\r\n> 0001FF\x1a\r\nOK\r\n', ['<prompt>', '0001FF', 'OK']],
  ])('sees the prompt %s', (_name, text, tokens) => {
    expect(split(text, awaiting)).toEqual(tokens);
  });

  it('sees no prompt in the middle of a line', () => {
    expect(split('+COPS: 0,0,"a > b"\r\n', awaiting)).toEqual(['+COPS: 0,0,"a > b"']);
  });

  it('sees no prompt while none is awaited', () => {
    expect(split('\r\n> ')).toEqual([]);
    expect(split('\r\n> \r\n')).toEqual(['>']);
  });

  it('sees one prompt for one command', () => {
    expect(split('\r\n> \r\n> \r\n', awaiting)).toEqual(['<prompt>', '>']);
  });

  it('drops a line that outgrows the buffer, and only that line', () => {
    expect(split(`${'A'.repeat(MAX_LINE + 1)}OK\r\nOK\r\n`)).toEqual(['OK']);
    const { state } = splitBytes(emptySplitter, bytesOf('A'.repeat(10 * MAX_LINE)));
    expect(state.pending).toBe('');
  });

  it('gives the same tokens for every fragmentation of a stream', () => {
    const piece = fc.oneof(
      fc.constantFrom('\r', '\n', '\r\n', '\r\r\n', '> ', '>', 'OK', '+CMTI: "SM",3', '\xff', '\0', '\x1a'),
      fc.string({ unit: 'binary-ascii', maxLength: 12 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.array(fc.nat(400)), fc.boolean(), (pieces, cuts, prompt) => {
        const stream = bytesOf(pieces.join(''));
        const start: SplitterState = { ...emptySplitter, awaitsPrompt: prompt };
        const whole = splitBytes(start, stream).tokens;
        const places = [0, ...cuts.map((cut) => cut % (stream.length + 1)), stream.length].sort((a, b) => a - b);
        let state = start;
        const parts: Token[] = [];
        for (const [place, from] of places.slice(0, -1).entries()) {
          const done = splitBytes(state, stream.subarray(from, places[place + 1]));
          state = done.state;
          parts.push(...done.tokens);
        }
        expect(parts).toEqual(whole);
      }),
    );
  });
});
