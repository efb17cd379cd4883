import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  applyOrganizationFile,
  checkFile,
  comparePlans,
  exportOrganization,
  publishDraft,
  readOrganizationFile,
  rollBack,
  simulatePlan,
  simulationRequestSchema,
} from '../../../src/configuration/index.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { Context } from '../../../src/db/context.ts';
import {
  createResource,
  deleteResource,
  getResource,
  patchResource,
  type Resource,
  readForms,
} from '../../../src/db/resource.ts';
import { createSecretBox } from '../../../src/platform/secrets.ts';
import {
  changeEntries,
  deleteDraft,
  findDraft,
  getDraft,
  getPlanVersion,
  listEntries,
  listPlanVersionsOf,
  newestVersion,
  planOfVersion,
  putDraft,
  rotatePlans,
  voiceResources,
} from '../../../src/voice/index.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db?.close());

const authority = (name = 'Ada') => ({
  db: db.database.orm,
  actor: { kind: 'user', id: null, name } as const,
  can: () => true,
  clock: systemClock,
  secrets: createSecretBox(['test']),
});

function resourceOf(section: string): Resource {
  const found = voiceResources.find((resource) => resource.section === section);
  if (found === undefined) throw new Error(section);
  return found;
}

function fileOf(slug: string, more = ''): string {
  return `organization: { slug: ${slug}, name: Acme, timezone: America/New_York }
extensions:
  - { number: "101", name: Ada }
  - { number: "102", name: Bob }
numbers:
  - { number: "+12125550100", routeTo: ring_group:sales }
ringGroups:
  - { name: sales, members: ["101", "102"] }
conferenceRooms:
  - { name: daily, pin: "4321" }
${more}`;
}

/** A new organization with one published version. */
async function begin(slug: string): Promise<Context> {
  const read = readOrganizationFile(fileOf(slug));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const { organizationId } = await applyOrganizationFile(authority(), read.value);
  return new Context({ ...authority(), organizationId });
}

const planContext = (context: Context, name?: string) => ({
  ...authority(name),
  organizationId: context.organizationId,
});

describe('a draft', () => {
  test('is kept in whatever state, sealed, and changes nothing', async () => {
    const context = await begin('keeps');
    await putDraft(context, 'extensions: [');
    expect(await getDraft(context)).toMatchObject({ file: 'extensions: [', baseVersion: 1, actorName: 'Ada' });
    expect(await newestVersion(context)).toBe(1);
    await deleteDraft(context);
    expect(await findDraft(context)).toBeUndefined();
    await expect(getDraft(context)).rejects.toMatchObject({ code: 'plan_draft.missing' });
  });

  test('once published is what the objects equal, in one version that says who and why', async () => {
    const context = await begin('publishes');
    const draft = fileOf('publishes', 'voicemailBoxes: []\n')
      .replace('members: ["101", "102"]', 'members: ["102"], strategy: sequential')
      .replace('- { number: "101", name: Ada }', '- { number: "105", name: Eve }');
    await putDraft(context, draft);
    const { version, changes } = await publishDraft(planContext(context, 'Grace'), { note: 'Eve comes, Ada goes' });
    expect(version).toBe(2);
    expect(changes.map(({ action, object }) => `${action} ${object}`).sort()).toEqual([
      'change ring group sales',
      'create extension 105',
      'delete extension 101',
    ]);
    const read = readOrganizationFile(draft);
    if (!read.ok) throw new Error('the draft is not readable');
    expect(await readForms(context, resourceOf('ringGroups'))).toEqual(read.value.sections.ringGroups);
    expect(await findDraft(context)).toBeUndefined();
    expect((await listPlanVersionsOf(context, {})).items).toMatchObject([
      { version: 2, actorName: 'Grace', origin: 'draft', note: 'Eve comes, Ada goes', isCurrent: true },
      { version: 1, actorName: 'Ada', isCurrent: false },
    ]);
  });

  test('that cannot be routed is refused with every problem, and stays', async () => {
    const context = await begin('refused');
    await putDraft(context, fileOf('refused').replace('ring_group:sales', 'ring_group:gone'));
    await expect(publishDraft(planContext(context), {})).rejects.toMatchObject({
      code: 'configuration.invalid',
      problems: [{ path: 'numbers.0.routeTo', line: 6 }],
    });
    expect(await newestVersion(context)).toBe(1);
    expect(await findDraft(context)).toBeDefined();
  });

  test('that somebody overtook is refused, unless it is forced', async () => {
    const context = await begin('overtaken');
    await putDraft(context, fileOf('overtaken'));
    await createResource(context, resourceOf('extensions'), { number: '109' });
    await expect(publishDraft(planContext(context), {})).rejects.toMatchObject({ code: 'plan_draft.outdated' });
    await expect(publishDraft(planContext(context), { force: true })).resolves.toMatchObject({ version: 3 });
    await expect(getResource(context, resourceOf('extensions'), '109')).rejects.toMatchObject({ kind: 'missing' });
  });

  test('of another organization publishes nothing, in neither', async () => {
    const [ours, theirs] = [await begin('ours'), await begin('theirs')];
    await putDraft(ours, fileOf('theirs').replace('Bob', 'Mallory'));
    await expect(publishDraft(planContext(ours), {})).rejects.toMatchObject({
      code: 'configuration.other_organization',
    });
    expect(await newestVersion(theirs)).toBe(1);
  });
});

describe('plans and drafts at rest', () => {
  test('open with a new key alone, once they were sealed again', async () => {
    const context = await begin('rotates');
    await putDraft(context, fileOf('rotates'));
    const both = createSecretBox(['new', 'test']);
    expect(await rotatePlans(db.database.orm, both)).toBeGreaterThan(1);
    expect(await rotatePlans(db.database.orm, both)).toBe(0);
    const later = new Context({ ...planContext(context), secrets: createSecretBox(['new']) });
    const document = await planOfVersion(later, 1, { withSecrets: true });
    expect(document.conferenceRooms[0]?.pin).toBe('4321');
    expect((await getDraft(later)).file).toBe(fileOf('rotates'));
    await rotatePlans(db.database.orm, createSecretBox(['test', 'new']));
  });
});

describe('a version', () => {
  test('never shows a secret', async () => {
    const context = await begin('shows');
    const { document } = await getPlanVersion(context, 1);
    expect(JSON.stringify(document)).toContain('daily');
    expect(JSON.stringify(document)).not.toContain('"4321"');
    expect(JSON.stringify(await planOfVersion(context, 1, { withSecrets: false }))).not.toContain('"4321"');
    await expect(getPlanVersion(context, 9)).rejects.toMatchObject({ code: 'plan_version.missing' });
  });

  test('is compared with any other plan, object by object, secrets only named', async () => {
    const context = await begin('compares');
    await patchResource(context, resourceOf('conferenceRooms'), 'daily', { pin: '9999', maxParticipants: 50 });
    await putDraft(context, fileOf('compares').replace('name: Bob', 'name: Robert'));
    const [one, two] = [1, 2].map((version) => ({ kind: 'version', version }) as const);
    if (one === undefined || two === undefined) throw new Error('two versions');
    expect(await comparePlans(context, one, two)).toEqual([
      {
        action: 'change',
        section: 'conferenceRooms',
        object: 'conference room daily',
        fields: [
          { field: 'maxParticipants', before: 25, after: 50 },
          { field: 'pin', before: '(secret)', after: '(secret)' },
        ],
      },
    ]);
    const draft = await comparePlans(context, one, { kind: 'draft' });
    expect(draft).toMatchObject([
      { object: 'extension 102', fields: [{ field: 'name', before: 'Bob', after: 'Robert' }] },
    ]);
    expect(await comparePlans(context, two, { kind: 'current' })).toEqual([]);
  });

  test('comes back whole with a rollback, which is a version of its own', async () => {
    const context = await begin('returns');
    const before = await exportOrganization(context);
    await patchResource(context, resourceOf('numbers'), '+12125550100', { routeTo: 'hangup' });
    await deleteResource(context, resourceOf('ringGroups'), 'sales');
    await deleteResource(context, resourceOf('conferenceRooms'), 'daily');
    const { version, changes } = await rollBack(planContext(context), 1, { note: 'too early' });
    expect(version).toBe(5);
    expect(changes.map(({ action, object }) => `${action} ${object}`).sort()).toEqual([
      'change number +12125550100',
      'create conference room daily',
      'create ring group sales',
    ]);
    expect(await exportOrganization(context)).toBe(before);
    const [newest] = (await listPlanVersionsOf(context, { limit: 1 })).items;
    expect(newest).toMatchObject({ origin: 'rollback', restoredVersion: 1, note: 'too early' });
    expect(await comparePlans(context, { kind: 'version', version: 1 }, { kind: 'current' })).toEqual([]);
  });

  test('brings no old secret back: what an object has now stays, what it lost returns', async () => {
    const context = await begin('secrets');
    const rooms = resourceOf('conferenceRooms');
    const pinOf = async () => (await readForms(context, rooms))[0]?.pin;
    await patchResource(context, rooms, 'daily', { pin: '9999', maxParticipants: 50 });
    await rollBack(planContext(context), 1, {});
    expect(await pinOf()).toBe('9999');
    await patchResource(context, rooms, 'daily', { pin: null });
    await rollBack(planContext(context), 1, {});
    expect(await pinOf()).toBe('4321');
  });

  test('puts a block list that came since out of force, and keeps its numbers', async () => {
    const context = await begin('lists');
    await createResource(context, resourceOf('blockLists'), { name: 'spam', action: 'drop' });
    await changeEntries(context, 'spam', { add: ['+19005550666'] });
    const { changes } = await rollBack(planContext(context), 1, {});
    expect(changes).toMatchObject([{ action: 'change', object: 'block list spam', fields: ['status'] }]);
    expect(await readForms(context, resourceOf('blockLists'))).toMatchObject([{ name: 'spam', status: 'inactive' }]);
    await rollBack(planContext(context), 2, {});
    expect(await readForms(context, resourceOf('blockLists'))).toMatchObject([{ name: 'spam', status: 'active' }]);
    expect((await listEntries(context, 'spam', { limit: 9 })).items).toEqual([{ number: '+19005550666' }]);
  });

  test('is tried without being done', async () => {
    const context = await begin('tries');
    await patchResource(context, resourceOf('ringGroups'), 'sales', { timeoutSeconds: 99 });
    const { changes } = await rollBack(planContext(context), 1, { dryRun: true });
    expect(changes).toMatchObject([{ object: 'ring group sales', fields: ['timeoutSeconds'] }]);
    expect(await newestVersion(context)).toBe(2);
  });

  test('of the time zone alone is a version too, for the plan tells the time', async () => {
    const context = await begin('zones');
    const read = readOrganizationFile(fileOf('zones').replace('America/New_York', 'Asia/Tokyo'));
    if (!read.ok) throw new Error('unreadable');
    await applyOrganizationFile(authority(), read.value);
    expect(await planOfVersion(context, 2, { withSecrets: false })).toMatchObject({
      organization: { timezone: 'Asia/Tokyo' },
    });
    await rollBack(planContext(context), 1, {});
    expect(await exportOrganization(context)).toContain('America/New_York');
  });
});

describe('a plan that need not be published', () => {
  test('is judged with lines and ways, errors first', () => {
    const { ok, problems } = checkFile(
      fileOf(
        'judged',
        'ivrMenus:\n  - { name: main, greeting: { say: hi }, options: [{ key: "1", to: "ring_group:gone" }] }\n',
      )
        .replace('members: ["101", "102"]', 'members: ["101"], fallback: "ivr_menu:main"')
        .replace('name: Ada', 'name: Ada, status: inactive'),
    );
    expect(ok).toBe(false);
    expect(problems[0]).toEqual({
      severity: 'error',
      path: 'ivrMenus.0.options.0.to',
      line: 12,
      message: 'ring_group:gone does not exist; define it or choose another target',
      way: 'number:+12125550100 > ring_group:sales > fallback > ivr_menu:main > key 1 > ring_group:gone',
    });
    expect(problems.slice(1).every(({ severity }) => severity === 'warning')).toBe(true);
    expect(checkFile('{')).toMatchObject({ ok: false, problems: [{ severity: 'error', line: 1 }] });
  });

  test('plays a call from the draft, and nothing is recorded', async () => {
    const context = await begin('imagines');
    await putDraft(context, fileOf('imagines').replace('members: ["101", "102"]', 'members: ["102"]'));
    const request = simulationRequestSchema.parse({
      from: '+16465550150',
      to: '+12125550100',
      steps: ['dial:completed'],
    });
    const draft = await simulatePlan(context, { kind: 'draft' }, request);
    const current = await simulatePlan(context, { kind: 'current' }, request);
    expect(draft.documents[0]?.path).toEqual(['number:+12125550100', 'ring_group:sales']);
    expect(draft.documents[0]?.cxml).not.toContain('<Number>101</Number>');
    expect(current.documents[0]?.cxml).toContain('<Number>101</Number>');
    expect(await newestVersion(context)).toBe(1);
  });
});
