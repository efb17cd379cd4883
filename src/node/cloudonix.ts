import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../platform/config.ts';
import type { SecretBox } from '../platform/secrets.ts';
import type { CloudonixDeps } from '../voice/index.ts';

/** The Cloudonix side with the network, the clock and the chance of this process. */
export function cloudonixDeps(
  config: Pick<Config, 'CLOUDONIX_API_URL'>,
  secrets: SecretBox,
  publicUrl: () => string,
): CloudonixDeps {
  return {
    apiUrl: config.CLOUDONIX_API_URL,
    publicUrl,
    continuationKey: secrets.derive('voice-continuation'),
    fetch: (...request) => fetch(...request),
    sleep: (ms) => sleep(ms),
    random: Math.random,
  };
}
