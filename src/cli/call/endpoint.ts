import type { SendVoiceRequest } from '../../webhooks/index.ts';
import type { EndedCall } from './ending.ts';

/** What a call is played against. */
export interface Endpoint {
  readonly url: string;
  readonly send: SendVoiceRequest;
  /** Why the last document is what it is; a server does not tell. */
  trace(): readonly string[];
  /** Tells that the call is over, as Cloudonix would. The result says why it could not be told. */
  end(call: EndedCall): Promise<string | undefined>;
}

/** A request as Cloudonix sends it: JSON, with the key of the domain. */
export function jsonRequest(key: string, body: Readonly<Record<string, unknown>>) {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return { method: 'POST', headers, body: JSON.stringify(body) };
}
