import { type OrganizationFile, planDocumentOf, readOrganizationFile } from '../../configuration/index.ts';
import { toHex } from '../../core/bytes.ts';
import { AppError } from '../../core/errors.ts';
import { systemRandom } from '../../core/ids.ts';
import {
  type EmulationOptions,
  networkPorts,
  type Picture,
  pictureLines,
  problemCount,
  startEmulation,
} from '../../emulator/index.ts';
import { type OpenClient, withClient } from '../client.ts';
import { print, say } from '../output.ts';
import { textOfFile } from '../read-text.ts';

/** What the command line said. */
export interface EmulateOptions {
  readonly server?: readonly string[];
  readonly config?: string;
  readonly organization?: string;
  readonly calls: string;
  readonly rate: string;
  readonly concurrency: string;
  readonly speed: string;
  readonly disorder?: boolean;
  readonly duplicates?: boolean;
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  readonly seed?: string;
  readonly json?: boolean;
}

/** Runs `switchhook emulate` and shows what comes of it. The result is the exit status: 1 when a call met a problem. */
export async function runEmulate(options: EmulateOptions, open: OpenClient): Promise<0 | 1> {
  const file = await organizationOf(options, open);
  const { picture, seed } = await emulate(options, file);
  if (options.json) print(JSON.stringify({ summary: true, seed, ...picture }));
  else {
    for (const line of pictureLines(picture)) print(line);
    for (const { kind, token, detail } of picture.examples) say(`  ${kind}: ${detail} (call ${token})`);
    if (problemCount(picture) > 0) say(`The same callers again: --seed ${seed}`);
  }
  return problemCount(picture) > 0 ? 1 : 0;
}

async function emulate(options: EmulateOptions, file: OrganizationFile) {
  const { cloudonix } = file;
  if (cloudonix === undefined) {
    throw invalid('This organization has no section "cloudonix", so no call can reach it. Add it and apply the file.');
  }
  const document = planDocumentOf(file);
  const numbers = document.numbers.filter(({ status }) => status === 'active').map(({ number }) => number);
  const to = options.to ?? numbers;
  if (to.length === 0) throw invalid('There is no active number to call. Say one with --to.');
  const seed =
    options.seed === undefined
      ? Number.parseInt(toHex(systemRandom(4)), 16)
      : wholeNumber('--seed', options.seed, 0, 4_294_967_295);
  const settings: EmulationOptions = {
    installation: {
      servers: serversOf(options.server),
      domain: cloudonix.domain,
      requestsApiKey: cloudonix.requestsApiKey,
      webhookToken: cloudonix.webhookToken,
    },
    ports: networkPorts(),
    calls: wholeNumber('--calls', options.calls, 1, 10_000_000),
    ratePerSecond: positive('--rate', options.rate),
    concurrency: wholeNumber('--concurrency', options.concurrency, 1, 100_000),
    speed: options.speed === 'max' ? Number.POSITIVE_INFINITY : positive('--speed', options.speed),
    disorder: options.disorder ?? false,
    duplicates: options.duplicates ?? false,
    from: options.from ?? [],
    to,
    // Whoever named callers or numbers wants these and no others.
    phones:
      options.to === undefined
        ? document.extensions
            .filter((one) => one.type === 'user' && one.status === 'active')
            .map(({ number }) => number)
        : [],
    seed,
    runId: toHex(systemRandom(8)).toLowerCase(),
    ...(options.json ? { onCall: (call) => print(JSON.stringify(call)) } : {}),
  };
  const emulation = startEmulation(settings);
  const interrupt = () => emulation.stop();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const screen = options.json ? undefined : showWhile(emulation.picture);
  try {
    return { picture: await emulation.done, seed };
  } finally {
    screen?.close();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

const REDRAW_MS = 250;
const LINE_EVERY_MS = 5_000;

/** A living picture on a terminal; elsewhere a line now and then. */
function showWhile(picture: () => Picture): { close(): void } {
  const isTerminal = process.stderr.isTTY === true;
  let drawn = 0;
  const clear = () => {
    if (drawn > 0) process.stderr.write(`\u001b[${drawn}A\u001b[0J`);
    drawn = 0;
  };
  const timer = setInterval(
    () => {
      const lines = pictureLines(picture());
      if (!isTerminal) {
        say(lines.slice(0, 2).join('  '));
        return;
      }
      clear();
      // A line that wraps would be two, and the picture would climb.
      const width = process.stderr.columns ?? 80;
      process.stderr.write(`${lines.map((line) => line.slice(0, width - 1)).join('\n')}\n`);
      drawn = lines.length;
    },
    isTerminal ? REDRAW_MS : LINE_EVERY_MS,
  );
  return {
    close() {
      clearInterval(timer);
      clear();
    },
  };
}

/** The organization's file: the one that was named, or what the installation on this machine says. */
async function organizationOf(options: EmulateOptions, open: OpenClient): Promise<OrganizationFile> {
  const text =
    options.config === undefined
      ? ((await withClient(open, options, (client) => client.request('GET', '/configuration'))) as { file: string })
          .file
      : await textOfFile(options.config);
  const read = readOrganizationFile(text);
  if (read.ok) return read.value;
  throw new AppError({
    code: 'configuration.invalid',
    kind: 'invalid',
    detail: 'The configuration has problems.',
    problems: read.problems,
  });
}

function serversOf(texts: readonly string[] = []): readonly [string, ...string[]] {
  const [first = 'http://127.0.0.1:8080', ...rest] = texts;
  return [serverOf(first), ...rest.map(serverOf)];
}

function serverOf(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text.replace(/\/+$/, '');
  throw invalid(`--server wants an address such as http://127.0.0.1:8080, not "${text}"`);
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalid(`${name} wants a whole number from ${least} to ${most}, not "${text}"`);
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw invalid(`${name} wants a number above 0, not "${text}"`);
}

function invalid(detail: string): AppError {
  return new AppError({ code: 'emulate.options', kind: 'invalid', detail });
}
