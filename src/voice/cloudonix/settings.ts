import { z } from 'zod';
import { toBase64Url } from '../../core/bytes.ts';
import { AppError } from '../../core/errors.ts';
import { systemRandom } from '../../core/ids.ts';
import type { Context } from '../../db/context.ts';
import { cloudonixSettingsSchema, openCloudonixSettings, putCloudonixSettings } from '../cloudonix-settings.ts';
import { createCloudonixClient } from './client.ts';
import type { CloudonixDeps } from './deps.ts';
import { addressesOf } from './survey.ts';

/** What people and the console see of the settings. Secrets are set, never shown. */
export const cloudonixSettingsViewSchema = z.object({
  domain: z.string().nullable(),
  noAnswerTimeoutSeconds: z.int(),
  hasApiKey: z.boolean(),
  voiceUrl: z.string().meta({ description: 'Where Cloudonix asks; a sync writes it there.' }),
});

/** A change of the settings: what is left out stays, and a secret that was never set is made. */
export const cloudonixSettingsInputSchema = z.strictObject({
  domain: cloudonixSettingsSchema.shape.domain,
  apiKey: cloudonixSettingsSchema.shape.apiKey,
  requestsApiKey: cloudonixSettingsSchema.shape.requestsApiKey.optional(),
  webhookToken: cloudonixSettingsSchema.shape.webhookToken.optional(),
  noAnswerTimeoutSeconds: cloudonixSettingsSchema.shape.noAnswerTimeoutSeconds.optional(),
});

export type CloudonixSettingsView = Readonly<z.output<typeof cloudonixSettingsViewSchema>>;

const DEFAULT_TIMEOUT_SECONDS = 60;

/** The settings without their secrets; a `domain` of null where there are none yet. */
export async function viewCloudonixSettings(context: Context, deps: CloudonixDeps): Promise<CloudonixSettingsView> {
  context.require('voice.cloudonix_settings.read');
  const settings = await openCloudonixSettings(context);
  return {
    domain: settings?.domain ?? null,
    noAnswerTimeoutSeconds: settings?.noAnswerTimeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
    hasApiKey: settings?.apiKey !== undefined,
    voiceUrl: addressesOf(deps.publicUrl(), '').voiceUrl,
  };
}

/** Sets the domain and whatever else is given. Calls are answered under it at once; a sync tells Cloudonix. */
export async function changeCloudonixSettings(
  context: Context,
  deps: CloudonixDeps,
  input: z.output<typeof cloudonixSettingsInputSchema>,
): Promise<CloudonixSettingsView> {
  context.require('voice.cloudonix_settings.write');
  await context.transaction(async (inner) => {
    const former = await openCloudonixSettings(inner);
    const apiKey = input.apiKey ?? former?.apiKey;
    await putCloudonixSettings(inner, {
      domain: input.domain,
      requestsApiKey: input.requestsApiKey ?? former?.requestsApiKey ?? newSecret(),
      webhookToken: input.webhookToken ?? former?.webhookToken ?? newSecret(),
      ...(apiKey === undefined ? {} : { apiKey }),
      noAnswerTimeoutSeconds: input.noAnswerTimeoutSeconds ?? former?.noAnswerTimeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
    });
  });
  return viewCloudonixSettings(context, deps);
}

export const cloudonixValidationInputSchema = z.strictObject({
  domain: cloudonixSettingsSchema.shape.domain,
  apiKey: cloudonixSettingsSchema.shape.requestsApiKey,
});

export const cloudonixValidationSchema = z.object({
  valid: z.boolean(),
  reason: z.string().nullable().meta({ description: 'What to do about it, when it is not.' }),
  domain: z.string().nullable(),
  noAnswerTimeoutSeconds: z.int().nullable().meta({ description: 'As the domain has it now, to begin with.' }),
  recordingFormat: z.string().nullable(),
});

/** Tries a domain and a key before they are stored. Stores nothing; what is wrong is an answer and no failure. */
export async function validateCloudonix(
  context: Context,
  deps: CloudonixDeps,
  { domain, apiKey }: z.output<typeof cloudonixValidationInputSchema>,
): Promise<z.output<typeof cloudonixValidationSchema>> {
  context.require('voice.cloudonix_settings.write');
  const { apiUrl: baseUrl, fetch, sleep, random } = deps;
  try {
    const found = await createCloudonixClient(domain, { baseUrl, apiKey, fetch, sleep, random }).domain();
    const timeout = Number(found.profile['call-timeout']);
    const format = found.profile['recording-media-type'];
    return {
      valid: found.active,
      reason: found.active ? null : 'The domain is inactive at Cloudonix. Activate it in the cockpit.',
      domain: found.domain ?? domain,
      noAnswerTimeoutSeconds: Number.isInteger(timeout) && timeout >= 1 && timeout <= 600 ? timeout : null,
      recordingFormat: typeof format === 'string' ? format : null,
    };
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'conflict') throw error;
    return { valid: false, reason: error.detail, domain: null, noAnswerTimeoutSeconds: null, recordingFormat: null };
  }
}

const SECRET_BYTES = 32;

function newSecret(): string {
  return toBase64Url(systemRandom(SECRET_BYTES));
}
