import { toHex } from '../../core/bytes.ts';
import { systemRandom } from '../../core/ids.ts';
import { assumedFinding, compile, createMemoryCounters } from '../../routing/index.ts';
import {
  createCustomLogic,
  createVoiceApp,
  type Inquiries,
  sha256Hex,
  type Tenant,
  VOICE_PATH,
} from '../../webhooks/index.ts';
import { type Endpoint, jsonRequest } from './endpoint.ts';
import type { CallConfig } from './plan-document.ts';
import type { CallRequest } from './request.ts';

/** Where continuation URLs point in a call that leaves this process only on paper. */
const PAPER_URL = 'http://127.0.0.1:8080';

/** The real voice app with one tenant, in this process: same engine, same documents, no server. */
export function onPaper(config: CallConfig, { at, customLogic }: CallRequest): Endpoint {
  const key = toHex(systemRandom(16));
  const tenant: Tenant = {
    organizationId: config.document.organization.slug,
    slug: config.document.organization.slug,
    domain: config.domain,
    requestsKeyHash: sha256Hex(key),
    webhookTokenHash: '',
    plan: compile(config.document),
    planVersion: 0,
  };
  let trace: readonly string[] = [];
  const shared = createMemoryCounters();
  const app = createVoiceApp({
    plans: { byDomain: () => tenant, byWebhookToken: () => undefined },
    events: {
      append(record) {
        if (record.kind === 'voice') trace = record.failure === null ? record.trace : [record.failure];
        return true;
      },
    },
    counters: {
      answer: async (asker, question) => shared.answer(asker.organizationId, question, asker.at.getTime()),
    },
    inquiries: nothingOutside(customLogic),
    continuationKey: systemRandom(32),
    publicUrl: PAPER_URL,
    clock: { now: () => at ?? new Date() },
  });
  return {
    url: `${PAPER_URL}${VOICE_PATH}`,
    trace: () => trace,
    end: async () => undefined,
    async send(url, body) {
      const response = await app.request(url, jsonRequest(key, body));
      return { status: response.status, body: await response.text() };
    },
  };
}

/** Nothing outside is asked: endpoints answer what the command line says, changes count as made, mailboxes are empty. */
function nothingOutside(customLogic: string | undefined): Inquiries {
  const ask = createCustomLogic({
    clock: { now: () => new Date() },
    newId: () => 'paper',
    send: ({ url }) =>
      customLogic === undefined
        ? Promise.reject(
            new Error(`${url.split(/[?#]/)[0]} is not asked here; say what it would answer with --custom-logic ANSWER`),
          )
        : Promise.resolve({ status: 200, contentType: 'text/plain', body: customLogic }),
  });
  return {
    find: async (_asker, inquiry) => (inquiry.kind === 'custom_logic' ? ask(inquiry) : assumedFinding(inquiry)),
  };
}
