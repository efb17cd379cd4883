import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyOrganizationFile, exportOrganization, readOrganizationFile } from '../../../src/configuration/index.ts';
import { Context } from '../../../src/db/context.ts';
import { planVersions } from '../../../src/db/schema/index.ts';
import { createSecretBox } from '../../../src/platform/secrets.ts';
import { compile } from '../../../src/routing/index.ts';
import { importHolidays, previewBusinessHours, setHoursOverride } from '../../../src/voice/index.ts';
import { switchNightMode } from '../../../src/voice/night-mode.ts';
import { readDocument } from '../../../src/voice/plan/document.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db?.close());

/** Wednesday noon in New York. */
const NOON = new Date('2026-11-18T17:00:00Z');

const text = (slug: string) => `
organization: { slug: ${slug}, name: Test, timezone: America/New_York }
extensions: [{ number: "101" }]
businessHours:
  - name: office
    weekly: { wednesday: ["09:00-17:30"] }
    exceptions:
      - { date: "12-25", name: Christmas, closed: true }
      - { from: "2026-12-28", to: "2027-01-02", name: Holidays, ranges: ["10:00-12:00"] }
    open: extension:101
  - { name: lab, open: extension:101, status: inactive }
`;

async function organization(slug: string, clock = { now: () => NOON }): Promise<Context> {
  const authority = {
    db: db.database.orm,
    actor: { kind: 'system', id: null, name: 'test' } as const,
    can: () => true,
    clock,
    secrets: createSecretBox(['test']),
  };
  const read = readOrganizationFile(text(slug));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const { organizationId } = await applyOrganizationFile(authority, read.value);
  return new Context({ ...authority, organizationId });
}

const versions = async (context: Context) =>
  (await db.database.orm.select().from(planVersions).where(eq(planVersions.organizationId, context.organizationId)))
    .length;

describe('switching hours by hand', () => {
  test('closes at once, in a plan of its own, until it is cleared', async () => {
    const context = await organization('switched');
    const before = await versions(context);
    expect(await previewBusinessHours(context, 'office', NOON)).toMatchObject({
      open: true,
      target: 'extension:101',
      changesAt: '2026-11-18T22:30:00.000Z',
      override: null,
    });
    await setHoursOverride(context, 'office', { state: 'closed' });
    expect(await versions(context)).toBe(before + 1);
    expect(await previewBusinessHours(context, 'office', NOON)).toMatchObject({
      open: false,
      target: 'hangup',
      changesAt: null,
      override: { state: 'closed' },
    });
    await setHoursOverride(context, 'office', undefined);
    expect(await previewBusinessHours(context, 'office', NOON)).toMatchObject({ open: true });
  });

  test('until an instant holds until then, to the second', async () => {
    const context = await organization('until');
    await setHoursOverride(context, 'office', { state: 'closed', until: '2026-11-18T13:00:00-05:00' });
    const at = (instant: string) => previewBusinessHours(context, 'office', new Date(instant));
    expect(await at('2026-11-18T17:59:59Z')).toMatchObject({ open: false, changesAt: '2026-11-18T18:00:00.000Z' });
    expect(await at('2026-11-18T18:00:00Z')).toMatchObject({ open: true });
  });

  test('that has run out is no longer in the plan', async () => {
    let now = NOON;
    const context = await organization('over', { now: () => now });
    await setHoursOverride(context, 'office', { state: 'open', until: '2026-11-18T18:00:00Z' });
    expect((await readDocument(context)).hoursOverrides).toHaveLength(1);
    now = new Date('2026-11-18T18:00:00Z');
    expect((await readDocument(context)).hoursOverrides).toEqual([]);
  });

  test('outlives applying the file again, and is not in the export', async () => {
    const context = await organization('applied');
    await setHoursOverride(context, 'office', { state: 'closed' });
    await organization('applied');
    const plan = compile(await readDocument(context));
    expect(plan.businessHours.get('office')?.override).toMatchObject({ state: 'closed' });
    expect(await exportOrganization(context)).not.toContain('override');
  });

  test('of all schedules at once is what the night switch does', async () => {
    const context = await organization('night');
    await switchNightMode(context, ['office', 'lab'], true);
    expect((await readDocument(context)).hoursOverrides).toMatchObject([
      { schedule: 'lab', state: 'closed' },
      { schedule: 'office', state: 'closed' },
    ]);
    await switchNightMode(context, ['office', 'lab'], false);
    expect((await readDocument(context)).hoursOverrides).toEqual([]);
  });

  test('of what is not there, or until an instant that has passed, is refused', async () => {
    const context = await organization('refused');
    await expect(setHoursOverride(context, 'nowhere', { state: 'open' })).rejects.toMatchObject({
      code: 'business_hours.missing',
    });
    await expect(
      setHoursOverride(context, 'office', { state: 'open', until: '2026-11-18T16:59:59Z' }),
    ).rejects.toMatchObject({ code: 'validation.failed' });
  });
});

test('spans, days of every year and the status survive apply and export', async () => {
  const context = await organization('survives');
  const exported = await exportOrganization(context);
  const read = readOrganizationFile(exported);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const { changes } = await applyOrganizationFile(
    {
      db: db.database.orm,
      actor: context.actor,
      can: () => true,
      clock: context.clock,
      secrets: createSecretBox(['test']),
    },
    read.value,
  );
  expect(changes).toEqual([]);
  expect(read.value.sections.businessHours).toMatchObject([
    { name: 'lab', status: 'inactive' },
    { exceptions: [{ date: '12-25' }, { from: '2026-12-28', to: '2027-01-02' }] },
  ]);
});

describe('holidays of a calendar file', () => {
  const calendar = (...events: readonly (readonly [day: string, name: string])[]) =>
    JSON.stringify(events.map(([date, localName]) => ({ date, localName })));
  const CALENDAR = calendar(
    ['2026-01-01', 'New Year'],
    ['2026-12-25', 'Christmas'],
    ['2026-12-28', 'A day between'],
    ['2027-07-05', 'Independence Day'],
  );

  test('close the schedule, leave what it says already, and change nothing the second time', async () => {
    const context = await organization('holidays');
    const before = await versions(context);
    const input = { calendar: CALENDAR, dryRun: false };
    expect(await importHolidays(context, 'office', { ...input, dryRun: true })).toMatchObject({
      added: [{ date: '2027-07-05' }],
    });
    expect(await versions(context)).toBe(before);
    expect(await importHolidays(context, 'office', input)).toEqual({
      added: [{ date: '2027-07-05', name: 'Independence Day' }],
      known: [
        { date: '2026-12-25', name: 'Christmas' },
        { date: '2026-12-28', name: 'A day between' },
      ],
      past: 1,
      refused: [],
    });
    expect(await versions(context)).toBe(before + 1);
    expect(await importHolidays(context, 'office', input)).toMatchObject({ added: [], past: 1 });
    expect(await versions(context)).toBe(before + 1);
    const hours = compile(await readDocument(context)).businessHours.get('office');
    expect(hours?.exceptions.map(({ name }) => name)).toEqual(['Christmas', 'Holidays', 'Independence Day']);
  });

  test('may be picked by their names', async () => {
    const context = await organization('picked');
    const input = { calendar: calendar(['2027-05-01', 'May Day'], ['2027-05-08', 'Peace']), dryRun: false };
    expect(await importHolidays(context, 'office', { ...input, only: ['peace'] })).toMatchObject({
      added: [{ date: '2027-05-08' }],
    });
  });

  test('of a schedule that is not there are refused', async () => {
    const context = await organization('no-schedule');
    await expect(importHolidays(context, 'nowhere', { calendar: '[]', dryRun: false })).rejects.toMatchObject({
      kind: 'missing',
    });
  });
});
