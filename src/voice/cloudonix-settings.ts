import { createHash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import type { Context } from '../db/context.ts';
import { constraintOf } from '../db/postgres-error.ts';
import { cloudonixSettings } from '../db/schema/index.ts';
import { deleteSecrets, readSecrets, storeSecret } from '../db/secret-store.ts';
import { voiceSettingsSchema } from '../routing/index.ts';
import { publishPlan } from './plan/publish.ts';

const secret = (what: string) =>
  z.string(`the ${what} is missing`).min(1, `the ${what} is empty`).max(255, 'use at most 255 characters');

/** How an organization is tied to its Cloudonix domain (reference/cloudonix.md 5.10). */
export const cloudonixSettingsSchema = z.strictObject({
  domain: z
    .string('the Cloudonix domain is missing')
    .trim()
    .toLowerCase()
    .regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'write the domain as Cloudonix shows it, e.g. acme.cloudonix.net')
    .transform((domain) => (domain.includes('.') ? domain : `${domain}.cloudonix.net`)),
  /** The bearer Cloudonix presents on voice requests (domain profile `authorization-api-key`). */
  requestsApiKey: secret('requestsApiKey'),
  /** Unguessable path segment of the session, CDR and recording callbacks. */
  webhookToken: secret('webhookToken').regex(
    /^[A-Za-z0-9_-]+$/,
    'use letters, digits, - and _ only: it stands in an address',
  ),
  /** Opens the Cloudonix REST API. */
  apiKey: secret('apiKey').optional(),
  noAnswerTimeoutSeconds: voiceSettingsSchema.shape.noAnswerTimeoutSeconds,
});

export type CloudonixSettings = Readonly<z.output<typeof cloudonixSettingsSchema>>;

/** The organization's settings with their secrets, or undefined when it has none yet. */
export async function readCloudonixSettings(context: Context): Promise<CloudonixSettings | undefined> {
  context.require('voice.cloudonix_settings.read');
  return openCloudonixSettings(context);
}

/** The same for use cases with a permission of their own: whoever may end a call need not be one who may read settings. */
export async function openCloudonixSettings(context: Context): Promise<CloudonixSettings | undefined> {
  const row = await findRow(context);
  if (row === undefined) return undefined;
  const secrets = await readSecrets(context, secretIdsOf(row));
  const apiKey = row.apiKeySecretId === null ? undefined : secrets.get(row.apiKeySecretId);
  return {
    domain: row.domain,
    requestsApiKey: secrets.get(row.requestsApiKeySecretId) ?? '',
    webhookToken: secrets.get(row.webhookTokenSecretId) ?? '',
    ...(apiKey === undefined ? {} : { apiKey }),
    noAnswerTimeoutSeconds: row.noAnswerTimeoutSeconds,
  };
}

/** Sets or replaces the organization's settings. Throws `cloudonix_settings.taken` when another organization has the domain. */
export async function putCloudonixSettings(context: Context, settings: CloudonixSettings): Promise<void> {
  context.require('voice.cloudonix_settings.write');
  await context.transaction(async (inner) => {
    const former = await findRow(inner);
    const values = {
      domain: settings.domain,
      requestsApiKeySecretId: await storeSecret(inner, 'cloudonix.requests_api_key', settings.requestsApiKey),
      requestsKeyHash: sha256(settings.requestsApiKey),
      webhookTokenSecretId: await storeSecret(inner, 'cloudonix.webhook_token', settings.webhookToken),
      webhookTokenHash: sha256(settings.webhookToken),
      apiKeySecretId:
        settings.apiKey === undefined ? null : await storeSecret(inner, 'cloudonix.api_key', settings.apiKey),
      noAnswerTimeoutSeconds: settings.noAnswerTimeoutSeconds,
      updatedAt: inner.clock.now(),
    };
    try {
      await inner.db
        .insert(cloudonixSettings)
        .values({ organizationId: inner.organizationId, ...values })
        .onConflictDoUpdate({ target: cloudonixSettings.organizationId, set: values });
    } catch (cause) {
      if (constraintOf(cause)?.kind !== 'unique') throw cause;
      throw new AppError({
        code: 'cloudonix_settings.taken',
        kind: 'conflict',
        detail: 'Another organization of this installation uses this Cloudonix domain or webhook token.',
        cause,
      });
    }
    if (former !== undefined) await deleteSecrets(inner, secretIdsOf(former));
    await inner.audit({
      action: 'voice.cloudonix_settings.change',
      entityType: 'Cloudonix settings',
      entityId: inner.organizationId,
      before: former === undefined ? undefined : shown(former),
      after: shown(values),
    });
    inner.beforeCommit('voice.plan', publishPlan);
  });
}

type Row = typeof cloudonixSettings.$inferSelect;

async function findRow(context: Context): Promise<Row | undefined> {
  const [row] = await context.db
    .select()
    .from(cloudonixSettings)
    .where(eq(cloudonixSettings.organizationId, context.organizationId));
  return row;
}

function secretIdsOf(row: Row): string[] {
  return [row.requestsApiKeySecretId, row.webhookTokenSecretId, row.apiKeySecretId].filter((id) => id !== null);
}

function shown(row: Pick<Row, 'domain' | 'noAnswerTimeoutSeconds'>) {
  return { domain: row.domain, noAnswerTimeoutSeconds: row.noAnswerTimeoutSeconds };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
