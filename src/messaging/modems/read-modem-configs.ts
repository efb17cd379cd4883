import { and, asc, eq } from 'drizzle-orm';
import { messageOf } from '../../core/errors.ts';
import { Context, type ContextOptions } from '../../db/context.ts';
import { modems, organizations, smsPolicies } from '../../db/schema/index.ts';
import { readSecrets } from '../../db/secret-store.ts';
import type { Log } from '../../platform/log.ts';
import { isOfOrganization } from '../policies/whose.ts';
import type { ModemConfig, SendingConfig } from '../ports.ts';
import { minuteOf } from '../rules/quiet-hours.ts';

/** A modem that should run, and a text that differs when it must be started anew. */
export interface ActiveModem {
  readonly config: ModemConfig;
  readonly fingerprint: string;
}

export interface ModemConfigSource extends Pick<ContextOptions, 'db' | 'clock' | 'secrets'> {
  readonly log: Pick<Log, 'warn'>;
}

/** The active modems of all active organizations, PINs opened. One whose PIN cannot be opened is logged and left out. */
export async function readModemConfigs(source: ModemConfigSource): Promise<readonly ActiveModem[]> {
  const rows = await source.db
    .select({ modem: modems, timezone: organizations.timezone, policy: smsPolicies })
    .from(modems)
    .innerJoin(organizations, eq(organizations.id, modems.organizationId))
    .leftJoin(smsPolicies, and(eq(smsPolicies.organizationId, modems.organizationId), isOfOrganization()))
    .where(and(eq(modems.status, 'active'), eq(organizations.status, 'active')))
    .orderBy(asc(modems.id));
  const active: ActiveModem[] = [];
  for (const { modem, timezone, policy } of rows) {
    const sending = sendingOf(modem, timezone, policy);
    const { id, organizationId, name, path, baudRate, flowControl, profile, pinSecretId } = modem;
    try {
      const pin = pinSecretId === null ? undefined : await readPin(source, organizationId, pinSecretId);
      active.push({
        config: {
          id,
          organizationId,
          name,
          path,
          baudRate,
          flowControl,
          ...(profile === null ? {} : { profile }),
          ...(pin === undefined ? {} : { pin }),
          sending,
        },
        fingerprint: JSON.stringify([name, path, baudRate, flowControl, profile, pin, sending]),
      });
    } catch (error) {
      source.log.warn({ modem: name, error: messageOf(error) }, 'the PIN of a modem cannot be read; it is not started');
    }
  }
  return active;
}

function sendingOf(
  modem: typeof modems.$inferSelect,
  timezone: string,
  policy: typeof smsPolicies.$inferSelect | null,
): SendingConfig {
  const { weight, maxPerMinute, maxPerHour, maxPerDay, maxRecipientsPerDay, jitterSeconds } = modem;
  const limits = { maxPerMinute, maxPerHour, maxPerDay, maxRecipientsPerDay, jitterSeconds };
  const { quietFrom = null, quietUntil = null } = policy ?? {};
  return {
    takesShared: weight > 0,
    ...Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== null)),
    ...(quietFrom === null || quietUntil === null
      ? {}
      : {
          quiet: {
            from: minuteOf(quietFrom),
            until: minuteOf(quietUntil),
            timezone: policy?.timezone ?? timezone,
          },
        }),
  };
}

async function readPin(source: ModemConfigSource, organizationId: string, secretId: string) {
  const context = new Context({
    ...source,
    organizationId,
    actor: { kind: 'system', id: null, name: 'messaging' },
    can: () => true,
  });
  return (await readSecrets(context, [secretId])).get(secretId);
}
