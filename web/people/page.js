/* What every part of the page needs: the API, words to the person, small drawings. */
import { createApi, wordsOf } from '../api.js';
import { $, h } from '../element.js';

export const api = createApi();

/** @typedef {(permission: string) => boolean} May */

/**
 * A button; `onclick` may take its time and says itself how it went.
 *
 * @param {string} text
 * @param {() => unknown} onclick
 */
export const button = (text, onclick, className = 'quiet') =>
  h('button', { type: 'button', className, onclick: () => onclick() }, text);

const SAID_MS = 6000;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let quiet;

/** A word to the person that goes away by itself. @param {string} text @param {'good' | 'bad'} [tone] */
export function say(text, tone = 'good') {
  const word = $('word');
  word.textContent = text;
  word.dataset.tone = tone;
  word.hidden = false;
  clearTimeout(quiet);
  quiet = setTimeout(() => {
    word.hidden = true;
  }, SAID_MS);
}

/**
 * Does something and says how it went; undefined when it went wrong.
 *
 * @template Result
 * @param {() => Promise<Result>} work
 * @param {string} [done]
 * @returns {Promise<Result | undefined>}
 */
export async function attempt(work, done) {
  try {
    const result = await work();
    if (done !== undefined) say(done);
    return result;
  } catch (error) {
    say(wordsOf(error), 'bad');
    return undefined;
  }
}

/**
 * Whether one of the patterns covers a permission: a `*` stands for one or more parts.
 *
 * @param {readonly string[]} patterns
 * @param {string} permission
 */
export function mayWith(patterns, permission) {
  return patterns.some((pattern) =>
    new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.+')}$`).test(permission),
  );
}

const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });

/** @param {string} iso */
export function time(iso) {
  const at = new Date(iso);
  return h('time', { dateTime: iso, title: whole.format(at) }, day.format(at));
}

/** @param {string} text @param {'good' | 'busy' | 'bad' | 'calm' | 'idle'} tone */
export const pill = (text, tone) => h('span', { className: `pill ${tone}` }, text);

/** Why a list has nothing to show. @param {string} title @param {string} words */
export const empty = (title, words) => h('p', { className: 'empty' }, h('strong', {}, title), words);
