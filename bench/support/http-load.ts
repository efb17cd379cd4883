import { connect, type Socket } from 'node:net';

/** Makes the bytes of the n-th request. Called on the hot path, so it should patch a buffer rather than build text. */
export type RequestMaker = (n: number) => Buffer;

export interface LoadResult {
  readonly answers: number;
  readonly seconds: number;
  /** Milliseconds from the moment a request was due until its answer was complete, sorted. */
  readonly latenciesMs: readonly number[];
  /** Answers whose status was not the expected one. */
  readonly failures: number;
}

interface Connection {
  send(bytes: Buffer, done: (status: number) => void): void;
  close(): void;
}

/** As many requests as the server answers: each of `connections` sends the next when it has its answer. */
export async function closedLoop(options: {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  readonly request: RequestMaker;
  /** The status of a good answer, 200 unless told otherwise. */
  readonly expected?: number;
}): Promise<LoadResult> {
  const expected = options.expected ?? 200;
  const connections = await Promise.all(Array.from({ length: options.connections }, () => open(options.port)));
  const latenciesMs: number[] = [];
  let failures = 0;
  let next = 0;
  const started = performance.now();
  const end = started + options.seconds * 1000;
  await Promise.all(
    connections.map(
      (connection) =>
        new Promise<void>((resolve) => {
          const step = (): void => {
            if (performance.now() >= end) {
              resolve();
              return;
            }
            const at = performance.now();
            connection.send(options.request(next++), (status) => {
              latenciesMs.push(performance.now() - at);
              if (status !== expected) failures += 1;
              step();
            });
          };
          step();
        }),
    ),
  );
  const seconds = (performance.now() - started) / 1000;
  for (const connection of connections) connection.close();
  return { answers: latenciesMs.length, seconds, latenciesMs: latenciesMs.sort((a, b) => a - b), failures };
}

/**
 * Requests at a fixed rate, whether or not earlier ones are answered. Latency counts from when a request was due, so a
 * server that stalls cannot hide the requests it kept waiting ("coordinated omission").
 */
export async function openLoop(options: {
  readonly port: number;
  readonly perSecond: number;
  readonly seconds: number;
  readonly request: RequestMaker;
}): Promise<LoadResult> {
  const total = options.perSecond * options.seconds;
  const idle = await Promise.all(Array.from({ length: 32 }, () => open(options.port)));
  const all = [...idle];
  const waiting: { n: number; due: number }[] = [];
  const latenciesMs: number[] = [];
  let failures = 0;
  const started = performance.now();
  await new Promise<void>((resolve) => {
    let sent = 0;
    const dispatch = (): void => {
      for (let item = waiting[0]; item !== undefined && idle.length > 0; item = waiting[0]) {
        waiting.shift();
        // The longest idle one, so that none is idle long enough for the server to close it.
        const connection = idle.shift();
        if (connection === undefined) return;
        const { n, due } = item;
        connection.send(options.request(n), (status) => {
          latenciesMs.push(performance.now() - due);
          if (status !== 200) failures += 1;
          idle.push(connection);
          if (latenciesMs.length === total) resolve();
          else dispatch();
        });
      }
    };
    const tick = (): void => {
      const elapsed = performance.now() - started;
      const due = Math.min(total, Math.floor((elapsed / 1000) * options.perSecond));
      // What the generator's own timer is late by is not the server's doing; what waits for a connection is.
      for (; sent < due; sent += 1) waiting.push({ n: sent, due: performance.now() });
      dispatch();
      // A busy loop would be exact to the microsecond, and take a processor away from the server it measures.
      if (sent < total) setTimeout(tick, 1);
    };
    tick();
  });
  const seconds = (performance.now() - started) / 1000;
  for (const connection of all) connection.close();
  return { answers: latenciesMs.length, seconds, latenciesMs: latenciesMs.sort((a, b) => a - b), failures };
}

/** The value below which `share` of sorted values lie. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

async function open(port: number): Promise<Connection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  let pending: ((status: number) => void) | undefined;
  let received: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const status = completeStatus(received);
    if (status === undefined) return;
    received = Buffer.alloc(0);
    const done = pending;
    pending = undefined;
    done?.(status);
  });
  failLoudly(socket);
  return {
    send(bytes, done) {
      pending = done;
      socket.write(bytes);
    },
    close() {
      socket.removeAllListeners();
      socket.on('error', () => {});
      socket.destroy();
    },
  };
}

function failLoudly(socket: Socket): void {
  socket.on('error', (error) => {
    throw error;
  });
  socket.on('close', () => {
    throw new Error('the server closed a connection under load');
  });
}

/** The status of a complete answer with Content-Length, with chunks or without a body, or undefined while more is to come. */
function completeStatus(bytes: Buffer): number | undefined {
  const head = bytes.indexOf('\r\n\r\n');
  if (head < 0) return undefined;
  const header = bytes.toString('latin1', 0, head).toLowerCase();
  const status = Number(header.slice(9, 12));
  // Neither has a body, nor says how long it is (RFC 9110 section 6.4.1).
  if (status === 204 || status === 304) return status;
  const length = /content-length: *([0-9]+)/.exec(header)?.[1];
  const isComplete =
    length === undefined
      ? bytes.subarray(-5).toString('latin1') === '0\r\n\r\n'
      : bytes.length >= head + 4 + Number(length);
  return isComplete ? status : undefined;
}
