import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditEvents, extensions, memberships, users } from '../../../src/db/schema/index.ts';
import { hasTenantGuard } from '../../../src/db/tenant-guard.ts';
import { changePerson, createPerson, listPeople, revokePerson, setRoles } from '../../../src/identity/index.ts';
import { newOrganization, openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type House, house, nextNumber, PASSWORD, signedIn } from './support.ts';

let database: TestDatabase;
let home: House;
beforeAll(async () => {
  database = await openTestDatabase();
  home = await house(database);
});
afterAll(() => database?.close());

const orm = () => database.database.orm;

describe('the tenant guard', () => {
  test('a query that forgets its organization sees and changes only its own rows', async () => {
    expect(await hasTenantGuard(orm())).toBe(true);
    const [left, right] = [await newOrganization(database.database), await newOrganization(database.database)];
    for (const { organizationId } of [left, right]) {
      await orm().insert(extensions).values({ organizationId, number: '900', name: 'guarded', type: 'user' });
    }
    await left.transaction(async (inner) => {
      const seen = await inner.db.select().from(extensions);
      expect(seen.map(({ organizationId }) => organizationId)).toEqual([left.organizationId]);
      const changed = await inner.db.update(extensions).set({ name: 'mine' }).returning();
      expect(changed).toHaveLength(1);
      expect(await inner.db.delete(extensions).returning()).toHaveLength(1);
    });
    const kept = await orm().select().from(extensions).where(eq(extensions.organizationId, right.organizationId));
    expect(kept.map(({ name }) => name)).toEqual(['guarded']);
  });

  test('a row cannot be put into another organization', async () => {
    const [left, right] = [await newOrganization(database.database), await newOrganization(database.database)];
    const smuggle = left.transaction((inner) =>
      inner.db
        .insert(extensions)
        .values({ organizationId: right.organizationId, number: '901', name: 'smuggled', type: 'user' }),
    );
    await expect(smuggle).rejects.toThrow();
  });

  test('every table with an organization is guarded', async () => {
    const rows = await orm().execute<{ name: string; guarded: boolean }>(sql`
      select n.nspname || '.' || c.relname as name, c.relrowsecurity as guarded
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped
      where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')`);
    expect(rows.length).toBeGreaterThan(40);
    expect(rows.filter(({ guarded }) => !guarded)).toEqual([]);
  });

  test('history is not deleted in the name of an organization', async () => {
    const context = await newOrganization(database.database);
    await context.audit({ action: 'test.row.write', entityType: 'test', entityId: '1' });
    await expect(context.transaction((inner) => inner.db.delete(auditEvents))).rejects.toThrow();
  });

  test('work across organizations goes on after a guarded transaction inside it', async () => {
    const [left, right] = [await newOrganization(database.database), await newOrganization(database.database)];
    await orm().transaction(async (outer) => {
      const { Context } = await import('../../../src/db/context.ts');
      const inside = new Context({
        db: outer as never,
        organizationId: left.organizationId,
        actor: left.actor,
        can: () => true,
        clock: left.clock,
        secrets: left.secrets,
      });
      await inside.transaction(async () => {});
      const { organizationBySlug } = await import('../../../src/identity/index.ts');
      expect(await organizationBySlug(outer as never, `org-${right.organizationId}`)).toBeDefined();
    });
  });
});

describe('people', () => {
  test('a person is added, listed, changed, suspended, resumed and revoked, each with its audit row', async () => {
    const { ask } = home.owner;
    const made = await ask('POST', '/api/v1/people', {
      callsign: 'Ada',
      email: 'ada@example.com',
      roles: ['reporter'],
    });
    expect([made.status, made.body.status, made.body.roles]).toEqual([201, 'active', ['reporter']]);
    const path = `/api/v1/people/${made.body.id}`;
    expect((await ask('GET', '/api/v1/people/aDA')).body.id).toBe(made.body.id);
    expect((await ask('PATCH', path, { lastName: 'Lovelace' })).body.lastName).toBe('Lovelace');
    expect((await ask('PUT', `${path}/roles`, { roles: ['reporter', 'desk'] })).body.roles).toEqual([
      'desk',
      'reporter',
    ]);
    expect((await ask('POST', `${path}/suspend`)).body.status).toBe('suspended');
    expect((await ask('POST', `${path}/resume`)).body.status).toBe('active');
    expect((await ask('POST', `${path}/revoke`, {})).status).toBe(422);
    const gone = await ask('POST', `${path}/revoke`, { reason: 'left' });
    expect(gone.body).toMatchObject({ status: 'revoked', revokeReason: 'left' });
    expect((await ask('POST', `${path}/resume`)).status).toBe(409);
    const callsigns = async (query: string) =>
      (await ask('GET', `/api/v1/people?limit=1000${query}`)).body.items.map(
        (item: { callsign: string }) => item.callsign,
      );
    expect(await callsigns('')).not.toContain('Ada');
    expect(await callsigns('&status=revoked')).toContain('Ada');
    const rows = await orm().select().from(auditEvents).where(eq(auditEvents.entityId, made.body.id));
    expect(rows.map(({ action }) => action.split('.')[2]).sort()).toEqual(
      ['change', 'create', 'resume', 'revoke', 'roles', 'suspend'].sort(),
    );
  });

  test('a removal is taken back with its roles, but not once the name is taken or the person erased', async () => {
    const { ask } = home.owner;
    const path = `/api/v1/people/${(await ask('POST', '/api/v1/people', { callsign: 'back', roles: ['desk'] })).body.id}`;
    await ask('POST', `${path}/revoke`, { reason: 'by mistake' });
    expect((await ask('POST', `${path}/restore`)).body).toMatchObject({
      status: 'active',
      roles: ['desk'],
      revokeReason: null,
    });
    await ask('POST', `${path}/revoke`, { reason: 'left' });
    const heir = await ask('POST', '/api/v1/people', { callsign: 'BACK' });
    expect((await ask('POST', `${path}/restore`)).body.code).toBe('person.exists');
    await ask('POST', `/api/v1/people/${heir.body.id}/revoke`, { reason: 'left too' });
    await ask('POST', '/api/v1/privacy/erase', { person: heir.body.id, reason: 'asked by letter' });
    expect((await ask('POST', `/api/v1/people/${heir.body.id}/restore`)).body.code).toBe('person.erased');
    expect((await ask('POST', `${path}/restore`)).status).toBe(200);
  });

  test('a callsign belongs to one live person in any letter case, and is free again after them', async () => {
    const { ask } = home.owner;
    const first = await ask('POST', '/api/v1/people', { callsign: 'Falcon' });
    expect((await ask('POST', '/api/v1/people', { callsign: 'fALCON' })).body.code).toBe('person.exists');
    await ask('POST', `/api/v1/people/${first.body.id}/revoke`, { reason: 'left' });
    expect((await ask('POST', '/api/v1/people', { callsign: 'falcon' })).status).toBe(201);
  });

  test('nobody gives, takes or touches what they do not hold themselves', async () => {
    const boss = await createPerson(home.context, { callsign: 'boss', roles: ['owner'] });
    const clerk = await newContextWith(['identity.person.*', 'directory.contact.read']);
    await expect(createPerson(clerk, { callsign: 'x', roles: ['owner'] })).rejects.toMatchObject({
      code: 'access.escalation',
    });
    await expect(setRoles(clerk, boss.id, [])).rejects.toMatchObject({ code: 'access.escalation' });
    await expect(revokePerson(clerk, boss.id, { reason: 'coup' })).rejects.toMatchObject({ code: 'access.escalation' });
    await expect(changePerson(clerk, boss.id, { email: 'mine@example.com' })).rejects.toMatchObject({
      code: 'access.escalation',
    });
    expect((await createPerson(clerk, { callsign: 'intern', roles: ['member'] })).roles).toEqual(['member']);
  });

  test('the last owner stays, also when two owners remove each other at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const context = await newOrganization(database.database);
      const one = await createPerson(context, { callsign: 'one', roles: ['owner'] });
      const two = await createPerson(context, { callsign: 'two', roles: ['owner'] });
      const outcomes = await Promise.allSettled([
        revokePerson(context, one.id, { reason: 'parallel' }),
        setRoles(context, two.id, ['member']),
      ]);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
        reason: { code: 'person.last_owner' },
      });
      const { items } = await listPeople(context, { filter: { role: 'owner' } });
      expect(items).toHaveLength(1);
    }
  });

  test('nobody suspends, revokes or re-roles themselves', async () => {
    const chief = await signedIn(home, 'chief', ['owner']);
    for (const [method, verb, body] of [
      ['POST', 'suspend', undefined],
      ['POST', 'revoke', { reason: 'oops' }],
      ['PUT', 'roles', { roles: [] }],
    ] as const) {
      const answer = await home.as(chief.cookie, method, `/api/v1/people/${chief.id}/${verb}`, body);
      expect([answer.status, answer.body.code]).toEqual([409, 'person.self']);
    }
  });

  test('somebody disabled in mid-session is out at the next request', async () => {
    const person = await signedIn(home, 'midway');
    expect((await home.as(person.cookie, 'GET', '/api/v1/me')).status).toBe(200);
    await home.owner.ask('POST', `/api/v1/people/${person.id}/suspend`);
    expect((await home.as(person.cookie, 'GET', '/api/v1/me')).status).toBe(401);
  });

  test('a member sees themselves and nobody else, and cannot give themselves a role', async () => {
    const me = await signedIn(home, 'alone');
    const list = await home.as(me.cookie, 'GET', '/api/v1/people');
    expect(list.body.items.map(({ id }: { id: string }) => id)).toEqual([me.id]);
    const other = (await home.owner.ask('POST', '/api/v1/people', { callsign: 'hidden' })).body.id;
    expect((await home.as(me.cookie, 'GET', `/api/v1/people/${other}`)).status).toBe(404);
    expect((await home.as(me.cookie, 'PATCH', '/api/v1/me/person', { roles: ['owner'] })).status).toBe(422);
    expect((await home.as(me.cookie, 'PATCH', '/api/v1/me/person', { firstName: 'Al' })).body.firstName).toBe('Al');
  });

  test('somebody with an account elsewhere is invited, not taken; only they change their account', async () => {
    const phone = nextNumber();
    const there = await newOrganization(database.database);
    await createPerson(there, { callsign: 'wanderer', phone });
    const invited = await home.owner.ask('POST', '/api/v1/people', { callsign: 'wanderer', phone });
    expect(invited.body.status).toBe('invited');
    const path = `/api/v1/people/${invited.body.id}`;
    expect((await home.owner.ask('PUT', `${path}/password`, { password: PASSWORD })).body.code).toBe('person.shared');
    expect((await home.owner.ask('PATCH', path, { email: 'thief@example.com' })).body.code).toBe('person.shared');
    const [user] = await orm().select().from(users).where(eq(users.phone, phone));
    const places = await orm()
      .select()
      .from(memberships)
      .where(eq(memberships.userId, user?.id ?? ''));
    expect(places.map(({ status }) => status).sort()).toEqual(['active', 'invited']);
  });

  test('a role of the organization’s own is data: it grants, changes at once, and is deleted when nobody holds it', async () => {
    const { ask } = home.owner;
    const role = { name: 'Night', permissions: [{ permission: 'identity.role.read' }] };
    expect((await ask('PUT', '/api/v1/roles/owner', role)).body.code).toBe('role.system');
    expect((await ask('PUT', '/api/v1/roles/night', role)).status).toBe(200);
    const person = await signedIn(home, 'nightowl', ['night']);
    expect((await home.as(person.cookie, 'GET', '/api/v1/roles')).status).toBe(200);
    await ask('PUT', '/api/v1/roles/night', { name: 'Night', permissions: [] });
    expect((await home.as(person.cookie, 'GET', '/api/v1/roles')).status).toBe(403);
    expect((await ask('DELETE', '/api/v1/roles/night')).body.code).toBe('role.in_use');
    await ask('PUT', `/api/v1/people/${person.id}/roles`, { roles: [] });
    expect((await ask('DELETE', '/api/v1/roles/night')).status).toBe(204);
    expect((await ask('POST', '/api/v1/people', { callsign: 'late', roles: ['night'] })).body.code).toBe(
      'role.unknown',
    );
  });
});

describe('teams', () => {
  test('a founder owns, hands over and becomes a guest; outsiders see no team', async () => {
    const { ask } = home.owner;
    const founder = await signedIn(home, 'founder', ['owner']);
    const mate = await signedIn(home, 'mate');
    const stranger = await signedIn(home, 'stranger');
    const made = await home.as(founder.cookie, 'POST', '/api/v1/teams', { name: 'Field' });
    const path = `/api/v1/teams/${made.body.id}`;
    expect((await ask('POST', '/api/v1/teams', { name: 'FIELD' })).body.code).toBe('team.exists');
    await home.as(founder.cookie, 'PUT', `${path}/members`, { person: 'mate', role: 'developer' });
    expect((await home.as(mate.cookie, 'GET', path)).body.members).toHaveLength(2);
    expect((await home.as(mate.cookie, 'PUT', path, { name: 'Mine' })).status).toBe(403);
    expect((await home.as(stranger.cookie, 'GET', path)).status).toBe(403);
    expect((await ask('DELETE', `${path}/members/founder`)).body.code).toBe('team.owner');
    const handed = await home.as(founder.cookie, 'PUT', `${path}/members`, { person: 'mate', role: 'owner' });
    expect(
      Object.fromEntries(handed.body.members.map((m: { callsign: string; role: string }) => [m.callsign, m.role])),
    ).toEqual({ founder: 'guest', mate: 'owner' });
    expect((await home.as(mate.cookie, 'PUT', path, { name: 'Mine' })).body.name).toBe('Mine');
    expect((await home.as(mate.cookie, 'DELETE', path)).status).toBe(403);
    expect((await ask('DELETE', path)).status).toBe(204);
  });
});

describe('settings', () => {
  test('the nearest value counts; types and scopes are checked; a team of another organization is out of reach', async () => {
    const { ask } = home.owner;
    const me = await signedIn(home, 'tuner');
    const theme = async (cookie: string) =>
      (await home.as(cookie, 'GET', '/api/v1/settings')).body.items.find(
        ({ key }: { key: string }) => key === 'console.theme',
      );
    expect(await theme(me.cookie)).toMatchObject({ value: 'system', source: 'default' });
    await ask('PUT', '/api/v1/settings/console.theme', { scope: 'organization', value: 'dark' });
    expect(await theme(me.cookie)).toMatchObject({ value: 'dark', source: 'organization' });
    await home.as(me.cookie, 'PUT', '/api/v1/settings/console.theme', { scope: 'user', value: 'light' });
    expect(await theme(me.cookie)).toMatchObject({ value: 'light', source: 'user' });
    await home.as(me.cookie, 'DELETE', '/api/v1/settings/console.theme?scope=user');
    expect(await theme(me.cookie)).toMatchObject({ value: 'dark' });
    const refused = [
      await ask('PUT', '/api/v1/settings/console.theme', { scope: 'organization', value: 'pink' }),
      await ask('PUT', '/api/v1/settings/console.theme', { scope: 'team', value: 'dark' }),
      await ask('PUT', '/api/v1/settings/console.colour', { scope: 'user', value: 1 }),
      await home.as(me.cookie, 'PUT', '/api/v1/settings/console.theme', { scope: 'organization', value: 'dark' }),
      await ask('PUT', '/api/v1/settings/retention.audit_days', { scope: 'platform', value: 30 }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([422, 422, 404, 403, 403]);
    const other = await house(database);
    const theirs = await other.owner.ask('POST', '/api/v1/teams', { name: 'Theirs' });
    const across = { scope: 'team', team: theirs.body.id, value: 'x' };
    expect((await ask('PUT', '/api/v1/settings/transfers.default_queue', across)).status).toBe(404);
  });
});

async function newContextWith(patterns: readonly string[]) {
  const { checkOf } = await import('../../../src/identity/permissions.ts');
  const authority = { grants: patterns.map((permission) => ({ permission, scope: 'all' as const })) };
  const { organizationId } = home.context;
  return home.context.as({
    organizationId,
    actor: { kind: 'api_key', id: null, name: 'clerk' },
    can: checkOf(authority),
  });
}
