import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { exportJWK, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../../../src/db/context.ts';
import { anonymousPrincipal, beginOidc, finishOidc } from '../../../src/identity/index.ts';
import { askDirectory, escapeDn, escapeFilter } from '../../../src/identity/provider/ldap.ts';
import { ldapConfigSchema } from '../../../src/identity/provider/providers.ts';
import { fromBase32, stepOf, totpAt } from '../../../src/identity/rules/totp.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { newTlsIdentity } from '../../support/tls-identity.ts';
import { cookieOf, type House, house, signedIn } from './support.ts';

let database: TestDatabase;
let home: House;
beforeAll(async () => {
  database = await openTestDatabase();
  home = await house(database);
});
afterAll(() => database?.close());

const anonymous = (): Context => {
  const { organization, actor, can } = anonymousPrincipal('192.0.2.1');
  return home.context.as({ organizationId: organization.id, actor, can });
};

describe('OpenID Connect', () => {
  const ISSUER = 'https://id.example.com';
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  /** An issuer that answers as the test says; every request to it is kept. */
  function issuer(idToken: (nonce: string) => Promise<string>, extra: object = {}) {
    const asked: { url: string; body: string }[] = [];
    let nonce = '';
    const ask = (async (input: string | URL, init?: RequestInit) => {
      const url = String(input);
      asked.push({ url, body: String(init?.body ?? '') });
      if (url.endsWith('/.well-known/openid-configuration')) {
        return Response.json({
          issuer: ISSUER,
          authorization_endpoint: `${ISSUER}/authorize`,
          token_endpoint: `${ISSUER}/token`,
          jwks_uri: `${ISSUER}/keys`,
          ...extra,
        });
      }
      if (url.endsWith('/keys')) {
        return Response.json({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }] });
      }
      return Response.json({ id_token: await idToken(nonce), token_type: 'Bearer' });
    }) as typeof fetch;
    return { ask, asked, remember: (value: string) => (nonce = value) };
  }

  const claims = (nonce: string, extra: object = {}) => ({
    nonce,
    email: 'oda@example.com',
    email_verified: true,
    preferred_username: 'oda',
    ...extra,
  });
  const token = (body: object, alter: (jwt: SignJWT) => SignJWT = (jwt) => jwt) =>
    alter(
      new SignJWT({ ...body })
        .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
        .setIssuer(ISSUER)
        .setAudience('switchhook')
        .setSubject('subject-1')
        .setIssuedAt(Math.floor(home.clock.now().getTime() / 1000))
        .setExpirationTime(Math.floor(home.clock.now().getTime() / 1000) + 300),
    ).sign(pair.privateKey);

  async function walk(idToken: (nonce: string) => Promise<string>, extra?: object) {
    const fake = issuer(idToken, extra);
    const begun = await beginOidc(anonymous(), home.slug, 'company', 'http://localhost:8080/cb', fake.ask);
    const location = new URL(begun.location);
    fake.remember(location.searchParams.get('nonce') ?? '');
    const finish = () => finishOidc(anonymous(), { code: 'c', state: begun.state }, {}, fake.ask);
    return { fake, location, finish };
  }

  beforeAll(async () => {
    const made = await home.owner.ask('PUT', '/api/v1/identity-providers', {
      kind: 'oidc',
      name: 'company',
      secret: 'client secret',
      config: { issuer: ISSUER, clientId: 'switchhook', autoCreate: true, roles: ['reporter'] },
    });
    expect([made.status, made.body.hasSecret, JSON.stringify(made.body).includes('client secret')]).toEqual([
      200,
      true,
      false,
    ]);
  });

  test('with PKCE and nonce whoever the issuer vouches for comes in, the second time as the same person', async () => {
    for (let visit = 0; visit < 2; visit += 1) {
      const { fake, location, finish } = await walk((nonce) => token(claims(nonce)));
      expect(location.searchParams.get('code_challenge_method')).toBe('S256');
      expect((await finish()).kind).toBe('signed_in');
      const form = new URLSearchParams(fake.asked.find(({ url }) => url.endsWith('/token'))?.body);
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      expect(challenge).toBe(location.searchParams.get('code_challenge'));
      await expect(finish()).rejects.toMatchObject({ code: 'sign_in.step_over' });
    }
    const { items } = (await home.owner.ask('GET', '/api/v1/people?search=oda')).body;
    expect(items).toEqual([expect.objectContaining({ callsign: 'oda', roles: ['reporter'], credentials: ['oidc'] })]);
  });

  test.each<[string, (nonce: string) => Promise<string>]>([
    [
      'alg none',
      async (nonce) =>
        new UnsecuredJWT(claims(nonce))
          .setIssuer(ISSUER)
          .setAudience('switchhook')
          .setSubject('s')
          .setIssuedAt()
          .setExpirationTime('5m')
          .encode(),
    ],
    [
      'an HMAC with the public key',
      async (nonce) => {
        const secret = Buffer.from(pair.publicKey.export({ type: 'spki', format: 'pem' }).toString());
        return new SignJWT(claims(nonce))
          .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
          .setIssuer(ISSUER)
          .setAudience('switchhook')
          .setSubject('s')
          .setIssuedAt()
          .setExpirationTime('5m')
          .sign(secret);
      },
    ],
    ['another audience', (nonce) => token(claims(nonce), (jwt) => jwt.setAudience('somebody-else'))],
    ['another issuer', (nonce) => token(claims(nonce), (jwt) => jwt.setIssuer('https://evil.example'))],
    ['another nonce', () => token(claims('replayed'))],
    ['an expired token', (nonce) => token(claims(nonce), (jwt) => jwt.setExpirationTime(1_000_000_000))],
    ['another party', (nonce) => token(claims(nonce, { azp: 'somebody-else' }))],
    [
      'a stranger’s key',
      async (nonce) =>
        new SignJWT(claims(nonce))
          .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
          .setIssuer(ISSUER)
          .setAudience('switchhook')
          .setSubject('s')
          .setIssuedAt()
          .setExpirationTime('5m')
          .sign(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
    ],
  ])('%s is refused', async (_, forge) => {
    const { finish } = await walk(forge);
    await expect(finish()).rejects.toMatchObject({ code: 'sign_in.refused' });
  });

  test('whoever has a second factor here is asked for it, unless the issuer asks for one of its own', async () => {
    const provider = { kind: 'oidc', name: 'company', config: { issuer: ISSUER, clientId: 'switchhook' } };
    await home.owner.ask('PUT', '/api/v1/identity-providers', {
      ...provider,
      config: { ...provider.config, autoCreate: true },
    });
    const enter = async () => {
      const { finish } = await walk((nonce) =>
        token(claims(nonce, { email: 'twice@example.com', preferred_username: 'twice' }), (jwt) =>
          jwt.setSubject('subject-twice'),
        ),
      );
      return finish();
    };
    const first = await enter();
    if (first.kind !== 'signed_in') throw new Error('nobody has a second factor yet');
    const cookie = `switchhook_session=${first.session.token}`;
    const { secret } = (await home.as(cookie, 'POST', '/api/v1/me/totp')).body;
    const code = () => totpAt(fromBase32(secret), stepOf(home.clock.now()));
    expect((await home.as(cookie, 'PUT', '/api/v1/me/totp', { code: code() })).status).toBe(204);

    const second = await enter();
    if (second.kind !== 'totp') throw new Error(`the second factor was not asked for: ${second.kind}`);
    home.clock.pass(60_000);
    const step = { step: second.step, code: '000000' };
    expect((await home.as(undefined, 'POST', '/api/v1/sign-in/totp', step)).status).toBe(401);
    const answer = await home.as(undefined, 'POST', '/api/v1/sign-in/totp', { ...step, code: code() });
    expect((await home.as(cookieOf(answer), 'GET', '/api/v1/me')).body.method).toBe('oidc+totp');

    await home.owner.ask('PUT', '/api/v1/identity-providers', {
      ...provider,
      config: { ...provider.config, autoCreate: true, hasOwnSecondFactor: true },
    });
    expect((await enter()).kind).toBe('signed_in');
  });

  test('a document of another issuer is not believed; an unknown provider is missing', async () => {
    await expect(walk((nonce) => token(claims(nonce)), { issuer: 'https://evil.example' })).rejects.toMatchObject({
      code: 'oidc.unavailable',
    });
    await expect(beginOidc(anonymous(), home.slug, 'nobody', 'http://x')).rejects.toMatchObject({
      code: 'provider.missing',
    });
  });

  test('an address that is not verified is nobody’s', async () => {
    const person = await signedIn(home, 'verified');
    await home.as(person.cookie, 'PATCH', '/api/v1/me/person', { email: 'verified@example.com' });
    const body = { email: 'verified@example.com', email_verified: false, preferred_username: 'thief' };
    const { finish } = await walk((nonce) => token(claims(nonce, body), (jwt) => jwt.setSubject('subject-2')));
    expect((await finish()).kind).toBe('signed_in');
    const { items } = (await home.owner.ask('GET', '/api/v1/people?search=thief')).body;
    expect(items).toEqual([expect.objectContaining({ callsign: 'thief', email: null })]);
  });
});

describe('LDAP', () => {
  /** Answers the few messages a sign-in sends; enough BER for that and no more. */
  function directory(
    known: Readonly<Record<string, string>>,
    tls?: { readonly key: string; readonly cert: string },
  ): Promise<{ server: Server; url: string; binds: string[]; inTheClear: string[] }> {
    const binds: string[] = [];
    const inTheClear: string[] = [];
    const serve = (socket: Socket) => {
      socket.on('data', (bytes) => {
        if (tls !== undefined && !(socket instanceof TLSSocket)) inTheClear.push(bytes.toString('latin1'));
        const id = bytes.subarray(2, 5);
        const at = 5 + (bytes[1] === 0x81 ? 1 : 0);
        const messageId = bytes[1] === 0x81 ? bytes.subarray(3, 6) : id;
        const operation = bytes[bytes[1] === 0x81 ? at : 5];
        const text = bytes.toString('latin1');
        const answer = (tag: number, body: Buffer) => {
          const protocol = Buffer.concat([Buffer.from([tag, body.length]), body]);
          socket.write(Buffer.concat([Buffer.from([0x30, messageId.length + protocol.length]), messageId, protocol]));
        };
        const result = (code: number) => Buffer.from([0x0a, 1, code, 4, 0, 4, 0]);
        if (operation === 0x77 && tls !== undefined) {
          // RFC 4511 section 4.14: after its success the same connection goes on encrypted.
          answer(0x78, result(0));
          socket.removeAllListeners('data');
          serve(new TLSSocket(socket, { isServer: true, ...tls }));
        } else if (operation === 0x60) {
          const dn = Object.keys(known).find((name) => text.includes(name));
          binds.push(text);
          answer(0x61, result(dn !== undefined && text.endsWith(known[dn] ?? '\0') ? 0 : 49));
        } else if (operation === 0x63) {
          const dn = Buffer.from(Object.keys(known)[0] ?? '');
          answer(0x64, Buffer.concat([Buffer.from([4, dn.length]), dn, Buffer.from([0x30, 0])]));
          answer(0x65, result(0));
        }
      });
      socket.on('error', () => {});
    };
    const server = createServer(serve);
    return new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        const port = typeof address === 'object' && address !== null ? address.port : 0;
        resolve({ server, url: `ldap://127.0.0.1:${port}`, binds, inTheClear });
      });
    });
  }

  const configOf = (url: string, extra: object = {}) =>
    ldapConfigSchema.parse({ url, startTls: false, userDn: 'uid={login},dc=example', ...extra });

  test('the right pair comes in, the wrong one does not, and an empty password is never even sent', async () => {
    const { server, url, binds } = await directory({ 'uid=lena,dc=example': 'right horse' });
    try {
      expect(await askDirectory(configOf(url), undefined, 'lena', 'right horse')).toMatchObject({
        dn: 'uid=lena,dc=example',
      });
      expect(await askDirectory(configOf(url), undefined, 'lena', 'wrong horse')).toBeUndefined();
      const before = binds.length;
      expect(await askDirectory(configOf(url), undefined, 'lena', '')).toBeUndefined();
      expect(binds).toHaveLength(before);
      await home.owner.ask('PUT', '/api/v1/identity-providers', {
        kind: 'ldap',
        name: 'directory',
        config: { url, startTls: false, userDn: 'uid={login},dc=example', autoCreate: true },
      });
      const sign = (password: string) =>
        home.as(undefined, 'POST', '/api/v1/sign-in', { login: 'lena', password, organization: home.slug });
      const answer = await sign('right horse');
      expect(answer.body).toEqual({ signedIn: true });
      expect((await home.as(cookieOf(answer), 'GET', '/api/v1/me')).body).toMatchObject({
        method: 'ldap',
        role: 'member',
      });
      expect((await sign('right horse')).body).toEqual({ signedIn: true });
      expect((await sign('wrong horse')).status).toBe(401);
      await home.owner.ask('DELETE', '/api/v1/identity-providers/directory');
    } finally {
      server.close();
    }
  });

  test('with StartTLS name and password are said to a server whose certificate is right, and only encrypted', async () => {
    const tls = newTlsIdentity('localhost');
    const { server, url, binds, inTheClear } = await directory({ 'uid=lena,dc=example': 'right horse' }, tls);
    const named = url.replace('127.0.0.1', 'localhost');
    try {
      const config = configOf(named, { startTls: true, ca: tls.cert });
      expect(await askDirectory(config, undefined, 'lena', 'right horse')).toMatchObject({ dn: 'uid=lena,dc=example' });
      expect(await askDirectory(config, undefined, 'lena', 'wrong horse')).toBeUndefined();
      expect(binds).toHaveLength(2);
      for (const wrong of [
        configOf(named, { startTls: true }),
        configOf(named, { startTls: true, ca: newTlsIdentity('localhost').cert }),
      ])
        await expect(askDirectory(wrong, undefined, 'lena', 'right horse')).rejects.toMatchObject({
          code: 'ldap.unavailable',
        });
      expect(binds).toHaveLength(2);
      expect(inTheClear.length).toBeGreaterThan(0);
      expect(inTheClear.some((text) => text.includes('lena') || text.includes('horse'))).toBe(false);
    } finally {
      server.close();
    }
  }, 20_000);

  test('a directory that will not encrypt, or is not there, is an outage and never a sign-in', async () => {
    const { server, url } = await directory({ 'uid=lena,dc=example': 'right horse' });
    try {
      const insisting = configOf(url, { startTls: true });
      await expect(askDirectory(insisting, undefined, 'lena', 'right horse')).rejects.toMatchObject({
        code: 'ldap.unavailable',
      });
    } finally {
      server.close();
    }
    await expect(askDirectory(configOf('ldap://127.0.0.1:1'), undefined, 'lena', 'x')).rejects.toMatchObject({
      code: 'ldap.unavailable',
    });
  }, 20_000);

  test('names cannot climb out of their place in a DN or a filter', () => {
    expect(escapeDn('a,b=c')).toBe('a\\,b\\=c');
    expect(escapeFilter('*)(uid=*')).toBe('\\2a\\29\\28uid=\\2a');
  });
});

describe('passkeys', () => {
  /** A device in software: one P-256 key, a counter, and answers as browsers give them. */
  function device() {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const id = randomBytes(16);
    let counter = 0;
    const { x = '', y = '' } = pair.publicKey.export({ format: 'jwk' });
    const coordinate = (text: string) => Buffer.concat([Buffer.from([0x58, 32]), Buffer.from(text, 'base64url')]);
    const cose = Buffer.concat([
      Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
      coordinate(x),
      Buffer.from([0x22]),
      coordinate(y),
    ]);
    const rpIdHash = createHash('sha256').update('localhost').digest();
    const counterBytes = () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(counter);
      return bytes;
    };
    const clientData = (type: string, challenge: string, origin = 'http://localhost:8080') =>
      Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
    const text = (word: string) => Buffer.concat([Buffer.from([0x60 | word.length]), Buffer.from(word)]);
    const envelope = (response: object) => ({
      id: id.toString('base64url'),
      rawId: id.toString('base64url'),
      type: 'public-key',
      response,
      clientExtensionResults: {},
    });
    return {
      id,
      rewind: () => (counter = 0),
      create(challenge: string, origin?: string) {
        const length = Buffer.from([0, id.length]);
        const authData = Buffer.concat([
          rpIdHash,
          Buffer.from([0x45]),
          counterBytes(),
          Buffer.alloc(16),
          length,
          id,
          cose,
        ]);
        const attestation = Buffer.concat([
          Buffer.from([0xa3]),
          text('fmt'),
          text('none'),
          text('attStmt'),
          Buffer.from([0xa0]),
          text('authData'),
          Buffer.from([0x58, authData.length]),
          authData,
        ]);
        return envelope({
          clientDataJSON: clientData('webauthn.create', challenge, origin).toString('base64url'),
          attestationObject: attestation.toString('base64url'),
        });
      },
      get(challenge: string, origin?: string) {
        counter += 1;
        const data = clientData('webauthn.get', challenge, origin);
        const authData = Buffer.concat([rpIdHash, Buffer.from([0x05]), counterBytes()]);
        const signed = Buffer.concat([authData, createHash('sha256').update(data).digest()]);
        return envelope({
          clientDataJSON: data.toString('base64url'),
          authenticatorData: authData.toString('base64url'),
          signature: createSign('sha256').update(signed).sign(pair.privateKey).toString('base64url'),
        });
      },
    };
  }

  test('made by a person, it signs them in without a name; a replay, another site and a copied counter do not', async () => {
    const person = await signedIn(home, 'keyholder');
    const key = device();
    const begun = (await home.as(person.cookie, 'POST', '/api/v1/me/passkeys/options')).body;
    const keep = (response: object) =>
      home.as(person.cookie, 'POST', '/api/v1/me/passkeys', { step: begun.step, name: 'phone', response });
    expect((await keep(key.create(begun.options.challenge, 'https://evil.example'))).body.code).toBe('passkey.refused');
    expect((await keep(key.create(begun.options.challenge))).status).toBe(201);
    expect((await keep(key.create(begun.options.challenge))).status).toBe(401);

    const ask = async () => (await home.as(undefined, 'POST', '/api/v1/sign-in/passkey/options')).body;
    const enter = (step: string, response: object) =>
      home.as(undefined, 'POST', '/api/v1/sign-in/passkey', { step, response });
    const one = await ask();
    const answer = key.get(one.options.challenge);
    const won = await enter(one.step, answer);
    expect(won.body).toEqual({ signedIn: true });
    expect((await home.as(cookieOf(won), 'GET', '/api/v1/me')).body).toMatchObject({
      method: 'passkey',
      actor: { name: 'keyholder' },
    });
    expect((await enter(one.step, answer)).status).toBe(401);
    const two = await ask();
    expect((await enter(two.step, answer)).status).toBe(401);
    const three = await ask();
    expect((await enter(three.step, key.get(three.options.challenge, 'https://evil.example'))).status).toBe(401);
    key.rewind();
    const four = await ask();
    expect((await enter(four.step, key.get(four.options.challenge))).status).toBe(401);

    const [mine] = (await home.as(person.cookie, 'GET', '/api/v1/me/passkeys')).body.items;
    expect((await home.as(person.cookie, 'DELETE', `/api/v1/me/passkeys/${mine.id}`)).status).toBe(204);
    expect((await home.as(person.cookie, 'DELETE', `/api/v1/me/passkeys/${mine.id}`)).status).toBe(404);
  });
});
