import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/core/errors.ts';
import { parseRecipient, senderOf } from '../../../src/messaging/rules/peer.ts';

describe('who receives', () => {
  test.each([
    ['+12125550123', 'US', '+12125550123'],
    ['  +12125550123 ', 'US', '+12125550123'],
    ['(212) 555-0123', 'US', '+12125550123'],
    ['040 123 4567', 'FI', '+358401234567'],
    ['0049 151 12345678', 'FI', '+4915112345678'],
    ['16400', 'FI', '16400'],
    ['16400', undefined, '16400'],
    ['72345', 'US', '72345'],
    ['+358 40 123 4567', undefined, '+358401234567'],
  ])('%s in %s is %s', (to, region, number) => {
    expect(parseRecipient(to, region)).toBe(number);
  });

  test.each(['Acme', 'Bank24', '+', '', '12', '+12', '0', 'sip:ann@example.org', '*100#', '12345678901234567890123'])(
    '"%s" is refused with a sentence and the field',
    (to) => {
      const refuse = () => parseRecipient(to, 'US');
      expect(refuse).toThrow(AppError);
      expect(refuse).toThrow(
        expect.objectContaining({
          code: 'message.recipient_invalid',
          kind: 'invalid',
          problems: [expect.objectContaining({ path: 'to' })],
        }),
      );
    },
  );

  test('a name is told that it is a name', () => {
    expect(() => parseRecipient('Acme', 'US')).toThrow(/name cannot receive/);
  });
});

describe('who sent', () => {
  test.each([
    ['+12125550123', 'international', 'US', '+12125550123'],
    ['2125550123', 'national', 'US', '+12125550123'],
    ['12125550123', 'unknown', 'US', '+12125550123'],
    ['2125550123', 'national', undefined, '2125550123'],
    ['72345', 'unknown', 'US', '72345'],
    ['Acme Bank', 'alphanumeric', 'US', 'Acme Bank'],
    ['2125550123', 'alphanumeric', 'US', '2125550123'],
  ] as const)('%s of type %s in %s is %s', (number, type, region, sender) => {
    expect(senderOf({ number, type }, region)).toBe(sender);
  });
});
