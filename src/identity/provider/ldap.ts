import { eq } from 'drizzle-orm';
import type { Client, Entry } from 'ldapts';
import { AppError, messageOf } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { organizations } from '../../db/schema/index.ts';
import type { Account } from '../sign-in/account.ts';
import { activeProviders, type LdapConfig, ldapConfigSchema } from './providers.ts';
import { accountOfVouched } from './vouched.ts';

const TIMEOUT_MS = 5_000;

/** Who a directory says somebody is. */
export interface DirectoryEntry {
  readonly dn: string;
  readonly email: string | undefined;
  readonly firstName: string | undefined;
  readonly lastName: string | undefined;
}

/**
 * Signs in by the directory of the organization that was named, or that the account belongs to. Undefined when there is no
 * directory or it does not know the pair.
 */
export async function signInByDirectory(
  context: Context,
  tried: {
    readonly login: string;
    readonly password: string;
    readonly organization: string | undefined;
    readonly account: Account | undefined;
  },
): Promise<{ readonly account: Account; readonly method: string } | undefined> {
  const organization = await organizationOf(context, tried.account, tried.organization);
  if (organization === undefined) return undefined;
  const inside = context.as({
    organizationId: organization.id,
    actor: { ...context.actor, kind: 'anonymous', name: 'directory' },
    can: () => false,
  });
  for (const provider of await activeProviders(inside, 'ldap')) {
    const config = ldapConfigSchema.parse(provider.config);
    const entry = await askDirectory(config, provider.secret, tried.login, tried.password);
    if (entry === undefined) continue;
    const vouched = { kind: 'ldap' as const, subject: `${provider.id}/${entry.dn}`, callsign: tried.login, ...entry };
    const account = await accountOfVouched(inside, vouched, config, organization.slug);
    if (account !== undefined) return { account, method: 'ldap' };
  }
  return undefined;
}

async function organizationOf({ db }: Context, account: Account | undefined, slug: string | undefined) {
  if (account !== undefined) return account.organization;
  const rows = await db
    .select()
    .from(organizations)
    .where(slug === undefined ? eq(organizations.status, 'active') : eq(organizations.slug, slug))
    .limit(2);
  // Without a name it is only clear where there is only one.
  return rows.length === 1 && rows[0]?.status === 'active' ? rows[0] : undefined;
}

/**
 * The directory's entry of somebody whose password is right, or undefined. An empty password is never tried: LDAP would
 * take it for an anonymous sign-in and say yes (RFC 4513 section 5.1.2). The server's certificate is always verified.
 * Throws `ldap.unavailable`.
 */
export async function askDirectory(
  config: LdapConfig,
  secret: string | undefined,
  login: string,
  password: string,
): Promise<DirectoryEntry | undefined> {
  if (password === '' || login === '') return undefined;
  const { Client, InvalidCredentialsError } = await import('ldapts');
  const tlsOptions = { minVersion: 'TLSv1.2' as const, ...(config.ca === undefined ? {} : { ca: config.ca }) };
  const isPlain = config.url.startsWith('ldap://');
  const client = new Client({
    url: config.url,
    timeout: TIMEOUT_MS,
    connectTimeout: TIMEOUT_MS,
    ...(isPlain ? {} : { tlsOptions }),
  });
  try {
    if (isPlain && config.startTls) await client.startTLS({ ...tlsOptions, host: new URL(config.url).hostname });
    const dn = await dnOf(client, config, secret, login);
    if (dn === undefined) return undefined;
    await client.bind(dn, password);
    const { searchEntries } = await client.search(dn, { scope: 'base', attributes: ['mail', 'givenName', 'sn'] });
    const [entry] = searchEntries;
    return { dn, email: first(entry, 'mail'), firstName: first(entry, 'givenName'), lastName: first(entry, 'sn') };
  } catch (error) {
    if (error instanceof InvalidCredentialsError) return undefined;
    throw new AppError({
      code: 'ldap.unavailable',
      kind: 'unavailable',
      detail: 'The directory cannot be asked right now. Try again, or sign in another way.',
      cause: new Error(`${config.url}: ${messageOf(error)}`),
    });
  } finally {
    await client.unbind().catch(() => {
      // The connection may be gone already; nothing is left to end.
    });
  }
}

async function dnOf(
  client: Client,
  config: LdapConfig,
  secret: string | undefined,
  login: string,
): Promise<string | undefined> {
  if (config.userDn !== undefined) return config.userDn.replaceAll('{login}', escapeDn(login));
  if (config.bindDn !== undefined && secret !== undefined && secret !== '') await client.bind(config.bindDn, secret);
  const { searchEntries } = await client.search(config.searchBase ?? '', {
    scope: 'sub',
    filter: config.filter.replaceAll('{login}', escapeFilter(login)),
    attributes: ['dn'],
    sizeLimit: 2,
  });
  return searchEntries.length === 1 ? searchEntries[0]?.dn : undefined;
}

/** RFC 4514 section 2.4. */
export function escapeDn(text: string): string {
  return text
    .replace(/[\\,+"<>;=#]/g, (sign) => `\\${sign}`)
    .replace(/^ | $/g, '\\ ')
    .replaceAll('\0', '\\00');
}

/** RFC 4515 section 3. */
export function escapeFilter(text: string): string {
  return text.replace(/[\\*()\0]/g, (sign) => `\\${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function first(entry: Entry | undefined, name: string): string | undefined {
  const value = entry?.[name];
  const text = Array.isArray(value) ? value[0] : value;
  return typeof text === 'string' && text !== '' ? text : undefined;
}
