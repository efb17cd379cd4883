import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../platform/config.ts';
import type { SecretBox } from '../platform/secrets.ts';
import type { CloudonixDeps } from '../voice/index.ts';
import { DEMO_API_KEY } from './demo/rest.ts';

/** Answers instead of Cloudonix what a demo asks. */
export type DemoRest = (request: { readonly method: string; readonly url: string; readonly body: string }) => Response;

/** The Cloudonix side with the network, the clock and the chance of this process. */
export function cloudonixDeps(
  config: Pick<Config, 'CLOUDONIX_API_URL'>,
  secrets: SecretBox,
  publicUrl: () => string,
  demo: () => DemoRest | undefined = () => undefined,
): CloudonixDeps {
  return {
    apiUrl: config.CLOUDONIX_API_URL,
    publicUrl,
    continuationKey: secrets.derive('voice-continuation'),
    async fetch(input, init) {
      const answer = demo();
      const isDemo = new Headers(init?.headers).get('authorization') === `Bearer ${DEMO_API_KEY}`;
      if (answer === undefined || !isDemo) return fetch(input, init);
      return answer({ method: init?.method ?? 'GET', url: String(input), body: String(init?.body ?? '') });
    },
    sleep: (ms) => sleep(ms),
    random: Math.random,
  };
}
