import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

interface Parameters {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/**
 * Parameters by version, which stands in front of each hash: a stronger version is a new line here, and everybody's hash
 * is made anew when they next sign in. 2 is what OWASP recommends for 32 MiB (N = 2^15, r = 8, p = 3).
 */
const VERSIONS: Readonly<Record<string, Parameters>> = {
  s1: { N: 2 ** 14, r: 8, p: 1 },
  s2: { N: 2 ** 15, r: 8, p: 3 },
};

const CURRENT = 's2';
const BYTES = 32;

/** `s2$salt$hash`, both base64url. */
export async function hashPassword(password: string, version = CURRENT): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, version);
  return `${version}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

/** Whether a password belongs to a stored hash, and whether that should be made anew with today's parameters. */
export async function verifyPassword(
  password: string,
  stored: string | null | undefined,
): Promise<{ readonly isRight: boolean; readonly isOutdated: boolean }> {
  const [version = '', salt = '', hash = ''] = (stored ?? NOBODYS).split('$');
  if (VERSIONS[version] === undefined) return { isRight: false, isOutdated: false };
  const expected = Buffer.from(hash, 'base64url');
  const actual = await derive(password, Buffer.from(salt, 'base64url'), version);
  const isRight = expected.length === actual.length && timingSafeEqual(expected, actual) && stored != null;
  return { isRight, isOutdated: version !== CURRENT };
}

/** What an unknown name is checked against, so that its answer takes as long as a known one's. */
const NOBODYS = `${CURRENT}$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA`;

function derive(password: string, salt: Buffer, version: string): Promise<Buffer> {
  const parameters = VERSIONS[version];
  if (parameters === undefined) throw new Error(`there is no password version ${version}`);
  const options = { ...parameters, maxmem: 2 * 128 * parameters.N * parameters.r };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, BYTES, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
