import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createResources } from '../../../src/db/resource.ts';
import { ringGroupMembers } from '../../../src/db/schema/index.ts';
import { newOrganization, openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { extensionResource, ringGroupResource } from '../api/support.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db?.close());

test('more objects than one statement has parameters for are created in one go, their lists too', async () => {
  const context = await newOrganization(db.database);
  const numbers = Array.from({ length: 6_000 }, (_, index) => String(100_000 + index));
  const made = await createResources(
    context,
    extensionResource,
    numbers.map((number) => ({ number })),
  );
  expect(made.map(({ number }) => number)).toEqual(numbers);
  await createResources(
    context,
    ringGroupResource,
    Array.from({ length: 250 }, (_, index) => ({ name: `group ${index}`, members: numbers.slice(0, 100) })),
  );
  const [count] = await db.database.orm
    .select({ members: sql<number>`count(*)::int` })
    .from(ringGroupMembers)
    .where(eq(ringGroupMembers.organizationId, context.organizationId));
  expect(count?.members).toBe(25_000);
});
