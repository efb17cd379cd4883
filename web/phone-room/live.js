/* The live stream: what changes appears by itself, and a connection that was lost comes back without a gap. */
import { isRefused, wordsOf } from '../api.js';
import { say } from './connection.js';

/** @import { AnsweringApi } from '../client/answers.ts' */
/** @typedef {{ readonly id: string }} Item */
/** @typedef {{ load(): Promise<void>, fail(words: string): void, show(item: Item): void }} Shown */
/** @typedef {Shown & { look(id: string): Promise<void>, remove(id: string): void }} Followed */
/**
 * @typedef {object} Change
 * @property {'event'} type
 * @property {string} topic
 * @property {string | null} id
 * @property {Item | null} object
 */
/** @typedef {{ readonly type: 'hello', readonly resumed: boolean } | { readonly type: 'reload' } | Change} Word */

const LONGEST_SECONDS = 15;
/** A session has ended or was ended; another try would be refused as well. */
const POLICY_VIOLATION = 1008;

/**
 * Keeps lists true, for ever. Each is named by the topic it follows.
 *
 * @param {AnsweringApi} api
 * @param {ReadonlyMap<string, Followed>} lists
 * @param {() => void} signedOut
 */
export function follow(api, lists, signedOut) {
  /** @type {number | undefined} */
  let sequence;
  let tries = 0;

  function connect() {
    const url = new URL('/api/v1/live', location.href);
    url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
    if (sequence !== undefined) url.searchParams.set('after', String(sequence));
    const socket = new WebSocket(url);
    socket.onmessage = ({ data }) => hear(JSON.parse(data));
    socket.onclose = ({ code }) => (code === POLICY_VIOLATION ? signedOut() : retry());
  }

  /** @param {Word & { readonly sequence: number }} word */
  function hear(word) {
    sequence = word.sequence;
    if (word.type === 'event') change(word);
    else if (word.type === 'reload') reload();
    else {
      tries = 0;
      say('live', 'Live');
      if (!word.resumed) reload();
    }
  }

  function reload() {
    for (const list of lists.values()) list.load().catch((error) => list.fail(wordsOf(error)));
  }

  /** @param {Change} change */
  function change({ topic, id, object }) {
    const list = lists.get(topic);
    if (list === undefined) return;
    if (object !== null) list.show(object);
    else if (id === null) list.load().catch(() => {});
    else
      list.look(id).catch((error) => {
        if (isRefused(error, 404)) list.remove(id);
      });
  }

  /** 0.5, 1, 2 … seconds, shaken so that many consoles do not come back in the same instant. */
  function retry() {
    const wait = Math.min(LONGEST_SECONDS, 0.5 * 2 ** tries) * (0.75 + Math.random() / 2);
    tries += 1;
    const until = Date.now() + wait * 1000;
    const count = () => say('away', `Reconnecting in ${Math.max(1, Math.ceil((until - Date.now()) / 1000))} s`);
    count();
    const countdown = setInterval(count, 500);
    setTimeout(async () => {
      clearInterval(countdown);
      say('connecting', 'Connecting…');
      // A refused upgrade does not say why; a session that has ended does, here.
      const isOver = await api.GET('/api/v1/me').then(
        () => false,
        (error) => isRefused(error, 401),
      );
      if (!isOver) connect();
    }, wait * 1000);
  }

  connect();
}
