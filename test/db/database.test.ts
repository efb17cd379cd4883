import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Context } from '../../src/db/context.ts';
import { migrateDatabase } from '../../src/db/migrate.ts';
import { notify, parseNotification } from '../../src/db/notify.ts';
import { openDatabase } from '../../src/db/open.ts';
import { constraintOf, isDataError, sqlStateOf } from '../../src/db/postgres-error.ts';
import { organizations, secrets } from '../../src/db/schema/index.ts';
import { readSecrets, rotateSecrets, storeSecret } from '../../src/db/secret-store.ts';
import { createSecretBox } from '../../src/platform/secrets.ts';
import { newOrganization, openTestDatabase, type TestDatabase } from '../support/database.ts';

let test_: TestDatabase;
beforeAll(async () => {
  test_ = await openTestDatabase();
});
afterAll(() => test_?.close());

const orm = () => test_.database.orm;

describe('database', () => {
  test('values come back as they went in', async () => {
    const now = new Date('2026-11-21T13:00:00.123Z');
    const [row] = await orm().execute<Record<string, unknown>>(
      sql`select ${now.toISOString()}::timestamptz as at, ${'ünï 😀'}::text as text, ${JSON.stringify({ a: [1, null] })}::jsonb as json,
          true as yes, 42::int as number, null as nothing`,
    );
    expect(new Date(String(row?.at)).toISOString()).toBe(now.toISOString());
    expect(row).toMatchObject({ text: 'ünï 😀', json: { a: [1, null] }, yes: true, number: 42, nothing: null });
  });

  test('a transaction that throws leaves nothing, and the next one works', async () => {
    const slug = 'rolled-back';
    const failing = orm().transaction(async (transaction) => {
      await transaction.insert(organizations).values({ slug, name: 'x' });
      throw new Error('on purpose');
    });
    await expect(failing).rejects.toThrow('on purpose');
    expect(await orm().select().from(organizations).where(eq(organizations.slug, slug))).toEqual([]);
  });

  test('a refused statement inside a transaction can be told apart from a lost connection', async () => {
    await orm().insert(organizations).values({ slug: 'twice', name: 'x' });
    const error = await orm()
      .insert(organizations)
      .values({ slug: 'twice', name: 'y' })
      .then(
        () => undefined,
        (cause: unknown) => cause,
      );
    expect(constraintOf(error)).toMatchObject({ kind: 'unique', name: 'organizations_slug_unique' });
    expect(isDataError(error)).toBe(true);
    expect(sqlStateOf(new Error('ECONNREFUSED'))).toBeUndefined();
  });

  test('migrating twice finds nothing to do the second time', async () => {
    expect(await migrateDatabase(orm())).toBe(0);
  });

  test('two processes that migrate at once take turns', async () => {
    await expect(Promise.all([migrateDatabase(orm()), migrateDatabase(orm())])).resolves.toEqual([0, 0]);
  });

  test('a notification arrives when its transaction commits and never when it rolls back', async () => {
    const heard: unknown[] = [];
    let arrived: () => void = () => {};
    const first = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const stop = await test_.database.listen(
      (payload) => {
        heard.push(parseNotification(payload));
        arrived();
      },
      () => {},
    );
    await orm()
      .transaction(async (transaction) => {
        await notify(transaction, { topic: 'plan', organizationId: 'undone' });
        throw new Error('undo');
      })
      .catch(() => {});
    await notify(orm(), { topic: 'plan', organizationId: 'done' });
    await first;
    await stop();
    expect(heard).toEqual([{ topic: 'plan', organizationId: 'done' }]);
  });

  test('no reference can cross organizations', async () => {
    const mine = await newOrganization(test_.database);
    const theirs = await newOrganization(test_.database);
    const secretId = await storeSecret(theirs, 'modem.pin', '0000');
    const crossing = orm().execute(
      sql`insert into sms.modems (id, organization_id, name, path, pin_secret_id)
          values (gen_random_uuid(), ${mine.organizationId}, 'm', 'sim:', ${secretId})`,
    );
    await expect(
      crossing.catch((error: unknown) => Promise.reject(new Error(constraintOf(error)?.kind))),
    ).rejects.toThrow('foreign_key');
  });

  test('a secret is unreadable in the table, opens for its tenant only, and survives a key rotation', async () => {
    const context = await newOrganization(test_.database, { secrets: createSecretBox(['old']) });
    const id = await storeSecret(context, 'modem.pin', 'plain-as-day');
    const [row] = await orm().select().from(secrets).where(eq(secrets.id, id));
    expect(Buffer.from(row?.ciphertext ?? []).toString('latin1')).not.toContain('plain-as-day');
    const other = await newOrganization(test_.database, { secrets: createSecretBox(['old']) });
    expect((await readSecrets(other, [id])).size).toBe(0);
    await orm()
      .delete(secrets)
      .where(eq(secrets.keyId, createSecretBox(['test']).keyId));
    expect(await rotateSecrets(orm(), createSecretBox(['new', 'old']))).toBe(1);
    const after = await newOrganization(test_.database, { secrets: createSecretBox(['new']) });
    const reread = new Context({
      db: orm(),
      organizationId: context.organizationId,
      actor: after.actor,
      can: () => true,
      clock: after.clock,
      secrets: createSecretBox(['new']),
    });
    expect((await readSecrets(reread, [id])).get(id)).toBe('plain-as-day');
  });
});

// What only the embedded engine promises; on a server there is nothing to skip.
if (process.env.SWITCHHOOK_TEST_ENGINE === 'pglite') {
  describe('embedded database', () => {
    test('a second process is refused with the first one named', async () => {
      await expect(openDatabase(test_.location)).rejects.toThrow(new RegExp(`in use by process ${process.pid}`));
    });

    test('what was committed is there after closing and opening again, and the close was clean', async () => {
      const own = await openTestDatabase();
      await own.database.orm.insert(organizations).values({ slug: 'kept', name: 'Kept' });
      await own.database.close();
      const again = await openDatabase(own.location);
      expect(again.wasClosedCleanly).toBe(true);
      expect(await again.orm.select().from(organizations)).toHaveLength(1);
      await again.close();
    });
  });
}
