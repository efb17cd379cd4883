import { expect, test } from 'vitest';
import type { PlanDocument } from '../../src/routing/index.ts';
import { completeDocument } from '../../src/voice/plan/complete-document.ts';
import { documentOf } from '../routing/support.ts';

const numbers = Array.from({ length: 1_700 }, (_, index) => ({
  number: `+1646${5_000_000 + index}`,
  routeTo: 'extension:101',
}));

test('a document that is complete stays what it is, however long', async () => {
  const document = documentOf({ extensions: [{ number: '101' }], numbers });
  expect(await completeDocument(document)).toEqual(document);
});

test('what an earlier release stored gets the sections and fields it did not know', async () => {
  const { blockLists: _, ...older } = documentOf({ extensions: [{ number: '101' }], numbers });
  const bare = older.numbers.map(({ status: __, ...number }) => number);
  const complete = await completeDocument({ ...older, numbers: bare } as unknown as PlanDocument);
  expect(complete.blockLists).toEqual([]);
  expect(complete.numbers).toHaveLength(1_700);
  expect(complete.numbers[1_699]).toMatchObject({ number: '+16465001699', status: 'active' });
});

test('what is no longer allowed comes back as it is, at the beginning or far behind', async () => {
  const document = documentOf({ extensions: [{ number: '101' }], numbers });
  const odd = (at: number) =>
    ({
      ...document,
      numbers: document.numbers.map((number, index) => (index === at ? { ...number, number: 'x' } : number)),
    }) as PlanDocument;
  for (const at of [0, 1_699]) {
    const stored = odd(at);
    expect(await completeDocument(stored)).toBe(stored);
  }
});
