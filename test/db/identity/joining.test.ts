import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  auditEvents,
  callDetailRecords,
  calls,
  certificateAuthorities,
  clientCertificates,
  contactPoints,
  contacts,
  emailMessages,
  enrollments,
  messages,
  secrets,
} from '../../../src/db/schema/index.ts';
import { queueEmail } from '../../../src/deliveries/index.ts';
import {
  authenticateCertificate,
  decideByText,
  enroll,
  exportAudit,
  keepRetention,
  revocationList,
} from '../../../src/identity/index.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { cookieOf, type House, house, nextNumber, PASSWORD, signedIn } from './support.ts';

let database: TestDatabase;
let home: House;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'switchhook-certificates-'));
  database = await openTestDatabase();
  home = await house(database);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database?.close();
});

const orm = () => database.database.orm;
const MINUTE = 60_000;

const invite = async (extra: object = {}) =>
  (await home.owner.ask('POST', '/api/v1/invites', { name: 'Field team', ...extra })).body;

const joinBy = (code: string, name: string, extra: object = {}) =>
  home.as(undefined, 'POST', '/api/v1/join', { code, name, ...extra });

describe('invites', () => {
  test('a link and a QR code are shown once; paused, renewed, expired and deleted ones let nobody in', async () => {
    const made = await invite({ expiresAt: new Date(home.clock.now().getTime() + 60 * MINUTE).toISOString() });
    expect(made.url).toBe(`http://localhost:8080/join#${made.code}`);
    expect(made.qr).toContain('<svg');
    const list = await home.owner.ask('GET', '/api/v1/invites');
    expect(JSON.stringify(list.body)).not.toContain(made.code);
    const works = async (code: string) =>
      (await home.as(undefined, 'POST', '/api/v1/join/check', { code })).body.isUsable as boolean;
    const path = `/api/v1/invites/${made.id}`;
    expect(await works(made.code)).toBe(true);
    await home.owner.ask('POST', `${path}/pause`);
    expect((await home.owner.ask('POST', `${path}/pause`)).status).toBe(200);
    expect([await works(made.code), (await joinBy(made.code, 'early')).status]).toEqual([false, 403]);
    await home.owner.ask('POST', `${path}/resume`);
    expect(await works(made.code)).toBe(true);
    const renewed = (await home.owner.ask('POST', `${path}/regenerate`)).body;
    expect([await works(made.code), await works(renewed.code)]).toEqual([false, true]);
    home.clock.pass(61 * MINUTE);
    expect(await works(renewed.code)).toBe(false);
    expect((await home.owner.ask('DELETE', path)).status).toBe(204);
    expect((await home.owner.ask('POST', `${path}/resume`)).status).toBe(404);
    const deleted = await home.owner.ask('GET', '/api/v1/invites?deleted=true');
    expect(deleted.body.items.map(({ id }: { id: string }) => id)).toContain(made.id);
  });

  test('good for one: of a hundred at once exactly one gets through, and a taken name costs no use', async () => {
    await home.owner.ask('POST', '/api/v1/people', { callsign: 'occupied' });
    const made = await invite({ maxUses: 1 });
    expect((await joinBy(made.code, 'Occupied')).body.code).toBe('enrollment.name_taken');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, (_, index) => {
        const actor = { kind: 'anonymous', id: null, name: 'x', ip: `203.0.113.${index}` } as const;
        const context = home.context.as({ organizationId: home.context.organizationId, actor, can: () => false });
        return enroll(context, { code: made.code, name: `crowd ${index}` });
      }),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const [row] = (await home.owner.ask('GET', '/api/v1/invites')).body.items;
    expect(row).toMatchObject({ id: made.id, usedCount: 1 });
  });

  test('nobody invites to more than they hold, nor revives what does', async () => {
    await home.owner.ask('PUT', '/api/v1/roles/inviter', {
      name: 'Inviter',
      permissions: [{ permission: 'identity.invite.*' }, { permission: 'directory.contact.read' }],
    });
    const inviter = await signedIn(home, 'inviter', ['inviter']);
    const wish = { name: 'x', grants: { roles: ['owner'] } };
    expect((await home.as(inviter.cookie, 'POST', '/api/v1/invites', wish)).body.code).toBe('access.escalation');
    const high = await invite({ grants: { roles: ['owner'] } });
    const path = `/api/v1/invites/${high.id}`;
    expect((await home.as(inviter.cookie, 'POST', `${path}/pause`)).status).toBe(200);
    expect((await home.as(inviter.cookie, 'POST', `${path}/resume`)).body.code).toBe('access.escalation');
  });
});

describe('enrollments', () => {
  test('asked, shown, approved by code, collected once: with the roles and the team of the invite', async () => {
    const team = (await home.owner.ask('POST', '/api/v1/teams', { name: 'Newcomers' })).body;
    const { code } = await invite({ grants: { roles: ['reporter'], team: team.id } });
    const started = (await joinBy(code, 'Grace', { phone: nextNumber() })).body;
    expect(started.approveCode).toMatch(/^[A-Z2-9]{4}-[A-Z2-9]{4}$/);
    const status = async () =>
      (await home.as(undefined, 'POST', '/api/v1/join/status', { ticket: started.ticket })).body.state;
    expect(await status()).toBe('pending');
    const desk = await signedIn(home, 'doorkeeper', ['desk']);
    const found = await home.as(desk.cookie, 'POST', '/api/v1/enrollments/find', { code: started.approveCode });
    expect(found.body.name).toBe('Grace');
    const early = await home.as(undefined, 'POST', '/api/v1/join/collect', { ticket: started.ticket });
    expect(early.body.code).toBe('enrollment.not_approved');
    const typed = started.approveCode.toLowerCase().replace('-', ' ');
    const decided = await home.as(desk.cookie, 'POST', '/api/v1/enrollments/decide', {
      decision: 'approve',
      code: typed,
    });
    expect(decided.body).toMatchObject({ state: 'approved', decidedBy: 'doorkeeper', channel: 'desk' });
    expect(await status()).toBe('approved');
    const collect = () =>
      home.as(undefined, 'POST', '/api/v1/join/collect', { ticket: started.ticket, password: PASSWORD });
    const won = await collect();
    expect((await home.as(cookieOf(won), 'GET', '/api/v1/me')).body).toMatchObject({
      actor: { name: 'Grace' },
      role: 'reporter',
    });
    expect((await collect()).body.code).toBe('enrollment.collected');
    const { members } = (await home.owner.ask('GET', `/api/v1/teams/${team.id}`)).body;
    expect(members).toEqual([expect.objectContaining({ callsign: 'Grace', role: 'guest' })]);
  });

  test('pending moves on once: approved is not rejected, rejected is not approved, expired is over', async () => {
    const { code } = await invite();
    const [one, two, three] = [
      (await joinBy(code, 'first')).body,
      (await joinBy(code, 'second')).body,
      (await joinBy(code, 'third')).body,
    ];
    const act = (id: string, verb: string, body?: object) =>
      home.owner.ask('POST', `/api/v1/enrollments/${id}/${verb}`, body);
    expect((await act(one.id, 'approve')).body.state).toBe('approved');
    expect((await act(one.id, 'approve')).body.code).toBe('enrollment.decided');
    expect((await act(one.id, 'reject', { reason: 'late' })).body.code).toBe('enrollment.decided');
    expect((await act(two.id, 'reject', {})).status).toBe(422);
    expect((await act(two.id, 'reject', { reason: 'unknown to us' })).body).toMatchObject({
      state: 'rejected',
      reason: 'unknown to us',
    });
    expect((await act(two.id, 'approve')).body.code).toBe('enrollment.decided');
    home.clock.pass(8 * 24 * 60 * MINUTE);
    expect((await act(three.id, 'approve')).body.code).toBe('enrollment.decided');
    expect((await act('0190f6c4-1a2b-7c3d-8e4f-5a6b7c8d9e0f', 'approve')).status).toBe(404);
    const again = await joinBy((await invite()).code, 'SECOND');
    expect(again.status).toBe(201);
    expect((await joinBy((await invite()).code, 'second')).body.code).toBe('enrollment.name_taken');
    await expect(home.context.transaction((inner) => inner.db.delete(enrollments))).rejects.toThrow();
  });

  test('a fresh code replaces the one that was seen; wrong, empty and foreign codes find nobody', async () => {
    const started = (await joinBy((await invite()).code, 'careful')).body;
    const renewed = await home.as(undefined, 'POST', '/api/v1/join/code', { ticket: started.ticket });
    const decide = (code: string, person = home.owner) =>
      person.ask('POST', '/api/v1/enrollments/decide', { decision: 'approve', code });
    expect((await decide(started.approveCode)).status).toBe(404);
    expect((await decide('')).status).toBe(422);
    expect((await decide(renewed.body.approveCode, (await house(database)).owner)).status).toBe(404);
    expect((await decide(renewed.body.approveCode)).body.state).toBe('approved');
    expect((await home.as(undefined, 'POST', '/api/v1/join/status', { ticket: 'guess' })).status).toBe(404);
  });

  test('an applicant cannot take over an account by naming its number', async () => {
    const victim = await signedIn(home, 'victim', ['owner']);
    const started = (await joinBy((await invite({ isOpen: true })).code, 'impostor', { phone: victim.phone })).body;
    expect(started.state).toBe('approved');
    const collected = await home.as(undefined, 'POST', '/api/v1/join/collect', { ticket: started.ticket });
    const me = await home.as(cookieOf(collected), 'GET', '/api/v1/me/person');
    expect(me.body).toMatchObject({ callsign: 'impostor', phone: null, roles: ['member'] });
  });

  test('an administrator begins for somebody, with a request for a certificate that is checked to the letter', async () => {
    const csr = requestFor('drone 7');
    const init = (name: string) => home.owner.ask('POST', '/api/v1/enrollments', { name, csr });
    expect((await init('drone')).body.code).toBe('certificate.request_invalid');
    const started = (await init('drone 7')).body;
    await home.owner.ask('POST', `/api/v1/enrollments/${started.id}/approve`);
    const { items } = (await home.owner.ask('GET', '/api/v1/certificates')).body;
    expect(items[0]).toMatchObject({ subject: 'drone 7', isBundleWaiting: false });
    expect(new X509Certificate(items[0].certificate).subject).toBe('CN=drone 7');
  });
});

describe('approval by text message', () => {
  test('from the number of somebody who may, once; strangers and those who may not get no answer', async () => {
    const admin = await signedIn(home, 'duty', ['owner']);
    const clerk = await signedIn(home, 'clerk', ['member']);
    const started = (await joinBy((await invite()).code, 'texted in')).body;
    const text = (from: string, body: string, id = crypto.randomUUID()) =>
      decideByText(home.context, { id, from, body });
    const body = `approve ${started.approveCode.toLowerCase()}`;
    expect(await text('+12125550199', body)).toBeUndefined();
    expect(await text(clerk.phone, body)).toBeUndefined();
    expect(await text(admin.phone, 'approve of this weather')).not.toBe('texted in is in.');
    expect(await text(admin.phone, 'lunch?')).toBeUndefined();
    const id = crypto.randomUUID();
    expect(await text(admin.phone, body, id)).toBe('texted in is in.');
    expect(await text(admin.phone, body, id)).toBeUndefined();
    expect(await text(admin.phone, body)).toContain('Nobody who waits has this code');
    const [row] = await orm()
      .select()
      .from(auditEvents)
      .where(and(eq(auditEvents.action, 'identity.enrollment.approve'), eq(auditEvents.entityId, started.id)));
    expect(row).toMatchObject({ actorKind: 'phone', actorName: 'duty', meta: { channel: 'sms', message: id } });
    const second = (await joinBy((await invite()).code, 'texted out')).body;
    expect(await text(admin.phone, `REJECT ${second.approveCode}: not today`)).toBe('texted out was turned away.');
    const { body: view } = await home.owner.ask('GET', `/api/v1/enrollments/${second.id}`);
    expect(view).toMatchObject({ state: 'rejected', reason: 'not today', channel: 'sms' });
  });
});

/** A request as openssl makes it, for a P-256 key. */
function requestFor(name: string, key = 'ec -pkeyopt ec_paramgen_curve:P-256'): string {
  const file = join(folder, 'key.pem');
  const args = ['req', '-new', '-newkey', ...key.split(' '), '-nodes', '-keyout', file, '-subj', `/CN=${name}`];
  return execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
}

describe('certificates', () => {
  test('with a key made here: PKCS#12 opens with its one-time password, once, and chains to the authority', async () => {
    const person = await signedIn(home, 'certified');
    const made = (await home.owner.ask('POST', '/api/v1/certificates', { person: 'certified' })).body;
    expect(made.isBundleWaiting).toBe(true);
    const stranger = await signedIn(home, 'curious');
    expect((await home.as(stranger.cookie, 'POST', `/api/v1/certificates/${made.id}/bundle`)).status).toBe(403);
    const response = await home.api.app.request(`/api/v1/certificates/${made.id}/bundle?format=p12`, {
      method: 'POST',
      headers: { cookie: person.cookie },
    });
    const password = response.headers.get('x-bundle-password') ?? '';
    expect(password).toMatch(/^[\w-]{20}$/);
    const file = join(folder, 'bundle.p12');
    writeFileSync(file, new Uint8Array(await response.arrayBuffer()));
    const openssl = (args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] }).toString();
    const pem = openssl(['pkcs12', '-in', file, '-passin', `pass:${password}`, '-nodes']);
    expect(pem).toContain('PRIVATE KEY');
    expect(pem.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(() => openssl(['pkcs12', '-in', file, '-passin', 'pass:certified', '-nodes'])).toThrow();
    const again = await home.as(person.cookie, 'POST', `/api/v1/certificates/${made.id}/bundle`);
    expect(again.body.code).toBe('certificate.collected');

    const { certificate } = (await home.owner.ask('GET', '/api/v1/certificate-authority')).body;
    writeFileSync(join(folder, 'ca.pem'), certificate);
    writeFileSync(join(folder, 'client.pem'), made.certificate);
    const verify = (extra: string[]) =>
      openssl([
        'verify',
        '-no_check_time',
        '-purpose',
        'sslclient',
        '-CAfile',
        join(folder, 'ca.pem'),
        ...extra,
        join(folder, 'client.pem'),
      ]);
    expect(verify([])).toContain('OK');

    const deps = { db: orm(), clock: home.clock };
    const fingerprint = new X509Certificate(made.certificate).fingerprint256.replaceAll(':', '').toLowerCase();
    expect(await authenticateCertificate(deps, fingerprint)).toMatchObject({ actor: { name: 'certified' } });
    await home.owner.ask('POST', `/api/v1/certificates/${made.id}/revoke`, { reason: 'keyCompromise' });
    expect(await authenticateCertificate(deps, fingerprint)).toBeUndefined();
    const { anonymousPrincipal } = await import('../../../src/identity/index.ts');
    const { organization, actor, can } = anonymousPrincipal();
    const anonymous = home.context.as({ organizationId: organization.id, actor, can });
    writeFileSync(join(folder, 'crl.der'), await revocationList(anonymous, orm(), home.slug));
    const crl = openssl([
      'crl',
      '-inform',
      'DER',
      '-in',
      join(folder, 'crl.der'),
      '-text',
      '-CAfile',
      join(folder, 'ca.pem'),
    ]);
    expect(crl.toUpperCase()).toContain(made.serialNumber.toUpperCase());
    expect(crl).toContain('Key Compromise');
    expect(() => {
      const pemCrl = openssl(['crl', '-inform', 'DER', '-in', join(folder, 'crl.der'), '-outform', 'PEM']);
      writeFileSync(join(folder, 'crl.pem'), pemCrl);
      verify(['-crl_check', '-CRLfile', join(folder, 'crl.pem')]);
    }).toThrow(/revoked|Command failed/);
  });

  test('a request of another name, with extras, a weak key or no signature of its own is refused', async () => {
    await signedIn(home, 'requester');
    const issue = async (csr: string) =>
      (await home.owner.ask('POST', '/api/v1/certificates', { person: 'requester', csr })).status;
    const der = Buffer.from(requestFor('requester').replace(/-----[^-]+-----|\s/g, ''), 'base64');
    der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
    const broken = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
    expect(await issue(requestFor('requesters'))).toBe(422);
    expect(await issue(requestFor('requester/O=admin'))).toBe(422);
    expect(await issue(requestFor('requester', 'rsa:1024'))).toBe(422);
    expect(await issue(broken)).toBe(422);
    expect(await issue('-----BEGIN nonsense')).toBe(422);
    expect(await issue(requestFor('requester'))).toBe(201);
  });

  test('expired, of a suspended person, or signed behind our back: it opens nothing', async () => {
    const person = await signedIn(home, 'fading');
    const made = (await home.owner.ask('POST', '/api/v1/certificates', { person: 'fading' })).body;
    const deps = { db: orm(), clock: home.clock };
    expect(await authenticateCertificate(deps, made.fingerprint)).toBeDefined();
    await home.owner.ask('POST', `/api/v1/people/${person.id}/suspend`);
    expect(await authenticateCertificate(deps, made.fingerprint)).toBeUndefined();
    await home.owner.ask('POST', `/api/v1/people/${person.id}/resume`);
    const later = { now: () => new Date(home.clock.now().getTime() + 366 * 24 * 60 * MINUTE) };
    expect(await authenticateCertificate({ ...deps, clock: later }, made.fingerprint)).toBeUndefined();
    const unknown = createHash('sha256').update(
      generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }),
    );
    expect(await authenticateCertificate(deps, unknown.digest('hex'))).toBeUndefined();
  });

  test('keys are sealed: neither the authority’s nor a person’s stands in any row', async () => {
    const stored = JSON.stringify([
      await orm().select().from(certificateAuthorities),
      await orm().select().from(clientCertificates),
      (await orm().select().from(secrets)).map(({ ciphertext }) => Buffer.from(ciphertext).toString('latin1')),
    ]);
    expect(stored).not.toContain('PRIVATE KEY');
    expect(readFileSync(join(folder, 'client.pem'), 'utf8')).not.toContain('PRIVATE');
  });
});

describe('the audit', () => {
  test('is listed with filters, page by page, and exported as lines', async () => {
    const list = await home.owner.ask('GET', '/api/v1/audit?action=identity.invite.*&limit=2');
    expect(list.body.items).toHaveLength(2);
    expect(list.body.items.every(({ action }: { action: string }) => action.startsWith('identity.invite.'))).toBe(true);
    const next = await home.owner.ask(
      'GET',
      `/api/v1/audit?action=identity.invite.*&limit=2&cursor=${list.body.nextCursor}`,
    );
    expect(next.body.items[0].id).not.toBe(list.body.items[0].id);
    expect((await home.owner.ask('GET', '/api/v1/audit?outcome=maybe')).status).toBe(422);
    let text = '';
    for await (const bytes of exportAudit(home.context)) text += Buffer.from(bytes).toString();
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.length).toBeGreaterThan(30);
    expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
  });
});

describe('privacy', () => {
  test('a number is erased everywhere in this organization and nowhere else', async () => {
    const victim = '+12125557777';
    const other = await house(database);
    for (const { context } of [home, other]) {
      const { organizationId } = context;
      const now = context.clock.now();
      const id = crypto.randomUUID();
      await orm()
        .insert(messages)
        .values({
          organizationId,
          direction: 'inbound',
          peer: victim,
          body: 'my secret',
          encoding: 'gsm7',
          partCount: 1,
          status: 'received',
          dueAt: now,
          createdAt: now,
        } as typeof messages.$inferInsert);
      await orm()
        .insert(calls)
        .values({
          id,
          organizationId,
          token: id,
          direction: 'inbound',
          fromNumber: victim,
          toNumber: '+12125550101',
          callerName: 'Victim',
          status: 'completed',
          startedAt: now,
        } as typeof calls.$inferInsert);
      await orm()
        .insert(callDetailRecords)
        .values({
          organizationId,
          callId: id,
          eventKey: id,
          token: id,
          fromNumber: victim,
          toNumber: '+12125550101',
          disposition: 'answered',
          durationSeconds: 61,
          billableSeconds: 60,
          raw: { from: victim },
          recordedAt: now,
        });
      const [contact] = await orm()
        .insert(contacts)
        .values({ organizationId, displayName: 'V', firstName: 'V', lastName: '' })
        .returning();
      await orm()
        .insert(contactPoints)
        .values({ organizationId, contactId: contact?.id ?? '', kind: 'phone', listIndex: 0, value: victim });
    }
    const { body } = await home.owner.ask('POST', '/api/v1/privacy/erase', { number: victim, reason: 'asked' });
    expect(body.changed).toMatchObject({ contacts: 1, messages: 1, calls: 1, CDRs: 1 });
    const dump = async (organizationId: string) =>
      JSON.stringify([
        await orm().select().from(messages).where(eq(messages.organizationId, organizationId)),
        await orm().select().from(calls).where(eq(calls.organizationId, organizationId)),
        await orm().select().from(callDetailRecords).where(eq(callDetailRecords.organizationId, organizationId)),
        await orm().select().from(contactPoints).where(eq(contactPoints.organizationId, organizationId)),
        await orm().select().from(auditEvents).where(eq(auditEvents.organizationId, organizationId)),
      ]);
    const mine = await dump(home.context.organizationId);
    expect(mine).not.toContain(victim);
    expect(mine).not.toContain('my secret');
    expect(mine).toContain('61');
    expect(await dump(other.context.organizationId)).toContain('my secret');
  });

  test('a person is erased with their number, their account and their name in the audit', async () => {
    const person = await signedIn(home, 'Rumpelstilzchen');
    await home.as(person.cookie, 'PATCH', '/api/v1/me/person', { email: 'rumpel@example.com' });
    const text = 'ABCD-EFGH-JKLM is your sign-in code';
    await queueEmail(home.context, { purpose: 'login_code', to: 'Rumpel@example.com', subject: 'Code', text });
    const { status } = await home.owner.ask('POST', '/api/v1/privacy/erase', { person: person.id, reason: 'asked' });
    expect(status).toBe(200);
    const rows = JSON.stringify([
      (await home.owner.ask('GET', '/api/v1/people?status=any&limit=1000')).body,
      await orm().select().from(auditEvents).where(eq(auditEvents.organizationId, home.context.organizationId)),
      await orm().select().from(emailMessages),
    ]);
    for (const word of ['Rumpelstilzchen', 'rumpel@example.com', person.phone])
      expect(rows.toLowerCase()).not.toContain(word.toLowerCase());
    expect((await home.as(person.cookie, 'GET', '/api/v1/me')).status).toBe(401);
  });

  test('retention removes what is older than its days, kind by kind, and only where it is set', async () => {
    const [one, two] = [await house(database), await house(database)];
    await one.owner.ask('PUT', '/api/v1/settings/retention.messages_days', { scope: 'organization', value: 30 });
    for (const { context } of [one, two]) {
      for (const age of [10, 40]) {
        const at = new Date(home.clock.now().getTime() - age * 24 * 60 * MINUTE);
        await orm()
          .insert(messages)
          .values({
            organizationId: context.organizationId,
            direction: 'inbound',
            peer: '+12125550000',
            body: `${age}`,
            encoding: 'gsm7',
            partCount: 1,
            status: 'received',
            dueAt: at,
            createdAt: at,
          } as typeof messages.$inferInsert);
      }
    }
    const report = await keepRetention({ db: orm(), clock: home.clock });
    const mine = report.filter(({ organizationId }) => organizationId === one.context.organizationId);
    expect(mine).toEqual([{ organizationId: one.context.organizationId, key: 'retention.messages_days', removed: 1 }]);
    const left = async (house: House) =>
      (await orm().select().from(messages).where(eq(messages.organizationId, house.context.organizationId))).length;
    expect([await left(one), await left(two)]).toEqual([1, 2]);
  });
});
