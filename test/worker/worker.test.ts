import { env, SELF } from 'cloudflare:test';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromBase64Url } from '../../src/core/bytes.ts';
import { compile, type PlanDocument, planDocumentSchema } from '../../src/routing/index.ts';
import {
  createVoiceApp,
  domainKey,
  type PlanSnapshot,
  sha256Hex,
  tenantOf,
  VOICE_PATH,
  webhookKey,
} from '../../src/webhooks/index.ts';
import { CONTINUATION_KEY, PUBLIC_URL } from './bindings.ts';

const DOMAIN = 'edge.cloudonix.net';
const BEARER = 'edge-requests-key';
const TOKEN = 'edge-webhook-token';

const document: PlanDocument = planDocumentSchema.parse({
  organization: { slug: 'edge', name: 'Edge', timezone: 'America/New_York' },
  extensions: [{ number: '101' }, { number: '102' }],
  numbers: [
    { number: '+16465550100', routeTo: 'ivr_menu:main' },
    { number: '+16465550101', routeTo: 'ring_group:rota' },
    { number: '+16465550102', routeTo: 'business_hours:always' },
  ],
  ringGroups: [{ name: 'rota', strategy: 'round_robin', members: ['101', '102'] }],
  ivrMenus: [{ name: 'main', greeting: { say: 'Press 1 & wait.' }, options: [{ key: '1', to: 'extension:101' }] }],
  businessHours: [
    {
      name: 'always',
      weekly: Object.fromEntries(
        ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => [
          day,
          ['00:00-24:00'],
        ]),
      ),
      open: 'extension:102',
    },
  ],
});

const snapshot: PlanSnapshot = {
  organizationId: 'org-edge',
  slug: 'edge',
  domain: DOMAIN,
  requestsKeyHash: sha256Hex(BEARER),
  webhookTokenHash: sha256Hex(TOKEN),
  version: 1,
  document,
};

function request(fields: Record<string, unknown>, bearer = BEARER): RequestInit {
  return {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify({ Session: 'c1', From: '+16465550150', Direction: 'inbound', Domain: DOMAIN, ...fields }),
  };
}

function post(fields: Record<string, unknown>, url = `${PUBLIC_URL}${VOICE_PATH}`, bearer = BEARER): Promise<Response> {
  return SELF.fetch(url, request(fields, bearer));
}

function actionIn(cxml: string): string {
  return /action="([^"]+)"/.exec(cxml)?.[1]?.replaceAll('&amp;', '&') ?? '';
}

beforeAll(async () => {
  await env.PLANS.put(domainKey(DOMAIN), JSON.stringify(snapshot));
  await env.PLANS.put(webhookKey(snapshot.webhookTokenHash), DOMAIN);
});

describe('the voice path inside workerd', () => {
  it('answers a call from the plan in KV', async () => {
    const response = await post({ To: '+16465550100' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/xml');
    expect(await response.text()).toContain('<Say>Press 1 &amp; wait.</Say>');
  });

  it('turns away a wrong bearer and an unknown domain with 401 and a Reject', async () => {
    for (const response of [
      await post({ To: '+16465550100' }, undefined, 'guess'),
      await post({ To: '+16465550100', Domain: 'other' }),
    ]) {
      expect(response.status).toBe(401);
      expect(await response.text()).toContain('<Response><Reject/></Response>');
    }
  });

  it('carries a call on through its continuation', async () => {
    const url = actionIn(await (await post({ To: '+16465550100' })).text());
    expect(url).toMatch(new RegExp(`^${PUBLIC_URL}${VOICE_PATH}\\?c=`));
    const ringing = await (await post({ To: '+16465550100', Digits: '1' }, url)).text();
    expect(ringing).toContain('<Number>101</Number>');
    const busy = await (await post({ To: '+16465550100', DialCallStatus: 'busy' }, actionIn(ringing))).text();
    expect(busy).toContain('The line is busy.');
  });

  it('knows time zones', async () => {
    expect(await (await post({ To: '+16465550102' })).text()).toContain('<Number>102</Number>');
  });

  it('rings a rotating group without shared counters', async () => {
    expect(await (await post({ To: '+16465550101' })).text()).toMatch(/<Number>10[12]<\/Number>/);
  });

  it('takes callbacks by their token', async () => {
    const url = `${PUBLIC_URL}/webhooks/cloudonix/session/`;
    const update = { method: 'POST', body: JSON.stringify({ token: 'c1', status: 'ringing', eventId: 'e1' }) };
    expect((await SELF.fetch(`${url}${TOKEN}`, update)).status).toBe(204);
    expect((await SELF.fetch(`${url}guess`, update)).status).toBe(401);
  });

  it('gives the same bytes as the engine elsewhere', async () => {
    const tenant = tenantOf(snapshot);
    expect(tenant.plan.numbers).toEqual(compile(document).numbers);
    const elsewhere = createVoiceApp({
      plans: { byDomain: () => tenant, byWebhookToken: () => tenant },
      events: { append: () => true },
      counters: { answer: () => Promise.resolve(0) },
      continuationKey: fromBase64Url(CONTINUATION_KEY) ?? new Uint8Array(),
      publicUrl: PUBLIC_URL,
      clock: { now: () => new Date(issuedAt) },
    });
    const here = await (await post({ To: '+16465550100' })).text();
    // The token says when it expires, so the other engine is told when it was issued.
    const payload = new TextDecoder().decode(fromBase64Url(actionIn(here).split('c=')[1]?.split('.')[0] ?? ''));
    const issuedAt = ((JSON.parse(payload) as [number])[0] - 4 * 60 * 60) * 1000;
    const there = await (await elsewhere.request(VOICE_PATH, request({ To: '+16465550100' }))).text();
    expect(there).toBe(here);
  });
});
