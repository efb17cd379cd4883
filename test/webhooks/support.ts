import { compile } from '../../src/routing/index.ts';
import {
  type CallRecord,
  createVoiceApp,
  sha256Hex,
  type Tenant,
  VOICE_PATH,
  type VoiceAppOptions,
  type VoiceRecord,
} from '../../src/webhooks/index.ts';
import { acme } from '../routing/support.ts';

export const BEARER = 'fixture-requests-key';
export const TOKEN = 'fixture-webhook-token';

export function tenant(parts: Partial<Tenant> = {}): Tenant {
  return {
    organizationId: 'org-acme',
    slug: 'acme',
    domain: 'acme.cloudonix.net',
    requestsKeyHash: sha256Hex(BEARER),
    webhookTokenHash: sha256Hex(TOKEN),
    plan: compile(acme()),
    planVersion: 3,
    ...parts,
  };
}

/** A voice app around the demo organization, its records collected. */
export function voiceApp(parts: Partial<VoiceAppOptions> = {}) {
  const records: CallRecord[] = [];
  return { app: createVoiceApp(voiceOptions(parts, records)), records };
}

/** What that app is made of. */
export function voiceOptions(parts: Partial<VoiceAppOptions> = {}, records: CallRecord[] = []): VoiceAppOptions {
  const known = tenant();
  let tick = 0;
  return {
    plans: {
      byDomain: (domain) => (domain === known.domain ? known : undefined),
      byWebhookToken: (hash) => (hash === known.webhookTokenHash ? known : undefined),
    },
    events: {
      append(record) {
        records.push(record);
        return true;
      },
    },
    counters: {
      async answer() {
        tick += 1;
        return tick - 1;
      },
    },
    continuationKey: new Uint8Array(32).fill(1),
    publicUrl: 'https://pbx.example/',
    clock: { now: () => new Date('2026-11-18T17:00:00Z') },
    random: () => 0,
    ...parts,
  };
}

export interface VoiceFields {
  readonly From?: string;
  readonly To?: string;
  readonly [field: string]: unknown;
}

/** Posts a voice request of the demo organization. */
export function postVoice(
  { app }: Pick<ReturnType<typeof voiceApp>, 'app'>,
  fields: VoiceFields,
  options: { readonly url?: string; readonly bearer?: string | null; readonly headers?: Record<string, string> } = {},
): Promise<Response> {
  const bearer = options.bearer === undefined ? BEARER : options.bearer;
  const body = {
    Session: 'c0ffee',
    From: '+16465550150',
    Direction: 'inbound',
    Domain: 'acme.cloudonix.net',
    ...fields,
  };
  return Promise.resolve(
    app.request(options.url ?? VOICE_PATH, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
        ...options.headers,
      },
      body: JSON.stringify(body),
    }),
  );
}

/** The first continuation URL in a document. */
export function actionIn(cxml: string): string {
  return (/(?:action="|<Redirect[^>]*>)([^"<]+)/.exec(cxml)?.[1] ?? '').replaceAll('&amp;', '&');
}

export function voiceRecords(records: readonly CallRecord[]): VoiceRecord[] {
  return records.filter((record) => record.kind === 'voice');
}
