import { AppError, type FieldProblem } from '../core/errors.ts';

/**
 * The API as the command line uses it: over HTTP to the server that holds the database, or in this process over a database
 * opened for the one command. Commands cannot tell the difference.
 */
export interface Client {
  /** Sends a request below `/api/v1` and gives back the answer's JSON. Throws AppError with the server's words. */
  request(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Sends a file as it is read, and hands on the lines of the answer as they come. */
  stream(method: string, path: string, transfer: Transfer): Promise<void>;
  /** The bytes of an answer that is a file, as they come. */
  download(path: string): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

export interface Transfer {
  readonly body: AsyncIterable<Uint8Array>;
  readonly type: string;
  readonly accept: string;
  readonly onLine: (line: string) => void;
}

export interface ClientOptions {
  /** Slug of the organization to act in; not needed where there is only one. `*`: in none, the request says it itself. */
  readonly organization?: string | undefined;
}

export type OpenClient = (options: ClientOptions) => Promise<Client>;

/** A client over anything that answers requests. */
export function clientOver(
  send: (request: Request) => Response | Promise<Response>,
  options: ClientOptions & { readonly baseUrl: string; readonly token: string; readonly close: () => Promise<void> },
): Client {
  const headersFor = (accept: string): Headers => {
    const headers = new Headers({ authorization: `Bearer ${options.token}`, accept });
    if (options.organization !== undefined) headers.set('x-switchhook-organization', options.organization);
    return headers;
  };
  return {
    async request(method, path, body) {
      const headers = headersFor('application/json');
      if (body !== undefined) headers.set('content-type', 'application/json');
      const response = await send(
        new Request(`${options.baseUrl}/api/v1${path}`, {
          method,
          headers,
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
      const text = await response.text();
      if (response.ok) return text === '' ? undefined : JSON.parse(text);
      throw problemOf(response.status, text);
    },
    async *download(path) {
      const response = await send(new Request(`${options.baseUrl}/api/v1${path}`, { headers: headersFor('*/*') }));
      if (!response.ok) throw problemOf(response.status, await response.text());
      if (response.body !== null) yield* response.body as unknown as AsyncIterable<Uint8Array>;
    },
    async stream(method, path, { body, type, accept, onLine }) {
      const headers = headersFor(accept);
      headers.set('content-type', type);
      const response = await send(
        new Request(`${options.baseUrl}/api/v1${path}`, {
          method,
          headers,
          body: ReadableStream.from(body) as unknown as ReadableStream<Uint8Array>,
          duplex: 'half',
        } as RequestInit),
      );
      if (!response.ok) throw problemOf(response.status, await response.text());
      let rest = '';
      const decoder = new TextDecoder();
      for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
        const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line);
      }
      if (rest !== '') onLine(rest);
    },
    close: options.close,
  };
}

/** Runs `work` with a client and closes it, whatever happens. */
export async function withClient<T>(
  open: OpenClient,
  options: ClientOptions,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = await open(options);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

function problemOf(status: number, text: string): AppError {
  try {
    const problem = JSON.parse(text) as { code?: string; detail?: string; errors?: readonly FieldProblem[] };
    return new AppError({
      code: problem.code ?? 'server.error',
      kind: 'conflict',
      detail: problem.detail ?? `The server answered ${status}.`,
      problems: problem.errors ?? [],
    });
  } catch {
    return new AppError({
      code: 'server.error',
      kind: 'unavailable',
      detail: `The server answered ${status} without saying why.`,
    });
  }
}
