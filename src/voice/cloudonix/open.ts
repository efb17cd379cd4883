import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { type CloudonixSettings, openCloudonixSettings } from '../cloudonix-settings.ts';
import { type CloudonixClient, createCloudonixClient } from './client.ts';
import type { CloudonixDeps } from './deps.ts';

/**
 * The organization's settings and a client for its domain. The caller has checked its own permission.
 * Throws `cloudonix.not_set` or `cloudonix.api_key_missing`.
 */
export async function openCloudonix(
  context: Context,
  deps: CloudonixDeps,
): Promise<{ readonly settings: CloudonixSettings; readonly client: CloudonixClient }> {
  const settings = await openCloudonixSettings(context);
  if (settings === undefined) {
    throw new AppError({
      code: 'cloudonix.not_set',
      kind: 'conflict',
      detail: 'This organization has no Cloudonix domain. Add the section "cloudonix" to its file and apply it.',
    });
  }
  const { apiKey } = settings;
  if (apiKey === undefined) {
    throw new AppError({
      code: 'cloudonix.api_key_missing',
      kind: 'conflict',
      detail:
        'Without an API key Cloudonix cannot be asked for anything. Make a domain key there and set cloudonix.apiKey.',
    });
  }
  const { apiUrl: baseUrl, fetch, sleep, random } = deps;
  return { settings, client: createCloudonixClient(settings.domain, { baseUrl, apiKey, fetch, sleep, random }) };
}
