// @ts-check
/*
 * postgres.js 3.4.9 does not survive every loss of a connection (its issues 1066, 1133, 1186, 1208, 1216): a transaction
 * that is cut writes into a socket that is gone, which ends the process; a connection that was writing when it was cut
 * never comes back; a statement of a transaction that is over may run in the next one. What is said here differently is
 * put in where the program is put together, and where tests load it (ADR 0022). A text that is not found once stops both:
 * then the version has changed, and each of these is to be tried again without.
 */

/** @typedef {{ readonly find: string, readonly put: string }} Mend */

/** What is known of a connection ends with it: what waits to be written, who waits for an answer, an error not yet told. */
const FORGET_WITH_THE_SOCKET = [
  {
    find: 'incomings = null\n    clearImmediate(nextWriteTimer)\n',
    put: 'incomings = null\n    clearImmediate(nextWriteTimer)\n    chunk = nextWriteTimer = null\n',
  },
  {
    find: "    if (initial)\n      return reconnect()\n\n    !hadError && (query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))\n",
    put: `    initial || ((query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket)))
    query = errorResponse = results = null
    result = new Result()
    rows = 0
    if (initial)
      return reconnect()
`,
  },
];

/** Whoever writes to a connection that is gone hears so, like all who wait for it; a TypeError would reach nobody. */
const NO_WRITE_WITHOUT_SOCKET = [
  {
    find: '  function nextWrite(fn) {\n',
    put: `  function nextWrite(fn) {
    if (socket === null) {
      clearImmediate(nextWriteTimer)
      chunk = nextWriteTimer = null
      error(Errors.connection('CONNECTION_CLOSED', options, socket))
      query = null
      return false
    }
`,
  },
];

/** Who waits for the connection is told of its loss; the driver's own question about types has nobody to tell. */
const OWN_QUESTION = [{ find: 'return fetchArrayTypes()\n', put: 'return fetchArrayTypes().catch(() => {})\n' }];

/** A connection that was made for a reservation goes to the one who asked for it, and one that failed to nobody later. */
const RESERVED_FOR_ONE = [
  { find: '        initial.reserve && (initial = null)\n', put: '' },
  {
    find: `      initial && !initial.reserve && execute(initial)
      options.shared.retries = retries = 0
      initial = null
      return
`,
    put: `      const first = initial
      options.shared.retries = retries = 0
      initial = null
      first.reserve ? first.reserve(connection) : execute(first)
      return
`,
  },
];

/** @type {Readonly<Record<string, readonly Mend[]>>} */
const MENDS = {
  'connection.js': [...FORGET_WITH_THE_SOCKET, ...NO_WRITE_WITHOUT_SOCKET, ...OWN_QUESTION, ...RESERVED_FOR_ONE],
  'index.js': [
    {
      find: '        queries.push(query)\n        closed.length && connect(closed.shift(), query)\n',
      put: '        closed.length ? connect(closed.shift(), query) : queries.push(query)\n',
    },
    // A transaction whose connection is gone is over: none of its statements may reach another.
    {
      find: '      , connection\n      , prepare = null\n',
      put: '      , connection\n      , prepare = null\n      , lost = null\n',
    },
    {
      find: 'new Promise((_, reject) => connection.onclose = reject)',
      put: `new Promise((_, reject) => connection.onclose = (e) => {
          lost = e
          while (queries.length)
            queries.shift().reject(e)
          reject(e)
        })`,
    },
    {
      find: '        q.catch(e => uncaughtError || (uncaughtError = e))\n',
      put: `        q.catch(e => uncaughtError || (uncaughtError = e))
        if (lost)
          return q.reject(lost)
`,
    },
  ],
};

/** The sources of the driver that have something to mend. */
export const DRIVER_SOURCE = /[\\/]node_modules[\\/]postgres[\\/]src[\\/](connection|index)\.js$/;

/**
 * A source of postgres.js, mended. Throws when a text is not there once.
 * @param {string} path
 * @param {string} text
 */
export function mendDriver(path, text) {
  const name = path.split(/[\\/]/).at(-1) ?? '';
  let mended = text;
  for (const { find, put } of MENDS[name] ?? []) {
    const parts = mended.split(find);
    if (parts.length !== 2)
      throw new Error(`postgres.js is not the version that is mended: ${name} has not once ${find}`);
    mended = parts.join(put);
  }
  return mended;
}
