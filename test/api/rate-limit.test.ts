import { describe, expect, test } from 'vitest';
import { askerOf, createRateLimit } from '../../src/api/rate-limit.ts';

function limit(perMinute: number) {
  let now = Date.parse('2026-11-21T12:00:00Z');
  const take = createRateLimit(perMinute, { now: () => new Date(now) });
  return { take, pass: (ms: number) => (now += ms) };
}

describe('requests in a minute', () => {
  test('up to the limit are let through, and the headers count down', () => {
    const { take } = limit(2);
    expect(
      ['a', 'a', 'a'].map((asker) => [take(asker)].map((one) => [one.isOver, one.headers['ratelimit-remaining']])[0]),
    ).toEqual([
      [false, '1'],
      [false, '0'],
      [true, '0'],
    ]);
  });

  test('a refusal says when to come back, and then it is another minute', () => {
    const { take, pass } = limit(1);
    take('a');
    pass(20_500);
    expect(take('a')).toMatchObject({ isOver: true, headers: { 'retry-after': '40' } });
    pass(39_500);
    expect(take('a').isOver).toBe(false);
  });

  test('one asker does not use up what another has', () => {
    const { take } = limit(1);
    take('a');
    expect(take('b').isOver).toBe(false);
  });

  test('memory holds ten thousand askers, and the longest silent one is forgotten first', () => {
    const { take } = limit(1);
    take('first');
    take('second');
    for (let n = 0; n < 9_998; n += 1) take(`asker ${n}`);
    take('second');
    take('one more');
    expect(take('second').isOver).toBe(true);
    expect(take('first').isOver).toBe(false);
  });
});

test('requests are counted by their credentials, else by their address, and credentials are not kept', () => {
  const request = (headers: Record<string, string>) => new Request('http://x', { headers });
  expect(askerOf(request({}), '192.0.2.1')).toBe('ip 192.0.2.1');
  const asker = askerOf(request({ authorization: 'Bearer sh_secret' }), '192.0.2.1');
  expect(asker).not.toContain('secret');
  expect(asker).not.toBe(askerOf(request({ authorization: 'Bearer sh_other' }), '192.0.2.1'));
});
