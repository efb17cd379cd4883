import { describe, expect, it } from 'vitest';
import { cmeMeaning, cmsMeaning, isBusy } from '../../../src/modem/at/errors.ts';
import { parseFinalResult } from '../../../src/modem/at/final-result.ts';

describe('final result', () => {
  it.each([
    ['OK', { kind: 'ok' }],
    ['ERROR', { kind: 'error', text: 'ERROR' }],
    ['COMMAND NOT SUPPORT', { kind: 'error', text: 'COMMAND NOT SUPPORT' }],
    ['+CMS ERROR: 38', { kind: 'cms', code: 38, text: '+CMS ERROR: 38' }],
    ['+CMS ERROR:500', { kind: 'cms', code: 500, text: '+CMS ERROR:500' }],
    ['+CME ERROR: 16', { kind: 'cme', code: 16, text: '+CME ERROR: 16' }],
    ['+CME ERROR: SIM busy', { kind: 'cme', code: 14, text: '+CME ERROR: SIM busy' }],
    ['+CMS ERROR: memory full', { kind: 'cms', code: 322, text: '+CMS ERROR: memory full' }],
    ['+CMS ERROR: something new', { kind: 'cms', text: '+CMS ERROR: something new' }],
    ['NO CARRIER', { kind: 'call', text: 'NO CARRIER' }],
    ['CONNECT 9600', { kind: 'call', text: 'CONNECT 9600' }],
  ])('%s ends a command', (line, result) => {
    expect(parseFinalResult(line)).toEqual(result);
  });

  it.each(['+CMTI: "SM",1', 'OKAY', '+CSQ: 1,0', 'AT', 'ERRORS', 'CONNECTED'])('%s does not end a command', (line) => {
    expect(parseFinalResult(line)).toBeUndefined();
  });
});

describe('error tables', () => {
  it.each([
    [1, 'permanent'],
    [21, 'permanent'],
    [38, 'temporary'],
    [42, 'temporary'],
    [208, 'modem'],
    [240, 'permanent'],
    [255, 'ambiguous'],
    [304, 'permanent'],
    [322, 'modem'],
    [330, 'modem'],
    [331, 'modem'],
    [332, 'ambiguous'],
    [500, 'ambiguous'],
    [515, 'temporary'],
    [777, 'ambiguous'],
  ])('+CMS %i is %s', (code, errorClass) => {
    expect(cmsMeaning(code).class).toBe(errorClass);
  });

  it('has words and advice for every code a modem can give', () => {
    for (let code = 0; code <= 1_000; code += 1) {
      for (const meaning of [cmsMeaning(code), cmeMeaning(code)]) {
        expect(meaning.text).not.toBe('');
        expect(meaning.advice).not.toBe('');
      }
    }
  });

  it('knows which codes only mean "ask again"', () => {
    expect(isBusy('cme', 14)).toBe(true);
    expect(isBusy('cms', 314)).toBe(true);
    expect(isBusy('cme', 16)).toBe(false);
    expect(isBusy('cms', undefined)).toBe(false);
  });
});
