import { AppError, messageOf } from '../../core/errors.ts';
import { VOICE_PATH } from '../../webhooks/index.ts';
import { endOfCall } from './ending.ts';
import { type Endpoint, jsonRequest } from './endpoint.ts';
import type { CallConfig } from './plan-document.ts';

/** Longer than any server takes that callers could use. */
const TIMEOUT_MS = 10_000;

/** A server that is running somewhere. Throws AppError when the configuration holds no key to speak to it. */
export function atServer(config: CallConfig, server: string): Endpoint {
  const key = config.requestsApiKey;
  if (key === undefined) {
    throw new AppError({
      code: 'config.key_missing',
      kind: 'invalid',
      detail: 'playing against a server needs cloudonix.requestsApiKey in the configuration',
    });
  }
  const send = async (url: string, body: Readonly<Record<string, unknown>>) => {
    try {
      const response = await fetch(url, { ...jsonRequest(key, body), signal: AbortSignal.timeout(TIMEOUT_MS) });
      return { status: response.status, body: await response.text() };
    } catch (cause) {
      throw new AppError({
        code: 'server.unreachable',
        kind: 'unavailable',
        detail: `${url.split('?')[0]} cannot be reached: ${messageOf(cause)}`,
        cause,
      });
    }
  };
  return {
    url: new URL(VOICE_PATH, server).href,
    trace: () => [],
    send,
    async end(call) {
      try {
        for (const [kind, body] of Object.entries(endOfCall(call))) {
          // The word behind the kind is no token: the key proves where it comes from.
          const { status } = await send(new URL(`/webhooks/cloudonix/${kind}/played`, server).href, body);
          if (status < 200 || status > 299) return `the server answered ${status} to the ${kind} callback`;
        }
        return undefined;
      } catch (error) {
        return messageOf(error);
      }
    },
  };
}
