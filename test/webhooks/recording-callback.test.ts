import { describe, expect, it } from 'vitest';
import { compile } from '../../src/routing/index.ts';
import { sha256Hex, type Tenant } from '../../src/webhooks/index.ts';
import { documentOf } from '../routing/support.ts';
import { BEARER, postVoice, voiceApp } from './support.ts';

const tenant: Tenant = {
  organizationId: 'org-acme',
  slug: 'acme',
  domain: 'acme.cloudonix.net',
  requestsKeyHash: sha256Hex(BEARER),
  webhookTokenHash: '',
  planVersion: 1,
  plan: compile(
    documentOf({
      extensions: [{ number: '101' }],
      numbers: [{ number: '+16465550100', routeTo: 'extension:101' }],
      voice: { recording: { mode: 'inbound' } },
    }),
  ),
};

const byDomain = (domain: string) => (domain === tenant.domain ? tenant : undefined);

describe('the recording of a call', () => {
  it('comes back to the call by the address in its document, which names no secret of the organization', async () => {
    const voice = voiceApp({ plans: { byDomain, byWebhookToken: () => undefined } });
    const cxml = await (await postVoice(voice, { To: '+16465550100' })).text();
    const url = /recordingStatusCallback="([^"]+)"/.exec(cxml)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const body = {
      CallSid: 'c0ffee',
      RecordingSid: 'RE1',
      RecordingStatus: 'completed',
      RecordingUrl: 'https://recordings.example/1.mp3',
      RecordingDuration: '12',
    };
    const send = (address: string) =>
      voice.app.request(address, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await send(url)).status).toBe(204);
    expect(voice.records.at(-1)).toMatchObject({
      kind: 'recording',
      organizationId: 'org-acme',
      callToken: 'c0ffee',
      status: 'completed',
      url: 'https://recordings.example/1.mp3',
      durationSeconds: 12,
    });
    expect((await send(`${url.slice(0, -2)}xx`)).status).toBe(401);
  });
});
