/* The API as the whole console speaks to it: addresses, parameters, bodies and answers are those of the document. */
// The same path on the disk and, served from the root, in the browser: neither a copy nor a build step.
import createClient from '../node_modules/openapi-fetch/dist/index.mjs';

/** @import { AnsweringApi, Problem } from './client/answers.ts' */

/** What the server refused: its words for the person, and the problem behind them where it named one. */
export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {Problem | undefined} problem
   */
  constructor(status, problem) {
    super(problem?.detail ?? `The server answered ${status}.`);
    this.status = status;
    this.problem = problem;
  }
}

/** Whether something was refused with this status. @param {unknown} error @param {number} status */
export const isRefused = (error, status) => error instanceof Refusal && error.status === status;

/** What to tell the person of something thrown. @param {unknown} error */
export const wordsOf = (error) => (error instanceof Error ? error.message : String(error));

/** @typedef {{ readonly data?: unknown, readonly error?: unknown, readonly response: Response }} Answered */
/** @typedef {(method: string, path: string, init?: object) => Promise<Answered>} Request */

/**
 * A call gives what the server answered, and throws a `Refusal` or the word that nobody answers. `hear` is told of each
 * refusal before it is thrown.
 *
 * @param {(refusal: Refusal) => void} [hear]
 * @returns {AnsweringApi}
 */
export function createApi(hear = () => {}) {
  const client = createClient({ headers: { accept: 'application/json' } });
  client.use({ onError: () => new Error('The server cannot be reached. Try again in a moment.') });
  // Which addresses there are, and what each takes and gives, is said once: by the type of what is returned here.
  const request = /** @type {Request} */ (/** @type {unknown} */ (client.request));

  /** @param {string} method */
  function ask(method) {
    /** @param {string} path @param {object} [init] */
    return async (path, init) => {
      const { data, error, response } = await request(method, path, init);
      if (response.ok) return data;
      const refusal = new Refusal(response.status, isProblem(error) ? error : undefined);
      hear(refusal);
      throw refusal;
    };
  }
  const verbs = { GET: ask('get'), POST: ask('post'), PUT: ask('put'), DELETE: ask('delete') };
  return /** @type {AnsweringApi} */ (verbs);
}

/**
 * What stands between us and the server answers in its own words.
 *
 * @param {unknown} error
 * @returns {error is Problem}
 */
function isProblem(error) {
  return typeof error === 'object' && error !== null && 'detail' in error;
}
