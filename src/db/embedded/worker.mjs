// @ts-check
// The embedded Postgres, on a thread of its own because it blocks the thread it runs on. It speaks the Postgres wire
// protocol over the message port, so the rest of the program uses one driver (postgres.js) for both engines. Plain
// JavaScript, because a worker thread starts without the loader that reads TypeScript.
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

/** @typedef {import('./protocol.ts').ToEngine} ToEngine */
/** @typedef {import('./protocol.ts').FromEngine} FromEngine */

// The engine's default of 128 MB costs 110 MB of resident memory (measured) and gains a small site nothing.
const SHARED_BUFFERS = '16MB';
// Files of the write-ahead log that are kept for use again; upkeep.ts cuts it far below this.
const MAX_WAL_SIZE = '128MB';

const options = /** @type {import('./protocol.ts').EngineOptions} */ (workerData);
/** @param {FromEngine} message */
const say = (message) => parentPort?.postMessage(message);

const engine = await PGlite.create({
  ...(options.directory === undefined ? {} : { dataDir: options.directory }),
  startParams: [
    ...PGlite.defaultStartParams,
    '-c',
    `shared_buffers=${SHARED_BUFFERS}`,
    '-c',
    `max_wal_size=${MAX_WAL_SIZE}`,
  ],
});
if (options.createOnly) {
  await engine.close();
  process.exit(0);
}
await engine.exec(`listen ${options.channel}`);

/** Messages are performed one after the other, in the order they came. @type {Promise<void>} */
let tail = Promise.resolve();
parentPort?.on('message', (/** @type {ToEngine} */ message) => {
  tail = tail.then(() => perform(message)).catch((error) => say({ kind: 'failed', message: String(error) }));
});
say({ kind: 'ready' });

/** @param {ToEngine} message */
async function perform(message) {
  if (message.kind === 'close') {
    await engine.close();
    parentPort?.close();
    return;
  }
  /** @type {Uint8Array[]} */
  const answer = [];
  // The plain call reads every answer a second time, for notifications, and keeps all it has ever read.
  await engine.execProtocolRawStream(message.bytes, { onRawData: (bytes) => answer.push(bytes.slice()) });
  if (answer.length > 0) say({ kind: 'bytes', bytes: new Uint8Array(Buffer.concat(answer)) });
}
