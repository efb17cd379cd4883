import { readFileSync } from 'node:fs';
import { eq } from 'drizzle-orm';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyOrganizationFile, exportOrganization, readOrganizationFile } from '../../../src/configuration/index.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { Context } from '../../../src/db/context.ts';
import { createResource, deleteResource, patchResource, type Resource } from '../../../src/db/resource.ts';
import { auditEvents, organizations, planVersions } from '../../../src/db/schema/index.ts';
import { createSecretBox } from '../../../src/platform/secrets.ts';
import { voiceResources } from '../../../src/voice/index.ts';
import { loadSnapshots } from '../../../src/voice/plan/load.ts';
import { createPlanStore } from '../../../src/voice/plan/plan-store.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

const FIXTURE = readFileSync(new URL('../../fixtures/acme.yaml', import.meta.url), 'utf8');
const secrets = createSecretBox(['test']);

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db?.close());

/** The fixture as another organization, so that tests do not meet. */
function fileOf(slug: string, change: (text: string) => string = (text) => text) {
  const text = change(
    FIXTURE.replace(/slug: [a-z]+/, `slug: ${slug}`)
      .replace(/domain: [a-z.]+/, `domain: ${slug}.cloudonix.net`)
      .replace(/webhookToken: \S+/, `webhookToken: ${slug}-webhook-token`),
  );
  const read = readOrganizationFile(text);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

const authority = () => ({
  db: db.database.orm,
  actor: { kind: 'system', id: null, name: 'test' } as const,
  can: () => true,
  clock: systemClock,
  secrets,
});

const contextOf = (organizationId: string) => new Context({ ...authority(), organizationId });

function resourceOf(section: string): Resource {
  const found = voiceResources.find((resource) => resource.section === section);
  if (found === undefined) throw new Error(section);
  return found;
}

const versionsOf = (organizationId: string) =>
  db.database.orm.select().from(planVersions).where(eq(planVersions.organizationId, organizationId));

describe('apply and export', () => {
  test('applying creates everything, and applying again changes nothing', async () => {
    const first = await applyOrganizationFile(authority(), fileOf('twice'));
    expect(first.changes.length).toBeGreaterThan(20);
    expect(first.changes.every(({ action }) => action === 'create')).toBe(true);
    const again = await applyOrganizationFile(authority(), fileOf('twice'));
    expect(again.changes).toEqual([]);
    expect(await versionsOf(first.organizationId)).toHaveLength(1);
  });

  test('apply(export(x)) changes nothing, secrets included', async () => {
    const { organizationId } = await applyOrganizationFile(authority(), fileOf('round'));
    const text = await exportOrganization(contextOf(organizationId));
    expect(text).toContain('round-webhook-token');
    const read = readOrganizationFile(text);
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    expect((await applyOrganizationFile(authority(), read.value)).changes).toEqual([]);
  });

  test('a room asks who speaks as long as the file says so', async () => {
    const asking = (text: string) =>
      text.replace(/(conferenceRooms:[^}]*maxParticipants: 10,)/, '$1 talkDetection: quick,');
    const { organizationId } = await applyOrganizationFile(authority(), fileOf('asks', asking));
    const exported = async () => await exportOrganization(contextOf(organizationId));
    expect(await exported()).toContain('talkDetection: "quick"');
    expect((await applyOrganizationFile(authority(), fileOf('asks', asking))).changes).toEqual([]);
    await applyOrganizationFile(authority(), fileOf('asks'));
    expect(await exported()).not.toContain('talkDetection');
  });

  test('roles of the organization’s own stand in the file; a file without them takes none away', async () => {
    const withRoles = (text: string) => `${text}
roles:
  - { key: night_shift, name: Night shift, color: "#1f77b4", permissions: [voice.call.read, { permission: "sms.message.*", scope: own }] }
  - { key: auditor, name: Auditor, permissions: [identity.audit.read] }
`;
    const first = await applyOrganizationFile(authority(), fileOf('roles', withRoles));
    expect(first.changes.filter(({ section }) => section === 'roles').map(({ object }) => object)).toEqual([
      'role night_shift',
      'role auditor',
    ]);
    expect((await applyOrganizationFile(authority(), fileOf('roles', withRoles))).changes).toEqual([]);
    expect((await applyOrganizationFile(authority(), fileOf('roles'))).changes).toEqual([]);
    const read = readOrganizationFile(await exportOrganization(contextOf(first.organizationId)));
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    expect(read.value.roles?.map(({ key }) => key).sort()).toEqual(['auditor', 'night_shift']);
    expect((await applyOrganizationFile(authority(), read.value)).changes).toEqual([]);
    const fewer = fileOf(
      'roles',
      (text) => `${text}\nroles: [{ key: auditor, name: Audit, permissions: [identity.audit.read] }]`,
    );
    expect((await applyOrganizationFile(authority(), fewer)).changes).toEqual([
      { action: 'change', section: 'roles', object: 'role auditor', key: 'auditor' },
      { action: 'delete', section: 'roles', object: 'role night_shift', key: 'night_shift' },
    ]);
  });

  test('nobody gives by a file what they do not hold, nor changes what comes with the program', async () => {
    const clerk = { ...authority(), can: (permission: string) => permission !== 'identity.audit.read' };
    const role = (key: string) => (text: string) =>
      `${text}\nroles: [{ key: ${key}, name: X, permissions: [identity.audit.read] }]`;
    await expect(applyOrganizationFile(clerk, fileOf('greedy', role('auditor')))).rejects.toMatchObject({
      code: 'access.escalation',
    });
    await expect(applyOrganizationFile(authority(), fileOf('greedy', role('owner')))).rejects.toMatchObject({
      code: 'role.system',
    });
  });

  test('a dry run tells the same and changes nothing', async () => {
    const dry = await applyOrganizationFile(authority(), fileOf('dry'), { dryRun: true });
    const rows = await db.database.orm.select().from(organizations).where(eq(organizations.slug, 'dry'));
    expect(rows).toEqual([]);
    const real = await applyOrganizationFile(authority(), fileOf('dry'));
    expect(real.changes).toEqual(dry.changes);
  });

  test('a failing apply leaves the organization as it was', async () => {
    await applyOrganizationFile(authority(), fileOf('first'));
    const { organizationId } = await applyOrganizationFile(authority(), fileOf('second'));
    const before = await exportOrganization(contextOf(organizationId));
    // The domain belongs to the first organization; everything before that in the file is already written by then.
    const stealing = fileOf('second', (text) => text.replace('second.cloudonix.net', 'first.cloudonix.net'));
    const widened = { ...stealing, organization: { ...stealing.organization, name: 'Renamed' } };
    await expect(applyOrganizationFile(authority(), widened)).rejects.toMatchObject({
      code: 'cloudonix_settings.taken',
    });
    expect(await exportOrganization(contextOf(organizationId))).toBe(before);
  });

  test('objects that disappear from the file are deleted, also when they pointed at each other', async () => {
    const { organizationId } = await applyOrganizationFile(authority(), fileOf('shrink'));
    const small = readOrganizationFile(
      'organization: { slug: shrink, name: Small, timezone: UTC }\ncloudonix: { domain: shrink.cloudonix.net, requestsApiKey: abcdefgh, webhookToken: shrink-webhook-token }\n',
    );
    if (!small.ok) throw new Error(JSON.stringify(small.problems));
    const { changes } = await applyOrganizationFile(authority(), small.value);
    expect(changes.filter(({ action }) => action === 'delete').length).toBeGreaterThan(20);
    expect(await exportOrganization(contextOf(organizationId))).not.toContain('ringGroups');
  });
});

describe('changing a voice object', () => {
  test('publishes a new plan version in the same transaction, with an audit row', async () => {
    const { organizationId } = await applyOrganizationFile(authority(), fileOf('publish'));
    const context = contextOf(organizationId);
    await patchResource(context, resourceOf('ringGroups'), 'sales', { timeoutSeconds: 33 });
    const [snapshot] = await loadSnapshots(db.database.orm, secrets, [organizationId]);
    expect(snapshot?.version).toBe(2);
    expect(snapshot?.document.ringGroups.find(({ name }) => name === 'sales')?.timeoutSeconds).toBe(33);
    const audit = await db.database.orm
      .select()
      .from(auditEvents)
      .where(eq(auditEvents.organizationId, organizationId));
    expect(audit.some(({ action }) => action === 'voice.ring_group.change')).toBe(true);
  });

  test('that would break calls is refused and leaves no trace', async () => {
    const { organizationId } = await applyOrganizationFile(authority(), fileOf('refuse'));
    const context = contextOf(organizationId);
    const change = patchResource(context, resourceOf('numbers'), '+16465550101', { routeTo: 'ring_group:gone' });
    await expect(change).rejects.toMatchObject({ code: 'plan.invalid' });
    expect(await versionsOf(organizationId)).toHaveLength(1);
  });

  test('deleting what is in use is refused and names the users', async () => {
    const { organizationId } = await applyOrganizationFile(authority(), fileOf('inuse'));
    const deletion = deleteResource(contextOf(organizationId), resourceOf('ringGroups'), 'sales');
    await expect(deletion).rejects.toMatchObject({ code: 'ring_group.in_use' });
    await deletion.catch((error: { detail: string }) => {
      expect(error.detail).toContain('number +16465550101');
      expect(error.detail).toContain('extension 600');
    });
  });

  test('a PIN never stands in the published document, and comes back when the plan is loaded', async () => {
    const { organizationId } = await applyOrganizationFile(authority(), fileOf('sealed'));
    const [version] = await versionsOf(organizationId);
    const [snapshot] = await loadSnapshots(db.database.orm, secrets, [organizationId]);
    const pin = snapshot?.document.conferenceRooms[0]?.pin ?? 'missing';
    expect(pin).toMatch(/^[0-9]{4,}$/);
    expect(JSON.stringify(version?.document)).not.toContain(`"${pin}"`);
    expect(Buffer.from(version?.sealedSecrets ?? []).toString('latin1')).not.toContain(pin);
  });

  test('two changes at once both end up in the plan', async () => {
    const { organizationId } = await applyOrganizationFile(authority(), fileOf('race'));
    const context = contextOf(organizationId);
    await Promise.all([
      createResource(context, resourceOf('extensions'), { number: '201', name: 'One' }),
      createResource(context, resourceOf('extensions'), { number: '202', name: 'Two' }),
    ]);
    const [snapshot] = await loadSnapshots(db.database.orm, secrets, [organizationId]);
    const numbers = snapshot?.document.extensions.map(({ number }) => number);
    expect(numbers).toEqual(expect.arrayContaining(['201', '202']));
  });

  test('memory follows a change without ever being empty', async () => {
    const { organizationId } = await applyOrganizationFile(authority(), fileOf('memory'));
    const store = await createPlanStore({ database: db.database, secrets, log: pino({ level: 'silent' }) });
    try {
      expect(await store.byDomain('memory.cloudonix.net')).toMatchObject({ planVersion: 1 });
      const change = createResource(contextOf(organizationId), resourceOf('extensions'), { number: '301' });
      expect(await store.byDomain('memory.cloudonix.net')).toBeDefined();
      await change;
      await store.refresh();
      expect(await store.byDomain('memory.cloudonix.net')).toMatchObject({ planVersion: 2 });
    } finally {
      await store.close();
    }
  });
});
