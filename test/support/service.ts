import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { databaseTemplate } from './database.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The owner key every service of a test has. */
export const API_KEY = 'sh_test-key-of-the-service-suite';

export interface ServiceOptions {
  /** Text of the organization's file; absent: whatever the data directory holds. */
  readonly config?: string;
  /** An existing data directory, to start again where another process ended. Absent: a new one, removed by `stop()`. */
  readonly dataDirectory?: string;
  /** More settings, or other ones. */
  readonly env?: Readonly<Record<string, string>>;
  /** Aborting it kills the process, ready or not. */
  readonly signal?: AbortSignal;
}

export interface ApiAnswer<Body> {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON of the answer, or its text when it is none. The test names the form; its assertions are the proof. */
  readonly body: Body;
}

/** The real service as its own process. */
export interface Service {
  readonly url: string;
  readonly dataDirectory: string;
  readonly pid: number;
  /** From the start of the process to its ready line. */
  readonly startedInMs: number;
  /** All it has logged (stderr). */
  log(): string;
  /** Calls the API with the owner key; a body goes as JSON. */
  api<Body = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<ApiAnswer<Body>>;
  /** Ends it at once, as a power cut would. Resolves when the process is gone; the data directory stays. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Ends it politely and removes its data directory unless it was given. The result is the exit status. */
  stop(): Promise<number | null>;
}

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A data directory of its own, with an empty database (making one takes seconds); the caller removes it. */
export async function newDataDirectory(): Promise<string> {
  const directory = join(mkdtempSync(join(tmpdir(), 'switchhook-service-')), 'data');
  mkdirSync(directory, { mode: 0o700 });
  cpSync(await databaseTemplate(), directory, { recursive: true });
  return directory;
}

export function removeDataDirectory(directory: string): void {
  rmSync(join(directory, '..'), { recursive: true, force: true });
}

/** Starts `switchhook serve` and resolves at the line that says where it is. Rejects with its log when it ends instead. */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const dataDirectory = options.dataDirectory ?? (await newDataDirectory());
  const started = performance.now();
  const child = spawnCli(['serve', '--json'], serviceEnvironment({ ...options, dataDirectory }));
  const log = collect(child.stderr);
  options.signal?.addEventListener('abort', () => child.kill('SIGKILL'), { once: true });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (status) => resolve(status)));
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    let complaint = '';
    child.stdout?.on('data', (bytes: Buffer) => {
      text += bytes.toString();
      const [line, ...rest] = text.split('\n');
      // A refusal to start is a line too, without an address; the exit follows.
      const ready = rest.length > 0 ? (JSON.parse(line ?? '') as { readonly url?: string }).url : undefined;
      if (ready !== undefined) resolve(ready);
      else complaint = text;
    });
    child.once('exit', (status) => reject(new Error(`the service ended with status ${status}:\n${complaint}${log()}`)));
  });
  return {
    url,
    dataDirectory,
    pid: child.pid ?? 0,
    startedInMs: performance.now() - started,
    log,
    api: (method, path, body, headers) => callApi(url, method, path, body, headers),
    async kill(signal = 'SIGKILL') {
      child.kill(signal);
      await exited;
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      const status = await exited;
      if (options.dataDirectory === undefined) removeDataDirectory(dataDirectory);
      return status;
    },
  };
}

/** Settings of a service over a data directory; a configuration is written beside it. */
export function serviceEnvironment(
  options: ServiceOptions & { readonly dataDirectory: string },
): Readonly<Record<string, string>> {
  const file = join(options.dataDirectory, '..', 'organization.yaml');
  if (options.config !== undefined) writeFileSync(file, options.config, { mode: 0o600 });
  return {
    DATA_DIR: options.dataDirectory,
    PORT: '0',
    SWITCHHOOK_DEMO: '0',
    ...(options.config === undefined ? {} : { CONFIG_FILE: file, BOOTSTRAP_API_KEY: API_KEY }),
    ...options.env,
  };
}

/** Runs one command of the command line to its end. */
export async function runCli(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const child = spawnCli(args, environment);
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const status = await new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return { status, stdout: stdout(), stderr: stderr() };
}

/** Asks until the answer is right; whoever calls has a time limit of its own. */
export async function eventually<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (isRight(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Every item of a list of the API, page by page. */
export async function allOf<T>(service: Pick<Service, 'api'>, path: string): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { status, body } = await service.api<{ readonly items: readonly T[]; readonly nextCursor: string | null }>(
      'GET',
      `${path}${path.includes('?') ? '&' : '?'}limit=100${query}`,
    );
    if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${JSON.stringify(body)}`);
    items.push(...body.items);
    cursor = body.nextCursor;
  } while (cursor !== null);
  return items;
}

/** A configuration of the tests' own with its modems replaced. */
export function acmeConfig(modems: readonly { readonly name: string; readonly path: string }[] = []): string {
  const text = readFileSync(join(ROOT, 'test/fixtures/acme.yaml'), 'utf8');
  const [before = ''] = text.split(/^modems:/m);
  const rest = text.slice(before.length).replace(/^modems:\n(?:[ #].*\n?|\n)*/, '');
  const section = modems.map(({ name, path }) => `  - { name: ${name}, path: "${path}" }\n`).join('');
  return `${before}${section === '' ? '' : `modems:\n${section}`}${rest}`;
}

function spawnCli(args: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess {
  // Nothing of the caller's settings: a DATABASE_URL in the shell must not reach a test.
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  return spawn(process.execPath, [join(ROOT, 'src/start.mjs'), ...args], {
    cwd: ROOT,
    env: { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  let text = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (part: string) => {
    text += part;
  });
  return () => text;
}

async function callApi<Body>(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<ApiAnswer<Body>> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${API_KEY}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: jsonOrText(text) as Body };
}

function jsonOrText(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
