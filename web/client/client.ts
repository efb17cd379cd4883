import createClient, { type Client } from 'openapi-fetch';
import type { paths } from './schema.d.ts';

export type ApiClient = Client<paths>;

export interface ApiClientOptions {
  /** Where the server is: `https://phones.example`. */
  readonly baseUrl: string;
  /** An API key; absent in the console, whose cookie goes along by itself. */
  readonly apiKey?: string;
  /** Which organization the operator of the machine means. */
  readonly organization?: string;
  readonly fetch?: (request: Request) => Promise<Response>;
}

/**
 * The API with its types: each address, parameter, body and answer is checked when this program is compiled.
 *
 *     const api = createApiClient({ baseUrl, apiKey });
 *     const { data, error } = await api.POST('/api/v1/messages', { body: { to: '+16465550123', body: 'Hello' } });
 */
export function createApiClient({ baseUrl, apiKey, organization, fetch }: ApiClientOptions): ApiClient {
  return createClient<paths>({
    baseUrl,
    headers: {
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      ...(organization === undefined ? {} : { 'x-switchhook-organization': organization }),
    },
    ...(fetch === undefined ? {} : { fetch }),
  });
}
