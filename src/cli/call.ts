import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { planDocumentOf, readOrganizationFile } from '../configuration/index.ts';
import { toHex } from '../core/bytes.ts';
import { AppError, type FieldProblem, messageOf } from '../core/errors.ts';
import { systemRandom } from '../core/ids.ts';
import {
  assumedFinding,
  type CallDirection,
  type CallerInput,
  compile,
  createMemoryCounters,
  type PlanDocument,
  parseCallerInput,
  validate,
} from '../routing/index.ts';
import {
  createCallPlayer,
  createCustomLogic,
  createVoiceApp,
  type Inquiries,
  type NextDocument,
  type PlayedDocument,
  type SendVoiceRequest,
  sha256Hex,
  type Tenant,
  VOICE_PATH,
} from '../webhooks/index.ts';
import { type OpenClient, withClient } from './client.ts';

const DIRECTIONS: readonly CallDirection[] = ['inbound', 'subscriber', 'outbound-api'];

/** Where continuation URLs point in a call that leaves this process only on paper. */
const PAPER_URL = 'http://127.0.0.1:8080';

/** What answers a document that waits. */
const WAITED_FOR = {
  digits: 'digits:KEYS or noinput',
  dial: 'dial:OUTCOME',
  record: 'record:SECONDS or noinput',
} as const;

/** Documents at most, whatever a server answers. */
const MOST_DOCUMENTS = 200;

const EXAMPLE = `
Examples:
  $ switchhook call --config acme.yaml --from +12125550150 --to +12125550102 --then digits:1 --then dial:no-answer
  $ switchhook call --config acme.yaml --from 101 --to 102 --direction subscriber --json
  $ switchhook call --config acme.yaml --from +12125550150 --to +12125550100 --at 2026-12-25T10:00:00-05:00`;

/** What the command line said. */
export interface CallOptions {
  readonly config?: string;
  /** Play against the draft that is stored, instead of a file. */
  readonly draft?: boolean;
  readonly organization?: string;
  readonly from?: string;
  readonly to?: string;
  readonly direction?: string;
  readonly at?: string;
  /** The `--then` steps. */
  readonly steps?: readonly string[];
  readonly json?: boolean;
  readonly server?: string;
  /** What endpoints of custom logic answer. */
  readonly customLogic?: string;
}

/** Where a command writes; tests collect, the terminal shows. */
export interface CallOutput {
  /** Data, one line. */
  out(line: string): void;
  /** Talk, one line. */
  err(line: string): void;
}

/** Adds `switchhook call` to the command line. */
export function registerCall(program: Command, open: OpenClient): void {
  program
    .command('call')
    .description('play a call against a configuration, without a server or a database, or against a running server')
    .option('--config <file>', 'the configuration of one organization (YAML)')
    .option('--draft', 'the draft that is stored, instead of a file')
    .option('--organization <slug>', 'whose draft, where there are several')
    .option('--from <caller>', 'who calls: a number, or an extension')
    .option('--to <called>', 'what was dialled')
    .option('--direction <direction>', `how Cloudonix presents the call: ${DIRECTIONS.join(', ')}`, 'inbound')
    .option('--at <time>', 'when the call arrives, e.g. 2026-12-25T10:00:00-05:00 (default: now)')
    .option(
      '--then <step>',
      'what happens next: digits:12, noinput, dial:no-answer|busy|failed|completed, speech:TEXT, record:SECONDS (repeatable)',
      (step: string, steps: readonly string[] = []) => [...steps, step],
    )
    .option(
      '--custom-logic <answer>',
      'what endpoints of custom logic would answer: a target such as extension:101, or CXML (default: nothing; they fail)',
    )
    .option('--json', 'one JSON line a document')
    .option('--server <url>', 'play against the server running there')
    .addHelpText('after', EXAMPLE)
    // Commander ends wrong use with 1; scripts are promised 2.
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .action(async ({ then: steps = [], ...options }: Omit<CallOptions, 'steps'> & { then?: readonly string[] }) => {
      process.exitCode = await runCall(
        { ...options, steps },
        {
          out: (line) => console.log(line),
          err: (line) => console.error(line),
        },
        async () =>
          ((await withClient(open, options, (client) => client.request('GET', '/plans/draft'))) as Draft).file,
      );
    });
}

/** Runs `switchhook call`. The result is the exit status: 0 done, 1 failed, 2 wrong use. Never throws. */
export async function runCall(
  options: CallOptions,
  output: CallOutput,
  readDraft: () => Promise<string> = noDraft,
): Promise<0 | 1 | 2> {
  const request = readOptions(options);
  if (typeof request === 'string') {
    output.err(`error: ${request}`);
    return 2;
  }
  try {
    const config = loadPlanDocument(await (request.config === undefined ? readDraft() : readConfig(request.config)));
    for (const warning of config.warnings) output.err(`warning: ${warning.path}: ${warning.message}`);
    return await play(request, config, output);
  } catch (error) {
    output.err(`error: ${messageOf(error)}`);
    if (error instanceof AppError) {
      for (const { path, message, line } of error.problems) {
        output.err(`  ${line === undefined ? '' : `line ${line}: `}${path === '' ? '' : `${path}: `}${message}`);
      }
    }
    return 1;
  }
}

type Draft = { readonly file: string };

async function noDraft(): Promise<string> {
  throw new AppError({ code: 'plan_draft.missing', kind: 'missing', detail: 'there is no draft here' });
}

interface CallRequest {
  /** Absent: the draft. */
  readonly config: string | undefined;
  readonly from: string;
  readonly to: string;
  readonly direction: CallDirection;
  readonly at: Date | undefined;
  readonly inputs: readonly CallerInput[];
  readonly json: boolean;
  readonly server: string | undefined;
  readonly customLogic: string | undefined;
}

/** The options, checked; a string says what is wrong with them. */
function readOptions(options: CallOptions): CallRequest | string {
  const { config, from, to, server } = options;
  if (config === undefined && options.draft !== true) return 'name the configuration with --config FILE';
  if (config !== undefined && options.draft === true) return 'take either --config FILE or --draft';
  if (from === undefined || to === undefined) return 'say who calls and what was dialled: --from F --to T';
  const direction = DIRECTIONS.find((candidate) => candidate === (options.direction ?? 'inbound'));
  if (direction === undefined) return `--direction is one of ${DIRECTIONS.join(', ')}`;
  const at = options.at === undefined ? undefined : new Date(options.at);
  if (at !== undefined && Number.isNaN(at.getTime())) return '--at wants a time such as 2026-12-25T10:00:00-05:00';
  if (at !== undefined && server !== undefined) return '--at cannot be used with --server: a server has its own clock';
  if (options.customLogic !== undefined && server !== undefined)
    return '--custom-logic cannot be used with --server: a server asks the real endpoint';
  if (server !== undefined && !URL.canParse(server)) return '--server wants an address such as http://127.0.0.1:8080';
  const inputs: CallerInput[] = [];
  for (const step of options.steps ?? []) {
    const input = parseCallerInput(step);
    if (input === undefined) {
      return `--then "${step}" is not a step; use digits:12, noinput, dial:no-answer|busy|failed|completed, speech:TEXT or record:SECONDS`;
    }
    inputs.push(input);
  }
  return {
    config,
    from,
    to,
    direction,
    at,
    inputs,
    json: options.json ?? false,
    server,
    customLogic: options.customLogic,
  };
}

async function readConfig(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new AppError({
      code: 'config.unreadable',
      kind: 'missing',
      detail: `the configuration ${path} cannot be read: ${messageOf(cause)}`,
      cause,
    });
  }
}

/** The parts of a configuration that a call needs. */
export interface CallConfig {
  readonly document: PlanDocument;
  readonly domain: string;
  readonly requestsApiKey: string | undefined;
  readonly warnings: readonly FieldProblem[];
}

/** Reads the voice part of a configuration file. Throws AppError with every problem there is, by line. */
export function loadPlanDocument(text: string): CallConfig {
  const read = readOrganizationFile(text);
  if (!read.ok) throw invalid(read.problems);
  const { organization, cloudonix } = read.value;
  const document = planDocumentOf(read.value);
  return {
    document,
    domain: cloudonix?.domain ?? `${organization.slug}.cloudonix.net`,
    requestsApiKey: cloudonix?.requestsApiKey,
    warnings: validate(document).filter(({ severity }) => severity === 'warning'),
  };
}

function invalid(problems: readonly FieldProblem[]): AppError {
  return new AppError({ code: 'config.invalid', kind: 'invalid', detail: 'the configuration has problems', problems });
}

interface Endpoint {
  readonly url: string;
  readonly send: SendVoiceRequest;
  /** Why the last document is what it is; a server does not tell. */
  trace(): readonly string[];
}

async function play(request: CallRequest, config: CallConfig, output: CallOutput): Promise<0 | 1> {
  const { from, to, direction } = request;
  const endpoint = request.server === undefined ? inMemory(config, request) : atServer(config, request.server);
  const call = { from, to, direction, domain: config.domain, callToken: toHex(systemRandom(16)).toLowerCase() };
  const player = createCallPlayer(call, endpoint.url, endpoint.send);
  const queue = [...request.inputs];
  let next: NextDocument = { kind: 'document', document: await player.begin(), used: false };
  while (next.kind === 'document') {
    if (next.used) queue.shift();
    show(next.document, endpoint.trace(), request.json, output);
    if (next.document.status !== 200) {
      output.err(`error: the server answered ${next.document.status}; compare cloudonix.requestsApiKey and domain`);
      return 1;
    }
    if (next.document.step >= MOST_DOCUMENTS) {
      output.err(`error: the call did not end within ${MOST_DOCUMENTS} documents`);
      return 1;
    }
    next = await player.next(queue[0]);
  }
  if (next.kind === 'ended' && next.isInputUsed) queue.shift();
  if (queue.length === 0) return 0;
  if (next.kind === 'ended') {
    output.err(`note: the call ended before the last ${queue.length} of the --then steps`);
    return 0;
  }
  output.err(`error: the call waits for ${WAITED_FOR[next.for]}`);
  return 1;
}

function show(document: PlayedDocument, trace: readonly string[], asJson: boolean, { out }: CallOutput): void {
  const { step, request, cxml, ended } = document;
  if (asJson) {
    out(JSON.stringify({ step, request, cxml, trace, ended }));
    return;
  }
  out(`${step}. ${ended ? 'the last document' : 'document'}`);
  for (const sentence of trace) out(`   • ${sentence}`);
  for (const line of cxml.replaceAll('><', '>\n<').split('\n').slice(1)) out(`     ${line}`);
}

/** The real voice app with one tenant, in this process: same engine, same documents, no server. */
function inMemory(config: CallConfig, { at, customLogic }: CallRequest): Endpoint {
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
    inquiries: onPaper(customLogic),
    continuationKey: systemRandom(32),
    publicUrl: PAPER_URL,
    clock: { now: () => at ?? new Date() },
  });
  return {
    url: `${PAPER_URL}${VOICE_PATH}`,
    trace: () => trace,
    async send(url, body) {
      const response = await app.request(url, voiceRequest(key, body));
      return { status: response.status, body: await response.text() };
    },
  };
}

/** Nothing outside is asked: endpoints answer what the command line says, changes count as made, mailboxes are empty. */
function onPaper(customLogic: string | undefined): Inquiries {
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

function atServer(config: CallConfig, server: string): Endpoint {
  const key = config.requestsApiKey;
  if (key === undefined) {
    throw new AppError({
      code: 'config.key_missing',
      kind: 'invalid',
      detail: 'playing against a server needs cloudonix.requestsApiKey in the configuration',
    });
  }
  return {
    url: new URL(VOICE_PATH, server).href,
    trace: () => [],
    async send(url, body) {
      try {
        const response = await fetch(url, { ...voiceRequest(key, body), signal: AbortSignal.timeout(10_000) });
        return { status: response.status, body: await response.text() };
      } catch (cause) {
        throw new AppError({
          code: 'server.unreachable',
          kind: 'unavailable',
          detail: `${url.split('?')[0]} cannot be reached: ${messageOf(cause)}`,
          cause,
        });
      }
    },
  };
}

function voiceRequest(key: string, body: Readonly<Record<string, unknown>>) {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return { method: 'POST', headers, body: JSON.stringify(body) };
}
