import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { EngineOptions, FromEngine, ToEngine } from './protocol.ts';

/** A running embedded Postgres: hands out wire-protocol connections, which also tell its notifications. */
export interface EmbeddedEngine {
  /** A socket-like stream for postgres.js. The engine has one session: open one at a time. */
  connect(): Duplex;
  /** Resolves when the data files are closed. */
  close(): Promise<void>;
}

/**
 * Starts the embedded database thread and waits until it answers. Rejects with the engine's own message when the
 * directory cannot be opened.
 */
export async function startEmbeddedEngine(options: EngineOptions): Promise<EmbeddedEngine> {
  if (options.directory !== undefined && !holdsDatabase(options.directory)) {
    await ended(startThread({ ...options, createOnly: true }));
  }
  const worker = startThread(options);
  let current: Duplex | undefined;

  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the database thread ended with code ${code}`)));
    worker.on('message', (message: FromEngine) => {
      if (message.kind === 'ready') resolve();
      else receive(message);
    });
  });
  worker.removeAllListeners('error');
  worker.on('error', (error) => current?.destroy(error));
  worker.once('exit', () => current?.destroy());

  const send = (message: ToEngine) => worker.postMessage(message);
  return {
    connect() {
      current = asSocket((bytes) => send({ kind: 'bytes', bytes }));
      return current;
    },
    async close() {
      send({ kind: 'close' });
      await exited;
    },
  };

  function receive(message: FromEngine): void {
    switch (message.kind) {
      case 'bytes':
        current?.push(message.bytes);
        return;
      case 'failed':
        current?.destroy(new Error(message.message));
        return;
      case 'ready':
        return;
    }
  }
}

/** Whether a directory already holds a database. */
export function holdsDatabase(directory: string): boolean {
  return existsSync(join(directory, 'PG_VERSION'));
}

function startThread(options: EngineOptions): Worker {
  return new Worker(new URL('./worker.mjs', import.meta.url), { workerData: options });
}

function ended(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`creating the database failed (${code})`)),
    );
  });
}

/**
 * What postgres.js needs of a socket, over a pair of functions. postgres.js writes whole protocol messages only; what it
 * writes in one go travels as one message, because passing one to a thread costs more than most statements.
 */
function asSocket(write: (bytes: Uint8Array) => void): Duplex {
  let waiting: Buffer[] = [];
  const flush = () => {
    // A copy, because what is passed on is the whole memory behind a buffer.
    write(new Uint8Array(Buffer.concat(waiting)));
    waiting = [];
  };
  const socket = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      // postgres.js writes a kilobyte at once and the rest in an immediate of its own, behind which this one has to come.
      if (waiting.length === 0) setImmediate(() => setImmediate(flush));
      waiting.push(chunk);
      done();
    },
    final(done) {
      socket.push(null);
      done();
    },
  });
  return Object.assign(socket, { readyState: 'open' });
}
