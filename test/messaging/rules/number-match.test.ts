import { expect, test } from 'vitest';
import { isSameNumber } from '../../../src/messaging/rules/number-match.ts';

test.each([
  ['+358401234567', '0401234567'],
  ['+358401234567', '358401234567'],
  ['+358401234567', '00358401234567'],
  ['+358401234567', '401234567'],
  ['+12125550123', '2125550123'],
  ['+12125550123', '12125550123'],
  ['+12125550123', '5550123'],
  ['16400', '16400'],
  ['+4915112345678', '015112345678'],
])('%s and %s are one recipient', (left, right) => {
  expect(isSameNumber(left, right)).toBe(true);
  expect(isSameNumber(right, left)).toBe(true);
});

test.each([
  ['+12125550123', '+12125550124'],
  ['+12125550123', '0123'],
  ['16400', '16401'],
  ['16400', '+35816400'],
  ['Bank', 'Shop'],
  ['', ''],
])('%s and %s are two', (left, right) => {
  expect(isSameNumber(left, right)).toBe(false);
});
