import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Context } from '../../../src/db/context.ts';
import { auditEvents, calls, extensions } from '../../../src/db/schema/index.ts';
import {
  type CloudonixDeps,
  changeCloudonixSettings,
  checkCloudonix,
  coachCall,
  disconnectCall,
  putCloudonixSettings,
  readCloudonixSettings,
  readPhoneCredentials,
  syncCloudonix,
  transferCall,
  validateCloudonix,
  viewCloudonixSettings,
} from '../../../src/voice/index.ts';
import { CLOUDONIX_KEY, type CloudonixApi, newDomain, startCloudonixApi } from '../../support/cloudonix-api.ts';
import { newOrganization, openTestDatabase, type TestDatabase } from '../../support/database.ts';

let db: TestDatabase;
let cloudonix: CloudonixApi;

beforeAll(async () => {
  db = await openTestDatabase();
  cloudonix = await startCloudonixApi([]);
});
afterAll(async () => {
  await cloudonix?.close();
  await db?.close();
});

const deps = (): CloudonixDeps => ({
  apiUrl: cloudonix.url,
  publicUrl: () => 'https://pbx.example.com',
  continuationKey: new Uint8Array(32),
  fetch,
  sleep: async () => {},
  random: () => 0.5,
});

/** An organization with a domain, a phone and a call that is on. */
async function scene(can: (permission: string) => boolean = () => true) {
  const owner = await newOrganization(db.database);
  const domain = `${owner.organizationId}.cloudonix.net`;
  const there = newDomain(domain);
  cloudonix.state.set(domain, there);
  await putCloudonixSettings(owner, {
    domain,
    requestsApiKey: 'requests-key',
    webhookToken: `token-${owner.organizationId}`,
    apiKey: CLOUDONIX_KEY,
    noAnswerTimeoutSeconds: 30,
  });
  await owner.db.insert(extensions).values({ organizationId: owner.organizationId, number: '101', type: 'user' });
  const token = owner.organizationId.replaceAll('-', '');
  there.sessions.set(token, { token });
  const [call] = await owner.db
    .insert(calls)
    .values({
      organizationId: owner.organizationId,
      token,
      direction: 'inbound',
      fromNumber: '+13125550150',
      toNumber: '+16465550100',
      status: 'answered',
      startedAt: new Date(),
    })
    .returning({ id: calls.id });
  const context = new Context({
    db: owner.db,
    organizationId: owner.organizationId,
    actor: { kind: 'api_key', id: null, name: 'supervisor' },
    can,
    clock: owner.clock,
    secrets: owner.secrets,
  });
  return { context, there, token, id: call?.id ?? '' };
}

const deedsOf = async ({ db: orm, organizationId }: Context) =>
  (
    await orm
      .select({ action: auditEvents.action, actor: auditEvents.actorName, after: auditEvents.after })
      .from(auditEvents)
      .where(and(eq(auditEvents.organizationId, organizationId), eq(auditEvents.actorName, 'supervisor')))
  ).map(({ action }) => action);

describe('each deed is in the audit with who did it', () => {
  test.each<[string, (context: Context, id: string) => Promise<unknown>]>([
    ['voice.call.disconnect', (context, id) => disconnectCall(context, deps(), id)],
    ['voice.call.transfer', (context, id) => transferCall(context, deps(), id, { target: 'extension:101' })],
    ['voice.call.listen', (context, id) => coachCall(context, deps(), id, coaching('listen'))],
    ['voice.call.whisper', (context, id) => coachCall(context, deps(), id, coaching('whisper'))],
    ['voice.call.barge', (context, id) => coachCall(context, deps(), id, coaching('barge'))],
    ['voice.cloudonix.sync', (context) => syncCloudonix(context, deps(), { dryRun: false, numbers: false })],
  ])('%s', async (action, deed) => {
    const { context, id } = await scene();
    await deed(context, id);
    expect(await deedsOf(context)).toEqual([action]);
  });

  test('reading the password of a phone', async () => {
    const { context } = await scene();
    await syncCloudonix(context, deps(), { dryRun: false, numbers: false });
    await readPhoneCredentials(context, '101');
    expect(await deedsOf(context)).toEqual(['voice.cloudonix.sync', 'voice.phone_credentials.read']);
  });

  test('what Cloudonix refuses leaves no deed', async () => {
    const { context, id } = await scene();
    cloudonix.faults.push({ kind: 'status', status: 403 });
    await expect(disconnectCall(context, deps(), id)).rejects.toMatchObject({ code: 'cloudonix.key_scope' });
    expect(await deedsOf(context)).toEqual([]);
  });
});

describe('nobody without the permission', () => {
  const refused = { code: 'access.forbidden' };

  test.each<[string, (context: Context, id: string) => Promise<unknown>]>([
    ['ends a call', (context, id) => disconnectCall(context, deps(), id)],
    ['moves a call', (context, id) => transferCall(context, deps(), id, { target: 'hangup' })],
    ['hears a call', (context, id) => coachCall(context, deps(), id, coaching('listen'))],
    ['checks', (context) => checkCloudonix(context, deps())],
    ['syncs', (context) => syncCloudonix(context, deps(), { dryRun: true, numbers: false })],
    ['sees the password of a phone', (context) => readPhoneCredentials(context, '101')],
  ])('%s', async (_, deed) => {
    const { context, id } = await scene(() => false);
    const before = cloudonix.requests.length;
    await expect(deed(context, id)).rejects.toMatchObject(refused);
    expect(cloudonix.requests).toHaveLength(before);
  });

  test('one who may end calls need not be one who may read settings', async () => {
    const { context, there, token, id } = await scene((permission) => permission === 'voice.call.disconnect');
    await disconnectCall(context, deps(), id);
    expect(there.sessions.has(token)).toBe(false);
  });

  test('reaches a call of another organization', async () => {
    const mine = await scene();
    const theirs = await scene();
    for (const name of [theirs.id, theirs.token]) {
      await expect(disconnectCall(mine.context, deps(), name)).rejects.toMatchObject({ code: 'call.missing' });
    }
    expect(theirs.there.sessions.has(theirs.token)).toBe(true);
  });
});

test('a call that ended while somebody moved it is told as ended', async () => {
  const { context, there, token, id } = await scene();
  there.sessions.delete(token);
  await expect(transferCall(context, deps(), id, { target: 'hangup' })).rejects.toMatchObject({ code: 'call.ended' });
});

test('without an API key Cloudonix is not asked, and the way to one is told', async () => {
  const context = await newOrganization(db.database);
  await expect(checkCloudonix(context, deps())).rejects.toMatchObject({ code: 'cloudonix.not_set' });
  await putCloudonixSettings(context, {
    domain: `nokey-${context.organizationId}.cloudonix.net`,
    requestsApiKey: 'requests-key',
    webhookToken: `nokey-${context.organizationId}`,
    noAnswerTimeoutSeconds: 30,
  });
  await expect(checkCloudonix(context, deps())).rejects.toMatchObject({ code: 'cloudonix.api_key_missing' });
});

function coaching(mode: 'listen' | 'whisper' | 'barge') {
  return { mode, extension: '101', whisperTo: 'callee' } as const;
}

describe('settings over the API', () => {
  test('secrets are made once, kept by later changes, and never shown', async () => {
    const context = await newOrganization(db.database);
    const domain = `new-${context.organizationId}.cloudonix.net`;
    expect(await viewCloudonixSettings(context, deps())).toMatchObject({ domain: null, hasApiKey: false });
    await changeCloudonixSettings(context, deps(), { domain, apiKey: CLOUDONIX_KEY });
    const first = await readCloudonixSettings(context);
    expect([first?.requestsApiKey.length, first?.webhookToken.length]).toEqual([43, 43]);
    const view = await changeCloudonixSettings(context, deps(), { domain, noAnswerTimeoutSeconds: 25 });
    expect(await readCloudonixSettings(context)).toEqual({ ...first, noAnswerTimeoutSeconds: 25 });
    expect(view).toEqual({
      domain,
      noAnswerTimeoutSeconds: 25,
      hasApiKey: true,
      voiceUrl: 'https://pbx.example.com/webhooks/cloudonix/voice',
    });
  });

  test('a domain and a key are tried before they are stored', async () => {
    const { context } = await scene();
    const there = newDomain('try.cloudonix.net');
    there.domain.profile = { 'call-timeout': 35, 'recording-media-type': 'mp3' };
    cloudonix.state.set('try.cloudonix.net', there);
    const tried = (apiKey: string, domain = 'try.cloudonix.net') =>
      validateCloudonix(context, deps(), { domain, apiKey });
    expect(await tried(CLOUDONIX_KEY)).toEqual({
      valid: true,
      reason: null,
      domain: 'try.cloudonix.net',
      noAnswerTimeoutSeconds: 35,
      recordingFormat: 'mp3',
    });
    expect(await tried('XIwrong')).toMatchObject({ valid: false, reason: expect.stringContaining('domain key') });
    expect(await tried(CLOUDONIX_KEY, 'no.cloudonix.net')).toMatchObject({ valid: false });
    there.domain.active = false;
    expect(await tried(CLOUDONIX_KEY)).toMatchObject({ valid: false, reason: expect.stringContaining('inactive') });
  });
});
