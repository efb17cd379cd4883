import { expect, test } from 'vitest';
import { cdrFilters } from '../../src/voice/index.ts';

test('a disposition that there is not is refused, and the others are named', () => {
  expect(cdrFilters.disposition.safeParse('busy').success).toBe(true);
  expect(cdrFilters.disposition.safeParse('bogus').error?.issues[0]?.message).toBe(
    'use answered, no-answer, busy, canceled, failed',
  );
});
