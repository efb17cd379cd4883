import { and, eq } from 'drizzle-orm';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditEvents, loginCodes, sessions, userCredentials } from '../../../src/db/schema/index.ts';
import { takeAttempt } from '../../../src/identity/attempts.ts';
import { hashPassword } from '../../../src/identity/credential/hash-password.ts';
import { bootstrapOwner, createBootstrapCode, keepIdentityHouse, seeOnce } from '../../../src/identity/index.ts';
import { fromBase32, stepOf, totpAt } from '../../../src/identity/rules/totp.ts';
import { newOrganization, openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { ask } from '../api/support.ts';
import { cookieOf, type House, house, nextNumber, PASSWORD, signedIn } from './support.ts';

let database: TestDatabase;
let home: House;
beforeAll(async () => {
  database = await openTestDatabase();
  home = await house(database);
});
afterAll(() => database?.close());

const orm = () => database.database.orm;
const MINUTE = 60_000;

async function withPassword(callsign: string) {
  const person = await signedIn(home, callsign);
  await home.as(person.cookie, 'PUT', '/api/v1/me/password', { password: PASSWORD });
  return person;
}

const signIn = (login: string, password: string, organization = home.slug) =>
  home.as(undefined, 'POST', '/api/v1/sign-in', { login, password, organization });

describe('passwords', () => {
  test('by callsign, number and address; the cookie is HttpOnly and SameSite', async () => {
    const person = await withPassword('walter');
    await home.as(person.cookie, 'PATCH', '/api/v1/me/person', { email: 'walter@example.com' });
    for (const login of ['WALTER', person.phone, 'Walter@Example.com']) {
      const answer = await signIn(login, PASSWORD);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/);
      expect((await home.as(cookieOf(answer), 'GET', '/api/v1/me')).body).toMatchObject({ method: 'password' });
    }
  });

  test('a wrong password, an unknown name and a closed account are one answer', async () => {
    await withPassword('known');
    const closed = await withPassword('closed');
    await home.owner.ask('POST', `/api/v1/people/${closed.id}/suspend`);
    const answers = [
      await signIn('known', 'wrong wrong wrong'),
      await signIn('nobody', PASSWORD),
      await signIn('closed', PASSWORD),
      await signIn('known', PASSWORD, 'no-such-place'),
    ];
    const words = answers.map(({ status, body }) => [status, body.code, body.detail]);
    expect(new Set(words.map((word) => JSON.stringify(word))).size).toBe(1);
    expect(words[0]?.slice(0, 2)).toEqual([401, 'sign_in.refused']);
  });

  test('an unknown name takes as long as a known one', async () => {
    await withPassword('timed');
    const runs = { timed: [] as number[], untimed: [] as number[] };
    for (let run = 0; run < 5; run += 1) {
      for (const login of ['timed', 'untimed'] as const) {
        // Processor time of this process: what else the machine does is not in it.
        const before = process.cpuUsage();
        await signIn(login, `wrong ${run} wrong wrong`);
        const { user, system } = process.cpuUsage(before);
        runs[login].push(user + system);
      }
    }
    const [known, unknown] = [Math.min(...runs.timed), Math.min(...runs.untimed)];
    expect(Math.max(known, unknown) / Math.min(known, unknown)).toBeLessThan(1.8);
  });

  test('after ten tries a name is shut for a quarter of an hour, known or not, whoever asks at once', async () => {
    await withPassword('besieged');
    for (const login of ['besieged', 'phantom']) {
      const answers = await Promise.all(Array.from({ length: 14 }, () => signIn(login, 'guess guess guess')));
      expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(4);
      home.clock.pass(MINUTE);
    }
    expect((await signIn('besieged', PASSWORD)).status).toBe(429);
    home.clock.pass(16 * MINUTE);
    expect((await signIn('besieged', PASSWORD)).status).toBe(200);
  });

  test('attempts are counted by one statement: of a hundred at once exactly the limit pass', async () => {
    const policy = { name: 'test', limit: 7, windowMs: MINUTE };
    const now = new Date();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, () => takeAttempt(orm(), policy, 'subject', now)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(7);
    await expect(takeAttempt(orm(), policy, 'subject', new Date(now.getTime() + 2 * MINUTE))).resolves.toBeUndefined();
  });

  test('a hash of an earlier version is made anew at the next sign-in', async () => {
    const person = await withPassword('veteran');
    const isMine = and(eq(userCredentials.kind, 'password'));
    const userId = (await home.as(person.cookie, 'GET', '/api/v1/me')).body.actor.id;
    const mine = and(isMine, eq(userCredentials.subject, userId));
    await orm()
      .update(userCredentials)
      .set({ secret: await hashPassword(PASSWORD, 's1') })
      .where(mine);
    expect((await signIn('veteran', PASSWORD)).status).toBe(200);
    const [row] = await orm().select().from(userCredentials).where(mine);
    expect(row?.secret).toMatch(/^s2\$/);
    expect(row?.secret).not.toContain(PASSWORD);
    expect((await signIn('veteran', PASSWORD)).status).toBe(200);
  });

  test('a password given by an administrator is changed before anything else', async () => {
    await home.owner.ask('POST', '/api/v1/people', { callsign: 'fresh', password: 'given by the boss' });
    const first = await signIn('fresh', 'given by the boss');
    expect(first.body).toMatchObject({ signedIn: false, needs: 'password_change' });
    expect(first.headers.get('set-cookie')).toBeNull();
    const weak = { step: first.body.step, password: 'password123!' };
    expect((await home.as(undefined, 'POST', '/api/v1/sign-in/password', weak)).body.code).toBe('password.weak');
    const chosen = { step: first.body.step, password: PASSWORD };
    expect((await home.as(undefined, 'POST', '/api/v1/sign-in/password', chosen)).body.signedIn).toBe(true);
    expect((await home.as(undefined, 'POST', '/api/v1/sign-in/password', chosen)).status).toBe(401);
    expect((await signIn('fresh', PASSWORD)).body.signedIn).toBe(true);
  });

  test('changing it needs the old one and ends the other sessions', async () => {
    const person = await withPassword('changer');
    const other = cookieOf(await signIn('changer', PASSWORD));
    const change = { current: 'not this one here', password: 'eight blue lanterns' };
    expect((await home.as(person.cookie, 'PUT', '/api/v1/me/password', change)).body.code).toBe('password.wrong');
    expect((await home.as(person.cookie, 'PUT', '/api/v1/me/password', { ...change, current: PASSWORD })).status).toBe(
      204,
    );
    expect((await home.as(other, 'GET', '/api/v1/me')).status).toBe(401);
    expect((await home.as(person.cookie, 'GET', '/api/v1/me')).status).toBe(200);
  });
});

describe('the second factor', () => {
  test('counts from its first code on; a code works once; clocks may be off by one step', async () => {
    const person = await withPassword('twofold');
    const begun = await home.as(person.cookie, 'POST', '/api/v1/me/totp');
    expect(begun.body.qr).toContain('<svg');
    expect((await signIn('twofold', PASSWORD)).body.signedIn).toBe(true);
    const key = fromBase32(begun.body.secret);
    const codeAt = (offset: number) => totpAt(key, stepOf(home.clock.now()) + offset);
    expect((await home.as(person.cookie, 'PUT', '/api/v1/me/totp', { code: codeAt(0) })).status).toBe(204);
    expect((await home.as(person.cookie, 'POST', '/api/v1/me/totp')).body.code).toBe('totp.exists');

    const enter = async (code: string) => {
      const { step, needs } = (await signIn('twofold', PASSWORD)).body;
      expect(needs).toBe('totp');
      return (await home.as(undefined, 'POST', '/api/v1/sign-in/totp', { step, code })).status;
    };
    expect(await enter(codeAt(0))).toBe(401);
    home.clock.pass(2 * MINUTE);
    expect(await enter(codeAt(-2))).toBe(401);
    expect(await enter(codeAt(2))).toBe(401);
    expect(await enter(codeAt(-1))).toBe(200);
    expect(await enter(codeAt(1))).toBe(200);
    expect(await enter(codeAt(0))).toBe(401);
    const [stored] = await orm().select().from(userCredentials).where(eq(userCredentials.kind, 'totp'));
    expect(JSON.stringify(stored)).not.toContain(begun.body.secret);
  });

  test('of many with the same code one gets in', async () => {
    const person = await withPassword('racer');
    const { secret } = (await home.as(person.cookie, 'POST', '/api/v1/me/totp')).body;
    const code = () => totpAt(fromBase32(secret), stepOf(home.clock.now()));
    await home.as(person.cookie, 'PUT', '/api/v1/me/totp', { code: code() });
    home.clock.pass(MINUTE);
    const steps = await Promise.all([1, 2, 3, 4].map(() => signIn('racer', PASSWORD)));
    const answers = await Promise.all(
      steps.map(({ body }) => home.as(undefined, 'POST', '/api/v1/sign-in/totp', { step: body.step, code: code() })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });
});

describe('login codes', () => {
  test('of a hundred at once exactly one gets in; the others are 403, and the reuse is recorded', async () => {
    await home.owner.ask('POST', '/api/v1/people', { callsign: 'hundred' });
    const { code } = (await home.owner.ask('POST', '/api/v1/login-codes', { person: 'hundred' })).body;
    expect(code).toMatch(/^[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}$/);
    const { signInByCode, anonymousPrincipal } = await import('../../../src/identity/index.ts');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, (_, index) => {
        const { organization, actor, can } = anonymousPrincipal(`192.0.2.${index}`);
        return signInByCode(home.context.as({ organizationId: organization.id, actor, can }), { code });
      }),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(new Set(refused.map(({ reason }) => reason.code))).toEqual(new Set(['login_code.refused']));
    const reuse = await orm().select().from(auditEvents).where(eq(auditEvents.action, 'identity.login_code.reuse'));
    expect(reuse).toHaveLength(99);
    expect(reuse[0]).toMatchObject({ outcome: 'refused', errorCode: 'login_code.used' });
    const [stored] = await orm()
      .select()
      .from(loginCodes)
      .where(eq(loginCodes.id, reuse[0]?.entityId ?? ''));
    expect(stored?.auditMeta).toMatchObject({ usedFrom: expect.stringContaining('192.0.2.') });
  });

  test('unknown, used and expired are the same 403', async () => {
    const make = async () => (await home.owner.ask('POST', '/api/v1/login-codes', { person: 'hundred' })).body.code;
    const late = await make();
    const used = await make();
    const enter = (code: string) => home.as(undefined, 'POST', '/api/v1/sign-in/code', { code });
    expect((await enter(used.toLowerCase().replaceAll('-', ' '))).status).toBe(200);
    home.clock.pass(11 * MINUTE);
    const answers = [await enter(used), await enter(late), await enter('AAAA-BBBB-CCCC')];
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.code} ${body.detail}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(403);
  });

  test('by text message: same answer for everybody, a code for who is known, five tries', async () => {
    const person = await signedIn(home, 'texter');
    home.texts.length = 0;
    const request = (login: string) =>
      home.as(undefined, 'POST', '/api/v1/sign-in/codes', { login, organization: home.slug });
    const known = await request(person.phone);
    const unknown = await request('+12125559999');
    expect([known.status, Object.keys(known.body)]).toEqual([unknown.status, Object.keys(unknown.body)]);
    await expect.poll(() => home.texts.length).toBe(1);
    expect(home.texts[0]?.to).toBe(person.phone);
    const code = /^[0-9]{6}/.exec(home.texts[0]?.body ?? '')?.[0] ?? '';
    const enter = (challenge: string, typed: string) =>
      home.as(undefined, 'POST', '/api/v1/sign-in/code', { challenge, code: typed });
    expect((await enter(unknown.body.challenge, code)).status).toBe(403);
    const signedInAnswer = await enter(known.body.challenge, code);
    expect(signedInAnswer.body.signedIn).toBe(true);
    expect((await enter(known.body.challenge, code)).status).toBe(403);

    await request(person.phone);
    await expect.poll(() => home.texts.length).toBe(2);
    const second = await orm().select().from(loginCodes).where(eq(loginCodes.purpose, 'number'));
    const challenge = second.find(({ usedAt }) => usedAt === null)?.id ?? '';
    const right = /^[0-9]{6}/.exec(home.texts[1]?.body ?? '')?.[0] ?? '';
    const wrong = right === '000000' ? '111111' : '000000';
    for (let guess = 0; guess < 5; guess += 1) expect((await enter(challenge, wrong)).status).toBe(403);
    expect((await enter(challenge, right)).status).toBe(403);
  });

  test('by e-mail: to the address that was typed, same answer for everybody, once', async () => {
    await home.owner.ask('POST', '/api/v1/people', { callsign: 'mailed', email: 'mailed@example.com' });
    const ask = (login: string, channel?: string) =>
      home.as(undefined, 'POST', '/api/v1/sign-in/codes', { login, ...(channel === undefined ? {} : { channel }) });
    for (const answer of [await ask('nobody@example.com'), await ask('nobody@example.com', 'email')])
      expect(answer.status).toBe(202);
    const asked = await ask('Mailed@example.com');
    expect([asked.status, Object.keys(asked.body)]).toEqual([202, ['challenge']]);
    await expect.poll(() => home.emails.length).toBe(1);
    const [email] = home.emails;
    expect(email).toMatchObject({ purpose: 'login_code', to: 'mailed@example.com' });
    const digits = /^[0-9]{6}/.exec(email?.text ?? '')?.[0] ?? '';
    expect(email?.subject).not.toContain(digits);
    const enter = () =>
      home.as(undefined, 'POST', '/api/v1/sign-in/code', { challenge: asked.body.challenge, code: digits });
    const won = await enter();
    expect((await home.as(cookieOf(won), 'GET', '/api/v1/me')).body.method).toBe('code:email');
    expect((await enter()).status).toBe(403);
  });

  test('an administrator has a code e-mailed; without an address or a mail server the refusal says so', async () => {
    await home.owner.ask('POST', '/api/v1/people', { callsign: 'posted', email: 'posted@example.com' });
    await home.owner.ask('POST', '/api/v1/people', { callsign: 'nowhere' });
    const make = (person: string) => home.owner.ask('POST', '/api/v1/login-codes', { person, channel: 'email' });
    const made = await make('posted');
    expect([made.status, made.body.code]).toEqual([201, undefined]);
    const code = /[A-Z2-9]{4}(-[A-Z2-9]{4}){2}/.exec(home.emails.at(-1)?.text ?? '')?.[0];
    expect((await home.as(undefined, 'POST', '/api/v1/sign-in/code', { code })).body).toEqual({ signedIn: true });
    expect((await make('nowhere')).body.code).toBe('login_code.no_email');
    const poor = await house(database, { hasMail: false });
    await poor.owner.ask('POST', '/api/v1/people', { callsign: 'posted', email: 'poor@example.com' });
    const refused = await poor.owner.ask('POST', '/api/v1/login-codes', { person: 'posted', channel: 'email' });
    expect([refused.status, refused.body.code]).toEqual([409, 'email.not_set_up']);
    const wish = { login: 'poor@example.com', channel: 'email' };
    expect((await poor.as(undefined, 'POST', '/api/v1/sign-in/codes', wish)).body.code).toBe('email.not_set_up');
  });

  test('nothing but the allow-list gets into the claims, and nobody makes a code for a higher person', async () => {
    const bad = await home.owner.ask('POST', '/api/v1/login-codes', { person: 'hundred', claims: { role: 'owner' } });
    expect(bad.status).toBe(422);
    await home.owner.ask('POST', '/api/v1/people', { callsign: 'highness', roles: ['owner'] });
    await home.owner.ask('PUT', '/api/v1/roles/coder', {
      name: 'Coder',
      permissions: [{ permission: 'identity.login_code.write' }],
    });
    const coder = await signedIn(home, 'coder', ['coder']);
    const refused = await home.as(coder.cookie, 'POST', '/api/v1/login-codes', { person: 'highness' });
    expect(refused.body.code).toBe('access.escalation');
  });

  test('anything may be used once by namespace: of a hundred at once one is first', async () => {
    const now = new Date();
    const options = { now, expiresAt: new Date(now.getTime() + MINUTE) };
    const firsts = await Promise.all(Array.from({ length: 100 }, () => seeOnce(orm(), 'test', 'token', options)));
    expect(firsts.filter(Boolean)).toHaveLength(1);
    expect(await seeOnce(orm(), 'other', 'token', options)).toBe(true);
  });
});

describe('sessions', () => {
  test('are listed, ended one by one or all others at once, and only one’s own', async () => {
    const person = await withPassword('lister');
    const second = cookieOf(await signIn('lister', PASSWORD));
    const third = cookieOf(await signIn('lister', PASSWORD));
    const list = (await home.as(second, 'GET', '/api/v1/me/sessions')).body.items;
    expect(list).toHaveLength(3);
    expect(list.filter(({ isThis }: { isThis: boolean }) => isThis)).toHaveLength(1);
    const foreign = await signedIn(home, 'foreign');
    const [victim] = list;
    expect((await home.as(foreign.cookie, 'DELETE', `/api/v1/me/sessions/${victim.id}`)).status).toBe(404);
    expect((await home.as(foreign.cookie, 'DELETE', '/api/v1/me/sessions/all')).status).toBe(404);
    expect((await home.as(second, 'DELETE', '/api/v1/me/sessions')).body.ended).toBe(2);
    expect((await home.as(third, 'GET', '/api/v1/me')).status).toBe(401);
    expect((await home.as(person.cookie, 'GET', '/api/v1/me')).status).toBe(401);
    expect((await home.as(second, 'GET', '/api/v1/me')).status).toBe(200);
  });

  test('a JWT is equal to its session and ends with it; forged ones and other algorithms are refused', async () => {
    const person = await signedIn(home, 'jason');
    const { token } = (await home.as(person.cookie, 'POST', '/api/v1/session/token')).body;
    const me = (bearer: string) => ask(home.api, 'GET', '/api/v1/me', undefined, { authorization: `Bearer ${bearer}` });
    expect((await me(token)).body.actor.name).toBe('jason');
    const [header = '', payload = '', signature = ''] = token.split('.');
    const unsigned = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${payload}.`;
    const { keys } = (await home.as(undefined, 'GET', '/api/v1/keys')).body;
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    // The public key taken for the secret of an HMAC: the classic confusion.
    const confused = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: keys[0].kid })
      .sign(Buffer.from(keys[0].x, 'base64url'));
    const other = Buffer.from(JSON.stringify({ ...claims, sid: '0190f6c4-1a2b-7c3d-8e4f-5a6b7c8d9e0f' })).toString(
      'base64url',
    );
    for (const forged of [unsigned, confused, `${header}.${other}.${signature}`, `${header}.${payload}.`, 'a.b.c']) {
      expect((await me(forged)).status).toBe(401);
    }
    home.clock.pass(16 * MINUTE);
    expect((await me(token)).status).toBe(401);
    const renewed = (await home.as(person.cookie, 'POST', '/api/v1/session/token')).body.token;
    expect((await me(renewed)).status).toBe(200);
    await home.as(person.cookie, 'DELETE', '/api/v1/session');
    expect((await me(renewed)).status).toBe(401);
  });
});

describe('API keys', () => {
  test('scopes narrow, addresses fence, and a key ends with the person who made it', async () => {
    const maker = await signedIn(home, 'maker', ['owner']);
    const make = async (extra: object) =>
      (await home.as(maker.cookie, 'POST', '/api/v1/api-keys', { name: 'k', ...extra })).body.key as string;
    const use = async (key: string, path = '/api/v1/people') =>
      (await ask(home.api, 'GET', path, undefined, { authorization: `Bearer ${key}` })).status;
    const narrow = await make({ scopes: ['identity.role.read'] });
    expect([await use(narrow, '/api/v1/roles'), await use(narrow)]).toEqual([200, 403]);
    expect(await use(await make({ allowedAddresses: ['192.0.2.0/24'] }))).toBe(401);
    const { isAllowed } = await import('../../../src/identity/api-key/authenticate.ts');
    expect(isAllowed(['192.0.2.0/24'], '192.0.2.77')).toBe(true);
    expect(isAllowed(['192.0.2.0/24'], '::ffff:192.0.2.77')).toBe(true);
    expect(isAllowed(['192.0.2.0/24'], '192.0.3.1')).toBe(false);
    expect(isAllowed(['2001:db8::/32'], '2001:db8::1')).toBe(true);
    const whole = await make({});
    expect(await use(whole)).toBe(200);
    await home.owner.ask('POST', `/api/v1/people/${maker.id}/revoke`, { reason: 'left' });
    expect(await use(whole)).toBe(401);
  });

  test('a service account acts with its own permissions and stops when it is switched off', async () => {
    const made = await home.owner.ask('POST', '/api/v1/service-accounts', {
      name: 'billing',
      permissions: ['identity.role.read'],
    });
    const { key } = (await home.owner.ask('POST', '/api/v1/api-keys', { name: 'b', serviceAccount: made.body.id }))
      .body;
    const headers = { authorization: `Bearer ${key}` };
    const use = async (path: string) => (await ask(home.api, 'GET', path, undefined, headers)).status;
    expect([await use('/api/v1/roles'), await use('/api/v1/people')]).toEqual([200, 403]);
    expect((await ask(home.api, 'GET', '/api/v1/me', undefined, headers)).body.actor.kind).toBe('service_account');
    await home.owner.ask('PUT', `/api/v1/service-accounts/${made.body.id}`, {
      name: 'billing',
      permissions: [],
      isActive: false,
    });
    expect(await use('/api/v1/roles')).toBe(401);
  });
});

describe('the first owner', () => {
  test('the code makes one owner, once; of ten at once one; afterwards there is no code', async () => {
    const context = await newOrganization(database.database);
    const made = await createBootstrapCode(context, context.organizationId);
    const { anonymousPrincipal } = await import('../../../src/identity/index.ts');
    const { organization, can } = anonymousPrincipal();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) =>
        bootstrapOwner(
          context.as({
            organizationId: organization.id,
            actor: { kind: 'anonymous', id: null, name: 'x', ip: `198.51.100.${index}` },
            can,
          }),
          { code: made?.code ?? '', callsign: `first ${index}`, password: PASSWORD },
        ),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(outcomes.filter((o) => o.status === 'rejected' && o.reason.code === 'bootstrap.refused')).toHaveLength(9);
    expect(await createBootstrapCode(context, context.organizationId)).toBeUndefined();
  });

  test('a newer code ends the older one; a weak password does not use the code up', async () => {
    const context = await newOrganization(database.database);
    const old = await createBootstrapCode(context, context.organizationId);
    const made = await createBootstrapCode(context, context.organizationId);
    const enter = (code: string, password: string) =>
      home.as(undefined, 'POST', '/api/v1/bootstrap', { code, callsign: 'prima', password });
    expect((await enter(old?.code ?? '', PASSWORD)).status).toBe(403);
    expect((await enter(made?.code ?? '', 'qwertyuiop')).body.code).toBe('password.weak');
    const won = await enter(made?.code ?? '', PASSWORD);
    expect(won.body.signedIn).toBe(true);
    expect((await home.as(cookieOf(won), 'GET', '/api/v1/me')).body.role).toBe('owner');
    expect((await enter(made?.code ?? '', PASSWORD)).status).toBe(403);
  });
});

describe('platform administrators', () => {
  test('work in an organization with a reason, start and stop in its audit, and cannot without', async () => {
    const boss = await signedIn(home, 'platform boss', ['owner']);
    const before = await home.as(boss.cookie, 'GET', '/api/v1/platform/organizations');
    expect(before.status).toBe(403);
    const { users } = await import('../../../src/db/schema/index.ts');
    const userId = (await home.as(boss.cookie, 'GET', '/api/v1/me')).body.actor.id;
    await orm().update(users).set({ isPlatformAdmin: true }).where(eq(users.id, userId));
    const there = await newOrganization(database.database);
    const slug = `org-${there.organizationId}`;
    const operate = (reason: string) =>
      home.as(boss.cookie, 'POST', '/api/v1/platform/operate', { organization: slug, reason });
    expect((await operate('')).status).toBe(422);
    const started = await operate('ticket 4711: no calls');
    expect(started.status).toBe(204);
    const cookie = cookieOf(started);
    expect((await home.as(boss.cookie, 'GET', '/api/v1/me')).status).toBe(401);
    expect((await home.as(cookie, 'GET', '/api/v1/me')).body).toMatchObject({
      organization: { slug },
      operateReason: 'ticket 4711: no calls',
    });
    await home.as(cookie, 'POST', '/api/v1/people', { callsign: 'helped' });
    const stopped = await home.as(cookie, 'DELETE', '/api/v1/platform/operate');
    expect((await home.as(cookieOf(stopped), 'GET', '/api/v1/me')).body.organization.slug).toBe(home.slug);
    const rows = await orm()
      .select()
      .from(auditEvents)
      .where(eq(auditEvents.organizationId, there.organizationId))
      .orderBy(auditEvents.id);
    expect(rows.map(({ action }) => action)).toEqual([
      'platform.operate.start',
      'identity.person.create',
      'platform.operate.stop',
    ]);
    expect(rows.every(({ actorId }) => actorId === userId)).toBe(true);
    expect(rows[0]?.meta).toEqual({ reason: 'ticket 4711: no calls' });
  });

  test('nobody of a suspended organization gets in, by key or cookie', async () => {
    const other = await house(database);
    const person = await signedIn(other, 'inside');
    const { setOrganizationStatus } = await import('../../../src/identity/index.ts');
    await setOrganizationStatus(home.context, other.slug, { status: 'suspended', reason: 'unpaid' });
    expect((await other.owner.ask('GET', '/api/v1/me')).status).toBe(401);
    expect((await other.as(person.cookie, 'GET', '/api/v1/me')).status).toBe(401);
    await setOrganizationStatus(home.context, other.slug, { status: 'closed', reason: 'gone' });
    await expect(
      setOrganizationStatus(home.context, other.slug, { status: 'active', reason: 'back' }),
    ).rejects.toMatchObject({ code: 'organization.closed' });
  });
});

test('what time does to identity can be done twice', async () => {
  await keepIdentityHouse({ db: orm(), clock: home.clock });
  await keepIdentityHouse({ db: orm(), clock: home.clock });
  expect(await orm().$count(sessions)).toBeGreaterThan(0);
  expect(nextNumber()).toMatch(/^\+1212/);
});
