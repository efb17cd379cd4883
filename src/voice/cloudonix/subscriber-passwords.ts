import { and, eq } from 'drizzle-orm';
import { toHex } from '../../core/bytes.ts';
import { AppError } from '../../core/errors.ts';
import { systemRandom } from '../../core/ids.ts';
import type { Context } from '../../db/context.ts';
import { cloudonixSubscribers } from '../../db/schema/index.ts';
import { readSecrets, storeSecret } from '../../db/secret-store.ts';
import { openCloudonixSettings } from '../cloudonix-settings.ts';

/** 128 bits, in letters a person can type into a phone. */
const PASSWORD_BYTES = 16;

/** Numbers of the subscribers that were made from here. */
export async function listOwnSubscribers(context: Context): Promise<ReadonlySet<string>> {
  const rows = await context.db
    .select({ number: cloudonixSubscribers.number })
    .from(cloudonixSubscribers)
    .where(eq(cloudonixSubscribers.organizationId, context.organizationId));
  return new Set(rows.map(({ number }) => number));
}

/**
 * The SIP password of a subscriber, made on first asking. It is stored before Cloudonix hears of it, so that a cut between
 * the two leaves a password nobody uses and not a phone nobody can register.
 */
export async function passwordFor(context: Context, number: string): Promise<string> {
  return context.transaction(async (inner) => {
    const stored = await readPassword(inner, number);
    if (stored !== undefined) return stored;
    const password = toHex(systemRandom(PASSWORD_BYTES)).toLowerCase();
    const passwordSecretId = await storeSecret(inner, 'cloudonix.subscriber_password', password);
    await inner.db
      .insert(cloudonixSubscribers)
      .values({ organizationId: inner.organizationId, number, passwordSecretId });
    return password;
  });
}

/** What a phone registers with. Asking leaves a trace in the audit. */
export interface PhoneCredentials {
  readonly domain: string;
  readonly username: string;
  readonly password: string;
}

/** The credentials of an extension's phone. Throws `subscriber.missing` when no sync has made it. */
export async function readPhoneCredentials(context: Context, number: string): Promise<PhoneCredentials> {
  context.require('voice.phone_credentials.read_secret');
  return context.transaction(async (inner) => {
    const domain = (await openCloudonixSettings(inner))?.domain;
    const password = await readPassword(inner, number);
    if (password === undefined || domain === undefined) {
      throw new AppError({
        code: 'subscriber.missing',
        kind: 'missing',
        detail: `No password of ${number} is known here. Run "switchhook cloudonix sync --yes"; a subscriber that was made at Cloudonix keeps the password it was given there.`,
      });
    }
    await inner.audit({ action: 'voice.phone_credentials.read', entityType: 'phone', entityId: number });
    return { domain, username: number, password };
  });
}

async function readPassword(context: Context, number: string): Promise<string | undefined> {
  const [row] = await context.db
    .select({ id: cloudonixSubscribers.passwordSecretId })
    .from(cloudonixSubscribers)
    .where(
      and(eq(cloudonixSubscribers.organizationId, context.organizationId), eq(cloudonixSubscribers.number, number)),
    );
  return row === undefined ? undefined : (await readSecrets(context, [row.id])).get(row.id);
}
