import { readFile } from 'node:fs/promises';
import { planDocumentOf, readOrganizationFile } from '../../configuration/index.ts';
import { toHex } from '../../core/bytes.ts';
import { systemRandom } from '../../core/ids.ts';
import { type Emulation, portsOver, problemCount, startEmulation } from '../../emulator/index.ts';
import { DEMO_FILE } from './prepare.ts';
import { answerRest } from './rest.ts';

/** One call in this many seconds: the first page moves, and nobody's disk fills. */
const SECONDS_BETWEEN_CALLS = 12;
const MOST_AT_ONCE = 4;
/** About seven hours of it; a demo that was forgotten falls silent. */
const MOST_CALLS = 2_000;

/** Calls that come and go in the demo organization. */
export interface DemoLife {
  /** Answers what the live control of the demo asks Cloudonix. */
  rest(request: { readonly method: string; readonly url: string; readonly body: string }): Response;
  /** Ends every call at once and waits until each has its CDR. */
  close(): Promise<void>;
}

/**
 * Lets people call the demo organization, at the pace of life. The calls go straight to the webhooks of this process and
 * carry the caller name "Demo caller". As soon as an answer is not what it should be they stop: then the visitor has made
 * the organization their own.
 */
export async function startDemoLife(
  answer: (request: Request) => Response | Promise<Response>,
): Promise<DemoLife | undefined> {
  const read = readOrganizationFile(await readFile(DEMO_FILE, 'utf8'));
  if (!read.ok || read.value.cloudonix === undefined) return undefined;
  const { domain, requestsApiKey, webhookToken } = read.value.cloudonix;
  const document = planDocumentOf(read.value);
  const emulation: Emulation = startEmulation({
    installation: { servers: ['http://demo'], domain, requestsApiKey, webhookToken },
    ports: portsOver(answer),
    calls: MOST_CALLS,
    ratePerSecond: 1 / SECONDS_BETWEEN_CALLS,
    concurrency: MOST_AT_ONCE,
    speed: 1,
    disorder: false,
    duplicates: false,
    from: [],
    to: document.numbers.filter(({ status }) => status === 'active').map(({ number }) => number),
    phones: document.extensions
      .filter(({ type, status }) => type === 'user' && status === 'active')
      .map(({ number }) => number),
    callerName: 'Demo caller',
    seed: Number.parseInt(toHex(systemRandom(4)), 16),
    runId: toHex(systemRandom(8)).toLowerCase(),
    onCall: () => {
      if (problemCount(emulation.picture()) > 0) emulation.stop();
    },
  });
  return {
    rest: (request) => answerRest(emulation, request),
    async close() {
      emulation.stop();
      await emulation.done;
    },
  };
}
