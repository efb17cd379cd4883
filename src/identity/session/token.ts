import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { exportJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import type { SecretBox } from '../../platform/secrets.ts';
import type { AuthenticationDeps, Principal } from '../principal.ts';
import { authenticateSessionId } from './authenticate.ts';

const ISSUER = 'switchhook';
const LIFETIME_SECONDS = 15 * 60;
/** The only algorithm: a token that names another, or none, is refused before its key is looked at. */
const ALGORITHM = 'EdDSA';

/** RFC 8410: what stands before the 32 bytes of an Ed25519 key in PKCS#8. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Every process derives the same key from SECRET_KEY; nothing is stored. */
function keyOf(secrets: Pick<SecretBox, 'derive'>): KeyObject {
  const seed = Buffer.from(secrets.derive('session-tokens'));
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
}

function keyId(key: KeyObject): string {
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return createHash('sha256').update(spki).digest('base64url').slice(0, 16);
}

/**
 * A short-lived JWT that stands for a session, for programs that cannot keep a cookie. It says who and where, so that others
 * can read it, but what it opens is the session: ended there, it is worth nothing here.
 */
export async function sessionJwt(
  secrets: Pick<SecretBox, 'derive'>,
  principal: Principal,
  now: Date,
): Promise<{ readonly token: string; readonly expiresAt: Date }> {
  const key = keyOf(secrets);
  const issuedAt = Math.floor(now.getTime() / 1000);
  const token = await new SignJWT({ sid: principal.sessionId ?? '', org: principal.organization.slug })
    .setProtectedHeader({ alg: ALGORITHM, kid: keyId(key), typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience(ISSUER)
    .setSubject(principal.userId ?? principal.actor.id ?? '')
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFETIME_SECONDS)
    .sign(key);
  return { token, expiresAt: new Date((issuedAt + LIFETIME_SECONDS) * 1000) };
}

/** Whether a bearer is shaped like a JWT; our own keys never hold a dot. */
export function isJwt(bearer: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(bearer);
}

/** Who a JWT belongs to, or undefined: forged, of another algorithm, expired, or of a session that is over. */
export async function authenticateJwt(
  deps: Pick<AuthenticationDeps, 'db' | 'clock' | 'secrets' | 'report'>,
  token: string,
  ip?: string,
): Promise<Principal | undefined> {
  let sessionId: unknown;
  try {
    const { payload } = await jwtVerify(token, createPublicKey(keyOf(deps.secrets)), {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: ISSUER,
      currentDate: deps.clock.now(),
      requiredClaims: ['sid', 'exp', 'iat'],
    });
    sessionId = payload.sid;
  } catch {
    // Whatever is wrong with it, the answer is the same.
    return undefined;
  }
  if (typeof sessionId !== 'string' || !/^[0-9a-f-]{36}$/.test(sessionId)) return undefined;
  return authenticateSessionId(deps, sessionId, ip);
}

/** The public key, for services that want to read our tokens (RFC 7517). */
export async function publicKeySet(secrets: Pick<SecretBox, 'derive'>): Promise<{ readonly keys: readonly JWK[] }> {
  const key = keyOf(secrets);
  const jwk = await exportJWK(createPublicKey(key));
  return { keys: [{ ...jwk, kid: keyId(key), alg: ALGORITHM, use: 'sig' }] };
}
