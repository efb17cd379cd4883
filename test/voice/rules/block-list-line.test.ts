import { describe, expect, it } from 'vitest';
import { readBlockListLine } from '../../../src/voice/rules/block-list-line.ts';

describe('a line of a block list', () => {
  it.each([
    ['+19005550666', '19005550666'],
    ['  +1 (900) 555-0666  ', '19005550666'],
    ['0019005550666', '19005550666'],
    ['19005550666', '19005550666'],
    ['(900) 555-0666', '19005550666'],
    ['"+1 900 555 0666","nuisance, twice"', '19005550666'],
    ['+19005550666;reported', '19005550666'],
    ['+19005550666\treported', '19005550666'],
    ['+19005550666 # my cousin', '19005550666'],
    ['\uFEFF+19005550666', '19005550666'],
    ['+1976*', '1976*'],
    ['001976*', '1976*'],
    ['+1 976*,premium', '1976*'],
  ])('%j is %s', (line, entry) => {
    expect(readBlockListLine(line, 'US')).toEqual({ kind: 'entry', entry });
  });

  it.each(['', '   ', '# comment', 'number', 'phone_number,reason', '"Phone Number"', 'CallerNumber', 'msisdn', ',,'])(
    '%j says nothing',
    (line) => {
      expect(readBlockListLine(line, 'US')).toEqual({ kind: 'nothing' });
    },
  );

  it.each([
    ['12', 'US', 'no number we know'],
    ['976*', 'US', 'write a prefix with + and country code'],
    ['+1*', 'US', 'has to have 3 to 15 digits'],
    ['5550666', undefined, 'write it in E.164'],
    ['+123456789012345678', 'US', 'no number we know'],
    ['12x4', 'US', 'is no number'],
    ['anonymous', 'US', 'is no number'],
    ['Jane Doe,+19005550666', 'US', 'is no number'],
    ['\u0661\u0662\u0663', 'US', 'is no number'],
    [`${'9'.repeat(5000)}`, 'US', '…'],
  ])('%j in %s is refused: %s', (line, region, message) => {
    const read = readBlockListLine(line, region);
    expect(read).toMatchObject({ kind: 'problem', message: expect.stringContaining(message) });
    expect(JSON.stringify(read).length).toBeLessThan(200);
  });
});
