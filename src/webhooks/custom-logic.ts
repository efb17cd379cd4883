import { fromBase64Url } from '../core/bytes.ts';
import type { Clock } from '../core/clock.ts';
import { messageOf } from '../core/errors.ts';
import type { CustomLogicFinding, CustomLogicInquiry } from '../routing/index.ts';
import { readForeign } from './cxml/foreign.ts';
import { type Digests, portableDigests } from './digest.ts';

/** An endpoint has nothing to say that is longer. */
const LARGEST_ANSWER_BYTES = 64 * 1024;

/** A request as it leaves: no redirect is followed, no more is read than `maxBytes`, nothing private is reached. */
export interface OutgoingPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** Sends it. Rejects, with a reason for the operator, when the address is not allowed, too slow or says too much. */
export type SendPost = (
  post: OutgoingPost,
) => Promise<{ readonly status: number; readonly contentType: string; readonly body: string }>;

/** Asks endpoints of customers where calls go. Never rejects: a failure is a finding. */
export function createCustomLogic(options: {
  readonly send: SendPost;
  readonly clock: Clock;
  /** Makes the id of a request. */
  readonly newId: () => string;
  readonly digests?: Digests;
}): (inquiry: CustomLogicInquiry) => Promise<CustomLogicFinding> {
  const { send, clock, newId, digests = portableDigests } = options;
  return async ({ url, secret, timeoutMs, body: told }) => {
    const body = JSON.stringify(told);
    const headers = signedHeaders(digests, secret, newId(), Math.floor(clock.now().getTime() / 1000), body);
    try {
      const answer = await send({ url, headers, body, timeoutMs, maxBytes: LARGEST_ANSWER_BYTES });
      return findingOf(answer);
    } catch (error) {
      return { kind: 'failed', reason: messageOf(error) };
    }
  };
}

/** Standard Webhooks, "signature scheme": HMAC-SHA-256 of `id.timestamp.body`; a `whsec_` secret is base64. */
function signedHeaders(
  digests: Digests,
  secret: string,
  id: string,
  timestamp: number,
  body: string,
): Record<string, string> {
  const code = digests.hmacSha256(keyOf(secret))(`${id}.${timestamp}.${body}`);
  return {
    'content-type': 'application/json',
    accept: 'application/json, application/xml',
    'user-agent': 'Switchhook',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${btoa(code)}`,
  };
}

function keyOf(secret: string): Uint8Array {
  const base64 = /^whsec_([A-Za-z0-9+/]+)=*$/.exec(secret)?.[1];
  const key = base64 === undefined ? undefined : fromBase64Url(base64.replaceAll('+', '-').replaceAll('/', '_'));
  return key ?? new TextEncoder().encode(secret);
}

function findingOf(answer: Awaited<ReturnType<SendPost>>): CustomLogicFinding {
  const { status, contentType } = answer;
  if (status >= 300 && status < 400)
    return failed(`the endpoint redirects (${status}), and redirects are not followed`);
  if (status !== 200) return failed(`the endpoint answered ${status}`);
  const body = answer.body.trim();
  if (/json/i.test(contentType)) return findingOfJson(body);
  if (body.startsWith('<')) return findingOfCxml(body);
  return targetFinding(body);
}

function findingOfJson(body: string): CustomLogicFinding {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return failed('the endpoint answered JSON that cannot be read');
  }
  const { target, cxml } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (typeof target === 'string') return targetFinding(target);
  if (typeof cxml === 'string') return findingOfCxml(cxml);
  return failed('the endpoint answered JSON without "target" or "cxml"');
}

function findingOfCxml(xml: string): CustomLogicFinding {
  try {
    return { kind: 'cxml', verbs: readForeign(xml) };
  } catch (error) {
    return failed(`the endpoint answered CXML that is refused: ${messageOf(error)}`);
  }
}

function targetFinding(text: string): CustomLogicFinding {
  const target = text.trim();
  return target.length > 0 && target.length <= 200 && !/[\r\n]/.test(target)
    ? { kind: 'target', target }
    : failed('the endpoint answered neither a target nor CXML');
}

function failed(reason: string): CustomLogicFinding {
  return { kind: 'failed', reason };
}
