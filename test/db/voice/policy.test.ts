import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { applyOrganizationFile, exportOrganization, readOrganizationFile } from '../../../src/configuration/index.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { Context } from '../../../src/db/context.ts';
import { auditEvents, businessHoursOverrides, planVersions } from '../../../src/db/schema/index.ts';
import { createSecretBox } from '../../../src/platform/secrets.ts';
import { compile, decide } from '../../../src/routing/index.ts';
import { createInquiries, putVoicePolicy, readVoicePolicy } from '../../../src/voice/index.ts';
import { loadSnapshots } from '../../../src/voice/plan/load.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

const secrets = createSecretBox(['test']);
let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db?.close());

const authority = () => ({
  db: db.database.orm,
  actor: { kind: 'system', id: null, name: 'test' } as const,
  can: () => true,
  clock: systemClock,
  secrets,
});

const fileOf = (slug: string, voice = '') => `
organization: { slug: ${slug}, name: 'Acme & <Söhne> "🙂"', timezone: America/New_York }
cloudonix: { domain: ${slug}.cloudonix.net, requestsApiKey: key-${slug}, webhookToken: token-${slug}, noAnswerTimeoutSeconds: 45 }
${voice}
extensions:
  - number: "101"
    user: alma
    name: "Al\\u202Ema & <b> \\"x\\" 🙂"
    callerId: "+16465550100"
    ringTimeoutSeconds: 12
    onBusy: extension:102
    onNoAnswer: extension:102
    onOffline: custom_logic:crm
    outbound: national
    outboundLimits: { callsPerHour: 10, minutesPerDay: 60 }
    recording: none
  - { number: "102", doNotDisturb: true }
  - { number: "650", type: custom_logic, target: "custom_logic:crm" }
  - { number: "651", type: queue }
numbers:
  - { number: "+16465550100", routeTo: "extension:101", callerNamePrefix: "Sales & Co" }
businessHours:
  - { name: office, open: "extension:101", weekly: { monday: ["09:00-17:00"] } }
  - { name: shop, open: "extension:101", weekly: { monday: ["09:00-17:00"] } }
customLogic:
  - { name: crm, url: "https://crm.example/route?a=1&b=2", secret: "a secret of 16+ characters", timeoutMs: 500, fallback: "extension:102" }
outboundWhitelist:
  - { prefix: "+1", trunk: us, callerId: "+16465550100", costWeight: 3 }
`;

const VOICE = `
voice:
  region: US
  callerId: "+16465550100"
  userCallerIds: { alma: "+16465550100" }
  verifiedCallerIds: ["+16465550199"]
  outbound: international
  limits: { extension: { callsPerMinute: 5 }, organization: { costPerDay: 500 } }
  recording: { mode: inbound, announcement: { say: "We record & keep." } }
  emergency: { trunk: pstn, numbers: ["3333"] }
  featureCodes: [{ code: "*60", action: night_mode, schedules: [office] }]
`;

async function applied(text: string) {
  const read = readOrganizationFile(text);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const result = await applyOrganizationFile(authority(), read.value);
  return { ...result, context: new Context({ ...authority(), organizationId: result.organizationId }) };
}

describe('the voice policy and its company', () => {
  test('come back from the database as the file said them, and applying them again changes nothing', async () => {
    const { context, changes } = await applied(fileOf('policy', VOICE));
    expect(changes.map(({ object }) => object)).toContain('voice policy');
    const exported = await exportOrganization(context);
    const again = await applied(exported);
    expect(again.changes).toEqual([]);
    const before = parse(fileOf('policy', VOICE));
    const after = parse(exported);
    const { outbound, ...decided } = before.voice;
    // What is the default anyway is not written out.
    expect(outbound).toBe('international');
    expect(after.voice).toEqual({ ...decided, recording: { ...decided.recording, announce: true } });
    const byNumber = (left: { number: string }, right: { number: string }) => (left.number < right.number ? -1 : 1);
    expect([...after.extensions].sort(byNumber)).toEqual(before.extensions);
    expect(after.numbers).toEqual(before.numbers);
    expect(after.customLogic).toEqual(before.customLogic);
    expect(after.outboundWhitelist).toEqual(before.outboundWhitelist);
  });

  test('left out of the file is the default again', async () => {
    await applied(fileOf('undone', VOICE));
    const { context, changes } = await applied(fileOf('undone', 'voice: { recording: { mode: all } }'));
    expect(changes.map(({ object }) => object)).toEqual(['voice policy']);
    expect(await readVoicePolicy(context)).toMatchObject({ recording: { mode: 'all' }, verifiedCallerIds: [] });
    expect(await exportOrganization(context)).not.toContain('pstn');
  });

  test('reach calls with the plan, the secret of an endpoint sealed beside it', async () => {
    const { organizationId } = await applied(fileOf('sealed', VOICE));
    const [version] = await db.database.orm
      .select()
      .from(planVersions)
      .where(eq(planVersions.organizationId, organizationId));
    expect(JSON.stringify(version?.document)).not.toContain('a secret of 16+');
    const [snapshot] = await loadSnapshots(db.database.orm, secrets, [organizationId]);
    const plan = snapshot === undefined ? undefined : compile(snapshot.document);
    expect(plan?.customLogic.get('crm')?.secret).toBe('a secret of 16+ characters');
    expect(plan?.voice.limits.extension).toEqual({ callsPerMinute: 5 });
  });

  test('that would break calls is refused, and nothing changes', async () => {
    const { context } = await applied(fileOf('refused'));
    const broken = { featureCodes: [{ code: '*60', action: 'night_mode', schedules: ['gone'] }] };
    await expect(putVoicePolicy(context, broken)).rejects.toMatchObject({ code: 'plan.invalid' });
    await expect(putVoicePolicy(context, { outbound: 'everywhere' })).rejects.toMatchObject({
      code: 'validation.failed',
    });
    expect((await readVoicePolicy(context)).featureCodes).toHaveLength(3);
  });

  test('needs its own permission', async () => {
    const { organizationId } = await applied(fileOf('guarded'));
    const context = new Context({
      ...authority(),
      organizationId,
      can: (permission) => permission !== 'voice.policy.write',
    });
    await expect(putVoicePolicy(context, {})).rejects.toMatchObject({ kind: 'forbidden' });
  });
});

describe('night mode by telephone', () => {
  test('closes the schedules for the next call, says who did it, and opens them again', async () => {
    const { organizationId } = await applied(fileOf('night'));
    const inquiries = createInquiries({
      contextOf: (id, name) =>
        new Context({ ...authority(), organizationId: id, actor: { kind: 'system', id: null, name } }),
      askCustomLogic: async () => ({ kind: 'failed', reason: 'not asked' }),
    });
    const asker = { organizationId, callToken: 'c', at: new Date() };
    const dial = async () => {
      const [snapshot] = await loadSnapshots(db.database.orm, secrets, [organizationId]);
      if (snapshot === undefined) throw new Error('no plan');
      const event = { callToken: 'c', from: '101', to: '*60', direction: 'subscriber' as const, overTrunk: false };
      const facts = { now: new Date(), counters: {}, random: 0 };
      const decision = decide(compile(snapshot.document), event, undefined, facts);
      if (decision.kind !== 'ask' || decision.inquiry === undefined) throw new Error('nothing was asked');
      return inquiries.find(asker, decision.inquiry);
    };
    const closed = () =>
      db.database.orm
        .select()
        .from(businessHoursOverrides)
        .where(eq(businessHoursOverrides.organizationId, organizationId));

    expect(await dial()).toEqual({ kind: 'changed' });
    expect((await closed()).map(({ schedule, state, actorName }) => [schedule, state, actorName]).sort()).toEqual([
      ['office', 'closed', 'extension 101'],
      ['shop', 'closed', 'extension 101'],
    ]);
    expect(await dial()).toEqual({ kind: 'changed' });
    expect(await closed()).toEqual([]);
    const audit = await db.database.orm
      .select()
      .from(auditEvents)
      .where(eq(auditEvents.organizationId, organizationId));
    expect(audit.filter(({ action }) => action === 'voice.business_hours.override')).toHaveLength(4);
  });
});
